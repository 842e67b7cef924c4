package storage

import (
	"context"
	"errors"
)

// InLongTx runs fn in a transaction of its own: an import, a recount, a migration. On SQLite everyone else's writes wait
// for it, so a caller cuts long work into parts of a few hundred milliseconds.
func (db *DB) InLongTx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	var err error
	for range tries {
		if err = db.inLongTx(ctx, fn); err == nil || !db.collided(err) {
			return err
		}
	}
	return err
}

func (db *DB) inLongTx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (err error) {
	if db.closed.Load() {
		return ErrClosed
	}
	begin := "BEGIN"
	if db.dialect == SQLite {
		db.long.Lock()
		defer db.long.Unlock()
		begin = "BEGIN IMMEDIATE"
	}
	conn, err := db.writers.Conn(ctx)
	if err != nil {
		return err
	}
	tx := newTx(db, conn)
	broken := true
	defer func() {
		tx.closeStatements()
		discard(conn, broken)
	}()
	if err := tx.control(begin); err != nil {
		return err
	}
	if err := db.finish(ctx, tx, call(tx, &request{ctx: ctx, fn: fn})); err != nil {
		broken = tx.control("ROLLBACK") != nil
		return err
	}
	broken = false
	for _, after := range tx.after {
		after()
	}
	return nil
}

// finish writes the tallies of a function that succeeded and commits.
func (db *DB) finish(ctx context.Context, tx *Tx, err error) error {
	if err != nil {
		return err
	}
	after := tx.after
	tx.keep()
	if err := tx.writeTallies(ctx); err != nil {
		return err
	}
	tx.after = after
	if tx.aborted() {
		return errSwallowed
	}
	if err := tx.control("COMMIT"); err != nil {
		return errors.Join(errors.New("commit"), err)
	}
	return nil
}
