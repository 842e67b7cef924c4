package main

import (
	"context"
	"database/sql"
	"fmt"

	_ "modernc.org/sqlite"
)

// weighSQLite counts the bytes of a signature in the file of a closed database, now that all are confirmed: with its indexes,
// without jobs, which are deleted once they are done.
func (b *bench) weighSQLite(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", "file:"+file+pragmas)
	if err != nil {
		return err
	}
	defer db.Close()
	var pages, free, size, signatures float64
	for _, step := range []struct {
		query string
		into  *float64
	}{
		{query: `DELETE FROM jobs_job`},
		{`SELECT COUNT(*) FROM mobilisation_signature`, &signatures},
		{`PRAGMA page_size`, &size},
		{`PRAGMA page_count`, &pages},
		{`PRAGMA freelist_count`, &free},
	} {
		if step.into == nil {
			_, err = db.ExecContext(ctx, step.query)
		} else {
			err = db.QueryRowContext(ctx, step.query).Scan(step.into)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", step.query, err)
		}
	}
	asWritten := (pages - free) * size / signatures
	if _, err := db.ExecContext(ctx, `VACUUM`); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		return err
	}
	b.table.Most("SQLite: a confirmed signature, as written", asWritten, "B", 600)
	b.table.Most("SQLite: a confirmed signature, after VACUUM", pages*size/signatures, "B", 600)
	return nil
}
