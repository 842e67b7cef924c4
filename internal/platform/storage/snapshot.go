package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Snapshot is the whole database as it was at one moment, whatever is written meanwhile. It is for backups, and is valid until
// the function that was given it returns. It is not safe for concurrent use.
type Snapshot struct {
	db   *DB
	conn *sql.Conn
}

// Applied is a migration that has been run here.
type Applied struct {
	Room string `json:"room"`
	File string `json:"file"`
	Sum  string `json:"sum"`
}

// ErrHalfRestored is the answer of a database into which a restore was begun and not ended.
var ErrHalfRestored = errors.New("a restore into this database was cut short")

// Snapshot runs fn on one consistent view of the database, on a connection of its own: a read transaction in WAL mode on SQLite,
// REPEATABLE READ on PostgreSQL. Nobody waits for it; SQLite's log grows as long as it lasts.
func (db *DB) Snapshot(ctx context.Context, fn func(context.Context, *Snapshot) error) (err error) {
	if db.closed.Load() {
		return ErrClosed
	}
	conn, end, err := db.apart(ctx)
	if err != nil {
		return err
	}
	defer end()
	begin := `BEGIN`
	if db.dialect == Postgres {
		begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	defer func() {
		_, undone := conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		if undone != nil && err == nil {
			err = undone
		}
	}()
	s := &Snapshot{db: db, conn: conn}
	if db.dialect == Postgres { // between two packets a slow disk may take its time
		if _, err := conn.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return err
		}
	}
	half, err := db.halfRestored(ctx, conn)
	if err != nil {
		return err
	}
	if half {
		return ErrHalfRestored
	}
	return fn(ctx, s)
}

// apart returns a connection that takes nobody's place, and what gives it back.
func (db *DB) apart(ctx context.Context) (*sql.Conn, func(), error) {
	if db.dialect == Postgres {
		conn, err := db.readers.Conn(ctx)
		if err != nil {
			return nil, nil, err
		}
		return conn, func() { _ = conn.Close() }, nil
	}
	var file string
	if err := db.readers.QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&file); err != nil {
		return nil, nil, err
	}
	pool, err := sql.Open("sqlite", sqliteDSN(file, "_pragma=cache_size(-4000)&_pragma=query_only(1)"))
	if err != nil {
		return nil, nil, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		_ = pool.Close()
		return nil, nil, err
	}
	return conn, func() { _ = errors.Join(conn.Close(), pool.Close()) }, nil
}

// Tables lists every table of the rooms, those that others point at before them.
func (s *Snapshot) Tables(ctx context.Context) ([]Table, error) { return s.db.tables(ctx, s.conn) }

// Applied lists the migrations that were run, by room and in their order; none in a database that is empty.
func (s *Snapshot) Applied(ctx context.Context) ([]Applied, error) {
	there, err := s.db.has(ctx, s.conn, "storage_migration")
	if err != nil || !there {
		return nil, err
	}
	rows, err := s.conn.QueryContext(ctx, `SELECT room, file, sum FROM storage_migration ORDER BY room, file`)
	return All(rows, err, func(r *Rows) (a Applied, err error) { return a, r.Scan(&a.Room, &a.File, &a.Sum) })
}

// Count counts the rows of a table.
func (s *Snapshot) Count(ctx context.Context, t Table) (n int64, err error) {
	err = s.conn.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+quote(t.Name)).Scan(&n)
	return n, err
}

// Each hands every row of a table to fn, in no order that counts. The values are valid until fn returns.
func (s *Snapshot) Each(ctx context.Context, t Table, fn func(row []any) error) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT `+t.names()+` FROM `+quote(t.Name))
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	defer rows.Close()
	row, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	return nil
}

// has tells whether there is a table.
func (db *DB) has(ctx context.Context, conn *sql.Conn, table string) (bool, error) {
	query := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?`
	if db.dialect == Postgres {
		query = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1`
	}
	var n int
	err := conn.QueryRowContext(ctx, query, table).Scan(&n)
	return n > 0, err
}
