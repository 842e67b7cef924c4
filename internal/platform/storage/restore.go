package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// How a restore goes, and what is there when it is killed.
//
// BeginRestore writes a mark, the table storage_restore, into an empty database; Done takes it away with the last commit. As
// long as the mark is there HalfRestored says so: the site does not serve, and another BeginRestore removes what is there and
// begins anew. Between them Schema makes the tables as they were when the backup was made, without their indexes; Load fills
// them; Indexes makes the indexes in one go, which is several times as fast; Migrate does the rest.

// ErrNotEmpty is the answer to a restore into a database that holds something.
var ErrNotEmpty = errors.New("the database is not empty")

// NewerSchema is the answer to a backup with a migration that this program does not have.
type NewerSchema struct{ Room, File string }

// Error implements error.
func (n *NewerSchema) Error() string {
	return fmt.Sprintf("the schema has %s/%s, which this program does not know", n.Room, n.File)
}

// ForeignTable is the answer to rows for which there is no table of that form.
type ForeignTable struct{ Table string }

// Error implements error.
func (f *ForeignTable) Error() string { return "the schema has no table " + f.Table + " of this form" }

const restoreTable = `CREATE TABLE storage_restore (
	one BIGINT PRIMARY KEY
);`

// HalfRestored tells whether a restore into this database was begun and not ended.
func (db *DB) HalfRestored(ctx context.Context) (half bool, err error) {
	err = db.onConn(ctx, func(conn *sql.Conn) error {
		half, err = db.halfRestored(ctx, conn)
		return err
	})
	return half, err
}

func (db *DB) halfRestored(ctx context.Context, conn *sql.Conn) (bool, error) {
	return db.has(ctx, conn, "storage_restore")
}

func (db *DB) onConn(ctx context.Context, fn func(*sql.Conn) error) error {
	conn, err := db.writers.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return fn(conn)
}

// Restore is a restore under way. It is not safe for concurrent use.
type Restore struct {
	db      *DB
	tables  map[string]Table
	indexes []string // statements that make them
}

// BeginRestore marks an empty database, or empties one that an earlier restore left half done. Otherwise ErrNotEmpty.
func (db *DB) BeginRestore(ctx context.Context) (*Restore, error) {
	var there []Table
	var half bool
	err := db.onConn(ctx, func(conn *sql.Conn) (err error) {
		if half, err = db.halfRestored(ctx, conn); err != nil {
			return err
		}
		there, err = db.tables(ctx, conn)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !half && len(there) > 0 {
		return nil, ErrNotEmpty
	}
	slices.Reverse(there) // those that point before what they point at
	err = db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
		for _, t := range there {
			if _, err := tx.conn.ExecContext(ctx, `DROP TABLE `+quote(t.Name)); err != nil {
				return err
			}
		}
		if _, err := tx.conn.ExecContext(ctx, `DROP TABLE IF EXISTS storage_migration`); err != nil {
			return err
		}
		if half {
			return nil
		}
		return tx.script(ctx, restoreTable)
	})
	return &Restore{db: db, tables: map[string]Table{}}, err
}

// CheckSchema tells whether every migration of a backup is among all, unchanged: otherwise a *NewerSchema.
func CheckSchema(all []Migrations, applied []Applied) error {
	for _, a := range applied {
		i := slices.IndexFunc(all, func(m Migrations) bool { return m.Room == a.Room })
		if i < 0 {
			return &NewerSchema{a.Room, a.File}
		}
		text, err := fs.ReadFile(all[i].Files, a.File)
		if err != nil {
			return &NewerSchema{a.Room, a.File}
		}
		if digest := sha256.Sum256(text); hex.EncodeToString(digest[:8]) != a.Sum {
			return &NewerSchema{a.Room, a.File}
		}
	}
	return nil
}

// Schema makes the tables as they were after the migrations of a backup, empty and without indexes.
func (r *Restore) Schema(ctx context.Context, all []Migrations, applied []Applied) error {
	if err := CheckSchema(all, applied); err != nil {
		return err
	}
	if _, err := r.db.Migrate(ctx, nil); err != nil {
		return err
	}
	for _, room := range all {
		for _, a := range applied {
			if a.Room != room.Room {
				continue
			}
			if _, err := r.db.migrateFile(ctx, room, a.File); err != nil {
				return fmt.Errorf("migrate %s/%s: %w", a.Room, a.File, err)
			}
		}
	}
	return r.strip(ctx)
}

// strip removes what migrations wrote into the tables, and the indexes, whose statements it keeps.
func (r *Restore) strip(ctx context.Context) error {
	var made []Table
	err := r.db.onConn(ctx, func(conn *sql.Conn) (err error) {
		if made, err = r.db.tables(ctx, conn); err != nil {
			return err
		}
		for _, t := range made {
			r.tables[t.Name] = t
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Reverse(made)
	return r.db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
		for _, t := range made {
			if _, err := tx.conn.ExecContext(ctx, `DELETE FROM `+quote(t.Name)); err != nil {
				return err
			}
		}
		names, err := r.readIndexes(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, err := tx.conn.ExecContext(ctx, `DROP INDEX `+quote(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// readIndexes reads the indexes that no key of a table needs.
func (r *Restore) readIndexes(ctx context.Context, tx *Tx) (names []string, err error) {
	query := `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`
	if r.db.dialect == Postgres {
		query = `
		SELECT c.relname::text, pg_get_indexdef(i.indexrelid)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE c.relnamespace = current_schema()::regnamespace
		AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
		ORDER BY c.relname`
	}
	rows, err := tx.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	r.indexes = nil
	for rows.Next() {
		var name, statement string
		if err := rows.Scan(&name, &statement); err != nil {
			return nil, err
		}
		names, r.indexes = append(names, name), append(r.indexes, statement)
	}
	return names, rows.Err()
}

// Load adds rows to a table of the schema, in one transaction. A table that is not of the schema is a *ForeignTable.
func (r *Restore) Load(ctx context.Context, t Table, rows [][]any) error {
	if known, ok := r.tables[t.Name]; !ok || !slices.Equal(known.Columns, t.Columns) {
		return &ForeignTable{t.Name}
	}
	err := r.db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
		if r.db.dialect == Postgres {
			return tx.copyRows(ctx, t, rows)
		}
		return tx.insertRows(ctx, t, rows)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	return nil
}

func (tx *Tx) insertRows(ctx context.Context, t Table, rows [][]any) error {
	statement := `INSERT INTO ` + quote(t.Name) + ` (` + t.names() + `) VALUES (?` + strings.Repeat(`, ?`, len(t.Columns)-1) + `)`
	insert, err := tx.statement(statement)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) copyRows(ctx context.Context, t Table, rows [][]any) error {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
	}
	return tx.conn.Raw(func(driven any) error {
		_, err := driven.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.Name}, columns, pgx.CopyFromRows(rows))
		return err
	})
}

// Indexes makes the indexes that Schema left out.
func (r *Restore) Indexes(ctx context.Context) error {
	for _, statement := range r.indexes {
		if err := r.db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.conn.ExecContext(ctx, statement)
			return err
		}); err != nil {
			return err
		}
	}
	if r.db.dialect == SQLite {
		return nil
	}
	return r.db.onConn(ctx, func(conn *sql.Conn) error { // plans are made for what is there now
		_, err := conn.ExecContext(ctx, `ANALYZE`)
		return err
	})
}

// Done takes the mark away: the database is whole.
func (r *Restore) Done(ctx context.Context) error {
	return r.db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.conn.ExecContext(ctx, `DROP TABLE storage_restore`)
		return err
	})
}
