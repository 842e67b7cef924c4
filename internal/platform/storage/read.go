package storage

import (
	"context"
	"database/sql"
	"time"

	"essaim/internal/platform/clock"
)

// Query runs a SELECT on the readers. It sees what was committed before it began. The caller closes the rows soon: an open
// answer holds one of the few places.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	stmt, err := db.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryRow runs a SELECT of which one row is wanted. It waits for one of the readers' places.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *Row {
	select {
	case db.slots <- struct{}{}:
	case <-ctx.Done():
		return &Row{err: ctx.Err()}
	}
	rows, err := db.Query(ctx, query, args...)
	return &Row{rows: rows, err: err, done: func() { <-db.slots }}
}

// Now is the time by the database's own clock, which nodes share: leases are measured by it. On SQLite it is this machine's.
func (db *DB) Now(ctx context.Context) (time.Time, error) {
	if db.dialect == SQLite {
		return db.clock.Now(), nil
	}
	var micros int64
	err := db.QueryRow(ctx, `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`).Scan(&micros)
	return clock.Time(micros), err
}

// prepared prepares a query once. Query texts are constants of the program, so the map stays small.
func (db *DB) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := db.stmts.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := db.readers.PrepareContext(ctx, db.rewrite(query))
	if err != nil {
		return nil, err
	}
	if earlier, loaded := db.stmts.LoadOrStore(query, stmt); loaded {
		_ = stmt.Close()
		return earlier.(*sql.Stmt), nil
	}
	return stmt, nil
}
