package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
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
	pool := stdlib.OpenDB(*config)
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

// postgresSession is the connection of one batcher. It is thrown away when it may have died.
type postgresSession struct {
	db   *DB
	conn *sql.Conn
	tx   *Tx
}

func (s *postgresSession) begin(ctx context.Context) (*Tx, error) {
	if s.conn == nil {
		conn, err := s.db.writers.Conn(ctx)
		if err != nil {
			return nil, err
		}
		s.conn, s.tx = conn, newTx(s.db, conn)
	}
	s.tx.reset()
	return s.tx, s.tx.control(ctx, "BEGIN")
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

func (s *postgresSession) end() {}

// collided tells whether PostgreSQL asks for the transaction to be run again: serialization failure, deadlock. SQLite, with
// one writer, never does.
func (db *DB) collided(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && (answered.Code == "40001" || answered.Code == "40P01")
}

// discard gives the connection back to its pool, or has the pool throw it away.
func discard(conn *sql.Conn, broken bool) {
	if broken {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = conn.Close()
}
