package main

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	"essaim/bench/crowd"
	"essaim/bench/stand"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

// onPostgres measures the same site on PostgreSQL, in turns with pgbench on the same server.
func (b *bench) onPostgres(ctx context.Context) error {
	name := "bench_site_" + id.New(time.Now())
	if err := storage.Admin(ctx, b.pgbench.server, "CREATE DATABASE "+name); err != nil {
		return err
	}
	defer func() {
		_ = storage.Admin(context.Background(), b.pgbench.server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}()
	site, people, err := b.start(ctx, stand.Options{Data: filepath.Join(b.folder, "postgres"), Database: b.pgbench.url(name), GuardOff: true})
	if err != nil {
		return err
	}
	defer site.Kill()
	if err := b.pgbench.within(ctx, name, func(db *sql.DB) error { _, err := db.ExecContext(ctx, `VACUUM ANALYZE`); return err }); err != nil {
		return err
	}
	signing, err := b.turns(ctx, "sign", nil, site, func() (crowd.Result, error) { return people.Sign(b.duration) })
	if err != nil {
		return err
	}
	b.tell("PostgreSQL: signatures", signing, 0, 0.5)
	confirming, err := b.confirmAll(ctx, nil, site, people)
	if err != nil {
		return err
	}
	b.tell("PostgreSQL: confirmations", confirming, 0, 0.5)
	return errors.Join(site.Stop(), b.pgbench.within(ctx, name, func(db *sql.DB) error { return b.weighPostgres(ctx, db) }))
}

// weighPostgres counts the bytes of a signature with its indexes, now that all are confirmed.
func (b *bench) weighPostgres(ctx context.Context, db *sql.DB) error {
	for _, how := range []struct{ statement, name string }{
		{`VACUUM mobilisation_signature`, "PostgreSQL: a confirmed signature, as written"},
		{`VACUUM FULL mobilisation_signature`, "PostgreSQL: a confirmed signature, after VACUUM FULL"},
	} {
		if _, err := db.ExecContext(ctx, how.statement); err != nil {
			return err
		}
		var bytes float64
		if err := db.QueryRowContext(ctx, `
			SELECT (pg_total_relation_size('mobilisation_signature') + pg_total_relation_size('mobilisation_count'))::float8
				/ COUNT(*)
			FROM mobilisation_signature`).Scan(&bytes); err != nil {
			return err
		}
		b.table.Most(how.name, bytes, "B", 800)
	}
	return nil
}
