package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"essaim/internal/platform/clock"
)

// Migrations are the schema of one room: files named NNNN_what_it_does.sql, run once each in the order of their numbers.
//
// The text is PostgreSQL's; for SQLite the three type names that differ are exchanged (BIGINT, BYTEA, DOUBLE PRECISION), no bytes
// are written as bytes and not as a text, and
// every table is made STRICT, so that a text in a number column is refused there too. A file is never edited once released:
// its sum is kept and compared.
type Migrations struct {
	Room  string
	Files fs.FS
}

const migrationTable = `CREATE TABLE IF NOT EXISTS storage_migration (
	room TEXT NOT NULL,
	file TEXT NOT NULL,
	sum TEXT NOT NULL,
	applied_at BIGINT NOT NULL,
	PRIMARY KEY (room, file)
);`

// CheckNewer tells whether a newer program has been here: a migration was run that is not among all, or is another one there. Then the
// error is a *NewerSchema, and nothing was changed. missing is how many of all were not run yet; fresh, that none was.
func (db *DB) CheckNewer(ctx context.Context, all []Migrations) (missing int, fresh bool, err error) {
	var applied []Applied
	if err := db.Snapshot(ctx, func(ctx context.Context, s *Snapshot) error {
		applied, err = s.Applied(ctx)
		return err
	}); err != nil {
		return 0, false, err
	}
	if err := CheckSchema(all, applied); err != nil {
		return 0, false, err
	}
	for _, room := range all {
		files, err := fs.Glob(room.Files, "*.sql")
		if err != nil {
			return 0, false, err
		}
		missing += len(files)
	}
	return missing - len(applied), len(applied) == 0, nil
}

// Migrate brings the schema up to date, each file in a transaction of its own, rooms in the order given. Two nodes that
// start together take turns. It returns how many files were run.
func (db *DB) Migrate(ctx context.Context, all []Migrations) (int, error) {
	if err := db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockMigrations(ctx); err != nil {
			return err
		}
		return tx.script(ctx, migrationTable)
	}); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	ran := 0
	for _, room := range all {
		files, err := fs.Glob(room.Files, "*.sql")
		if err != nil {
			return ran, err
		}
		slices.Sort(files)
		for _, file := range files {
			done, err := db.migrateFile(ctx, room, file)
			if err != nil {
				return ran, fmt.Errorf("migrate %s/%s: %w", room.Room, file, err)
			}
			if done {
				ran++
			}
		}
	}
	return ran, nil
}

func (db *DB) migrateFile(ctx context.Context, room Migrations, file string) (ran bool, err error) {
	text, err := fs.ReadFile(room.Files, file)
	if err != nil {
		return false, err
	}
	digest := sha256.Sum256(text)
	sum := hex.EncodeToString(digest[:8])
	err = db.InLongTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockMigrations(ctx); err != nil {
			return err
		}
		var kept string
		err := tx.QueryRow(ctx, `SELECT sum FROM storage_migration WHERE room = $1 AND file = $2`, room.Room, file).Scan(&kept)
		if err == nil && kept != sum {
			return errors.New("this file was changed after it was run; a released migration is never edited, write a new one")
		}
		if !errors.Is(err, ErrNoRows) {
			return err
		}
		if err := tx.script(ctx, string(text)); err != nil {
			return err
		}
		ran = true
		_, err = tx.Exec(ctx, `INSERT INTO storage_migration (room, file, sum, applied_at) VALUES ($1, $2, $3, $4)`,
			room.Room, file, sum, clock.Micros(db.clock.Now()))
		return err
	})
	return ran, err
}

// lockMigrations makes nodes that start together take turns. SQLite's writer lock does so already.
func (tx *Tx) lockMigrations(ctx context.Context) error {
	if tx.db.dialect == SQLite {
		return nil
	}
	if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = 0`); err != nil { // another node's migration may take its time
		return err
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7003162)`)
	return err
}

var (
	comment     = regexp.MustCompile(`(?m)--.*$`)
	createTable = regexp.MustCompile(`(?i)^\s*CREATE TABLE`)
	forSQLite   = strings.NewReplacer("BYTEA NOT NULL DEFAULT ''", "BLOB NOT NULL DEFAULT x''", "BIGINT", "INTEGER", "BYTEA", "BLOB", "DOUBLE PRECISION", "REAL")
)

// script runs statements separated by semicolons, of which none stands inside a text or a body.
func (tx *Tx) script(ctx context.Context, text string) error {
	for statement := range strings.SplitSeq(comment.ReplaceAllString(text, ""), ";") {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		if tx.db.dialect == SQLite {
			statement = forSQLite.Replace(statement)
			if createTable.MatchString(statement) {
				statement += " STRICT"
			}
		}
		if _, err := tx.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w\n%s", err, statement)
		}
	}
	return nil
}
