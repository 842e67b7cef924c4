package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"essaim/internal/platform/clock"
)

// batchers is how many shared commits PostgreSQL runs side by side: the round trips of one overlap the disk of another.
const batchers = 4

// openPostgres opens the database at a URL as pgx reads it.
func (db *DB) openPostgres(ctx context.Context, databaseURL string) error {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return errors.New("the database URL cannot be read (it may hold a password, so it is not repeated here)")
	}
	config.RuntimeParams["application_name"] = "essaim"
	config.RuntimeParams["timezone"] = "UTC"
	db.dialect = Postgres
	config.ConnectTimeout = min(5*time.Second, db.patience)
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(setSession))
	readers := max(8, 4*runtime.GOMAXPROCS(0))
	pool.SetMaxOpenConns(readers + batchers + 2)
	pool.SetMaxIdleConns(readers + batchers)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return err
	}
	db.readers, db.writers = pool, pool
	db.slots = make(chan struct{}, readers)
	for range batchers {
		db.startBatcher(&postgresSession{db: db})
	}
	return nil
}

// setSession says what our transactions rely on, whatever the role's own settings: a commit is on disk; a lock that others
// hold is waited for shortly, less than PostgreSQL takes to look for a deadlock, and then the batch is tried again; a node that
// vanished in a transaction does not keep its locks. They are set here and not at start-up, which some poolers refuse.
func setSession(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SET synchronous_commit = on; SET lock_timeout = '100ms'; SET idle_in_transaction_session_timeout = '30s'`,
		pgx.QueryExecModeSimpleProtocol)
	return err
}

// postgresSession is the connection of one batcher. It is thrown away when it may have died.
type postgresSession struct {
	db   *DB
	conn *sql.Conn
	tx   *Tx
}

func (s *postgresSession) begin() (*Tx, error) {
	if s.conn == nil {
		limit, cancel := context.WithTimeout(context.Background(), s.db.patience)
		defer cancel()
		conn, err := s.db.writers.Conn(limit)
		if err != nil {
			return nil, err
		}
		s.conn, s.tx = conn, newTx(s.db, conn)
	}
	s.tx.reset()
	// A connection's deadline is in the machine's own time, whatever a test's clock says.
	if err := s.deadline(clock.System().Now().Add(s.db.patience)); err != nil {
		return s.tx, err
	}
	return s.tx, s.tx.control("BEGIN")
}

// deadline has the connection fail at a time, never when it is zero.
func (s *postgresSession) deadline(at time.Time) error {
	return s.conn.Raw(func(conn any) error { return conn.(*stdlib.Conn).Conn().PgConn().Conn().SetDeadline(at) })
}

func (s *postgresSession) healthy(err error) {
	var answered *pgconn.PgError
	if err == nil || errors.As(err, &answered) && answered.Code[:2] != "57" { // class 57: operator intervention
		return
	}
	s.close(true)
}

func (s *postgresSession) close(broken bool) {
	if s.conn == nil {
		return
	}
	s.tx.closeStatements()
	discard(s.conn, broken)
	s.conn, s.tx = nil, nil
}

func (s *postgresSession) end() {
	if s.conn != nil {
		_ = s.deadline(time.Time{}) // a connection that refuses fails at the next BEGIN
	}
}

// collided tells whether PostgreSQL asks for the transaction to be run again: serialization failure, deadlock, a lock that
// was not to be had in time. SQLite, with one writer, never does.
func (db *DB) collided(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && (answered.Code == "40001" || answered.Code == "40P01" || answered.Code == "55P03")
}

// discard gives the connection back to its pool, or has the pool throw it away.
func discard(conn *sql.Conn, broken bool) {
	if broken {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = conn.Close()
}
