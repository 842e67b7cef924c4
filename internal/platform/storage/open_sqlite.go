package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	sqlitedriver "modernc.org/sqlite" // registers "sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// openSQLite opens file with one writer and a bounded pool of readers.
//
// WAL lets readers go on while the writer writes. synchronous=FULL is not negotiable: under a simulated power loss it
// kept every acknowledged row where NORMAL kept none; a shared commit makes it cost about 6 %.
func (db *DB) openSQLite(ctx context.Context, file string) error {
	if file == "" {
		return errors.New("no file named for SQLite")
	}
	if err := touch(file); err != nil {
		return err
	}
	db.dialect = SQLite
	readers := 2 * runtime.GOMAXPROCS(0)
	var err error
	if db.writers, err = sql.Open("sqlite", sqliteDSN(file, "_pragma=cache_size(-32000)")); err != nil {
		return err
	}
	db.writers.SetMaxOpenConns(2) // the batches', and one for a long transaction
	if db.readers, err = sql.Open("sqlite", sqliteDSN(file, "_pragma=cache_size(-4000)&_pragma=query_only(1)")); err != nil {
		return err
	}
	db.readers.SetMaxOpenConns(readers)
	db.readers.SetMaxIdleConns(readers)
	db.slots = make(chan struct{}, readers)
	if err := db.writers.PingContext(ctx); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	db.startBatcher(&sqliteSession{db: db})
	return nil
}

// touch makes the file with mode 0600 when there is none, for SQLite itself would follow the umask.
func touch(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteDSN says how each connection behaves. secure_delete overwrites what was deleted, where that costs no page of its own:
// a person who was erased is not to be found in the file's free space.
func sqliteDSN(file, more string) string {
	return "file:" + (&url.URL{Path: file}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=secure_delete(FAST)&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(67108864)&_txlock=immediate&" + more
}

// sqliteSession is the connection of SQLite's one batcher. It is opened again after an input or output error: what a failed
// fsync left in memory must not be trusted, what is on disk is read afresh.
type sqliteSession struct {
	db   *DB
	conn *sql.Conn
	tx   *Tx
}

func (s *sqliteSession) begin() (*Tx, error) {
	if s.conn == nil {
		conn, err := s.db.writers.Conn(context.Background())
		if err != nil {
			return nil, err
		}
		s.conn, s.tx = conn, newTx(s.db, conn)
	}
	s.tx.reset()
	s.db.long.Lock() // until end: a long transaction and a batch take turns
	return s.tx, s.tx.control("BEGIN IMMEDIATE")
}

func (s *sqliteSession) end() { s.db.long.Unlock() }

func (s *sqliteSession) healthy(err error) {
	var fault *sqlitedriver.Error
	if err == nil || !errors.As(err, &fault) || fault.Code()&0xff != sqlitelib.SQLITE_IOERR {
		return
	}
	s.close(true)
}

func (s *sqliteSession) close(broken bool) {
	if s.conn == nil {
		return
	}
	s.tx.closeStatements()
	discard(s.conn, broken)
	s.conn, s.tx = nil, nil
}
