// Package storage keeps rows: in an embedded SQLite file by default, or in PostgreSQL when a URL says so.
//
// It is the only importer of database/sql and of the drivers. Rooms write one SQL text for both engines (the shared subset
// is listed in DESIGN.md) and never see which one answers.
//
// What it promises:
//   - InTx returns nil only when the rows are on disk: SQLite runs with synchronous=FULL, PostgreSQL with its default;
//   - many callers of InTx share one commit (see batch.go), so that being durable costs little under load;
//   - a function that fails takes nothing with it but itself, a commit that fails fails every caller of that batch;
//   - reads are bounded in number, so that they cannot starve the writer.
//
// Where things are: open_sqlite.go and open_postgres.go open the engines, batch.go is the shared commit, tx.go what a
// function may do inside, tally.go the sums folded once per batch, read.go the readers, migrate.go the schema.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"essaim/internal/platform/clock"
)

// Dialect is the engine that answers.
type Dialect string

// The two engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// ErrNoRows is what Row.Scan returns when nothing matches.
var ErrNoRows = sql.ErrNoRows

// ErrClosed is returned by every call after Close.
var ErrClosed = errors.New("storage: closed")

// Rows is the answer of a query; the caller closes it, or uses All.
type Rows = sql.Rows

// Options says what to open.
type Options struct {
	// URL is empty for SQLite, or "postgres://…" as pgx reads it.
	URL string
	// File is the SQLite database, made on first use with mode 0600. Ignored with a URL.
	File string
	// Patience is how long a transaction on PostgreSQL may last before a database that went silent is an error, and not a wait
	// without end. 0 is 15 seconds.
	Patience time.Duration
	// Clock dates the migrations. Nil is the system's.
	Clock clock.Clock
	// Log receives what an administrator should know. Nil is slog.Default().
	Log *slog.Logger
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect  Dialect
	clock    clock.Clock
	log      *slog.Logger
	patience time.Duration
	readers  *sql.DB
	writers  *sql.DB
	queue    chan *request
	long     sync.Mutex   // SQLite: whose turn it is to write
	turn     sync.RWMutex // of batches: held alone by one that met another's locks
	stmts    sync.Map     // query text → *sql.Stmt on readers
	slots    chan struct{}
	closing  chan struct{} // closed when Close begins
	drained  chan struct{} // closed when the last batcher has stopped
	closed   atomic.Bool
	workers  sync.WaitGroup
	stats    stats
}

// Open opens the database, making it when there is none, and starts its writers.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Patience == 0 {
		o.Patience = 15 * time.Second
	}
	db := &DB{clock: o.Clock, log: o.Log, patience: o.Patience, queue: make(chan *request, queueLength), closing: make(chan struct{}), drained: make(chan struct{})}
	var err error
	switch {
	case o.URL == "":
		err = db.openSQLite(ctx, o.File)
	case strings.HasPrefix(o.URL, "postgres://"), strings.HasPrefix(o.URL, "postgresql://"):
		err = db.openPostgres(ctx, o.URL)
	default:
		err = errors.New("the database URL begins with neither postgres:// nor postgresql://; leave it empty for SQLite")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

// Dialect tells which engine answers. Only storage and search may depend on it.
func (db *DB) Dialect() Dialect { return db.dialect }

// Ping asks the engine for a sign of life.
func (db *DB) Ping(ctx context.Context) error { return db.readers.PingContext(ctx) }

// Close lets the batches under way finish, then closes the database. It may be called once.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return ErrClosed
	}
	close(db.closing)
	db.workers.Wait()
	close(db.drained)
	db.stmts.Range(func(_, stmt any) bool {
		_ = stmt.(*sql.Stmt).Close()
		return true
	})
	err := db.readers.Close()
	if db.writers != db.readers {
		err = errors.Join(err, db.writers.Close())
	}
	return err
}

// ForUpdate returns the words that lock the selected rows until the transaction ends: " FOR UPDATE" on PostgreSQL, nothing
// on SQLite, where one writer at a time is the rule. It closes a SELECT inside InTx.
func (db *DB) ForUpdate() string {
	if db.dialect == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// All reads every row with scan, and closes rows.
func All[T any](rows *Rows, err error, scan func(*Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
