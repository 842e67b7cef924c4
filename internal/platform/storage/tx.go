package storage

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// Tx is what a function may do inside a transaction. It is valid until the function returns, and is not safe for
// concurrent use.
type Tx struct {
	db      *DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	tallies tallies
	mine    tallies  // of the function under way; joined to tallies when it succeeds
	after   []func() // of the function under way
	wrote   bool     // the function under way has written
	broken  bool     // a statement failed: PostgreSQL refuses all that follows
}

func newTx(db *DB, conn *sql.Conn) *Tx {
	return &Tx{db: db, conn: conn, stmts: map[string]*sql.Stmt{}}
}

// reset makes the Tx ready for a new transaction.
func (tx *Tx) reset() {
	tx.tallies = nil
	tx.start()
}

// start makes the Tx ready for the next function.
func (tx *Tx) start() {
	tx.mine, tx.after, tx.wrote, tx.broken = nil, nil, false, false
}

// Exec runs a statement that returns no rows, and tells how many rows it touched.
//
// The caller's ctx does not reach the driver: an interrupt in the middle of a shared transaction would harm the others. No
// other does, because the drivers keep watch over each statement whose ctx may end, which costs more than most statements; a
// transaction on PostgreSQL is limited by the deadline of its connection.
func (tx *Tx) Exec(_ context.Context, query string, args ...any) (int64, error) {
	if tx.broken {
		return 0, errGivenUp
	}
	tx.wrote = true
	stmt, err := tx.statement(query)
	if err != nil {
		return 0, tx.failed(err)
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, tx.failed(err)
	}
	return result.RowsAffected()
}

// Query runs a SELECT, or a statement with RETURNING. The caller closes the rows before anything else is run.
func (tx *Tx) Query(_ context.Context, query string, args ...any) (*Rows, error) {
	if tx.broken {
		return nil, errGivenUp
	}
	tx.wrote = tx.wrote || writes(query)
	stmt, err := tx.statement(query)
	if err != nil {
		return nil, tx.failed(err)
	}
	rows, err := stmt.QueryContext(context.Background(), args...)
	if err != nil {
		return nil, tx.failed(err)
	}
	return rows, nil
}

// QueryRow runs a query of which one row is wanted.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := tx.Query(ctx, query, args...)
	return &Row{rows: rows, err: err, tx: tx}
}

// AfterCommit has fn called once the rows are on disk: to purge a page, to wake a worker. It runs on the writer's own
// goroutine, so it only marks and returns; it is lost in a crash, so nothing durable may depend on it.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// ForUpdate is DB.ForUpdate.
func (tx *Tx) ForUpdate() string { return tx.db.ForUpdate() }

// errGivenUp answers every statement behind one that failed, on both engines: PostgreSQL would refuse it, and SQLite, which on a
// full disk has undone the transaction by itself, would keep it at once.
var errGivenUp = errors.New("a statement failed before: the transaction is given up")

func (tx *Tx) failed(err error) error {
	tx.broken = true
	return err
}

// statement prepares a query once per connection. Query texts are constants of the program, so the map stays small.
func (tx *Tx) statement(query string) (*sql.Stmt, error) {
	if stmt, ok := tx.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := tx.conn.PrepareContext(context.Background(), tx.db.rewrite(query))
	if err != nil {
		return nil, err
	}
	tx.stmts[query] = stmt
	return stmt, nil
}

func (tx *Tx) closeStatements() {
	for query, stmt := range tx.stmts {
		_ = stmt.Close()
		delete(tx.stmts, query)
	}
}

// control runs BEGIN, COMMIT and the like.
func (tx *Tx) control(command string) error {
	stmt, err := tx.statement(command)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(context.Background())
	return err
}

// aborted tells whether the engine has given the transaction up, because a statement failed: on PostgreSQL COMMIT would then
// undo it and report no error; SQLite on a full disk would go on outside of any transaction. A function may not have told us, for
// rows can fail while they are read.
func (tx *Tx) aborted() bool {
	if tx.db.dialect == SQLite {
		return tx.broken
	}
	gone := true // no answer from the connection is no good sign
	_ = tx.conn.Raw(func(driven any) error {
		if c, ok := driven.(*stdlib.Conn); ok {
			gone = c.Conn().PgConn().TxStatus() != 'T'
		}
		return nil
	})
	return gone
}

// rewrite turns $1 into what the engine's driver takes: SQLite reads $1 as a name, and ?1 as a place.
func (db *DB) rewrite(query string) string {
	if db.dialect == Postgres {
		return query
	}
	return strings.ReplaceAll(query, "$", "?")
}

func writes(query string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return !strings.EqualFold(strings.TrimSpace(word), "SELECT")
}

// Row is the answer of which one row is wanted.
type Row struct {
	rows *Rows
	err  error
	tx   *Tx
	done func()
}

// Scan copies the first row into dest, or returns ErrNoRows.
func (r *Row) Scan(dest ...any) error {
	if r.done != nil {
		defer r.done()
	}
	if r.err != nil {
		return r.err
	}
	err := r.scan(dest)
	if err != nil && r.tx != nil && !errors.Is(err, ErrNoRows) {
		r.tx.broken = true
	}
	return err
}

func (r *Row) scan(dest []any) error {
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	for r.rows.Next() { // a write with RETURNING is done only when its rows are read to the end
	}
	return r.rows.Err()
}
