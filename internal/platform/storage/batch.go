package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// How callers share a commit.
//
// A batcher takes every request that waits, runs their functions one after another in one transaction, and commits once;
// while the disk works, the next requests gather. Nobody waits for company: alone, a caller commits alone.
//
// The usual batch uses no savepoints, for they cost a round trip each on PostgreSQL and time on SQLite. Only when a
// function fails after it wrote is the batch rolled back and run again, then with a savepoint around each function, so
// that the failing one takes nothing with it but itself. This is why a function may run twice.

const (
	queueLength = 4096
	batchLength = 256 // functions in one commit: bounds both the wait of the first and the size of the log
	tries       = 5   // of a batch that PostgreSQL asks to run again
)

// request is one call of InTx.
type request struct {
	ctx   context.Context
	fn    func(context.Context, *Tx) error
	err   error
	after []func()
	done  chan struct{}
}

// session is a batcher's connection.
type session interface {
	begin() (*Tx, error) // a Tx even when BEGIN itself failed, nil when there is no connection
	end()                // once for every Tx that begin returned
	healthy(err error)   // looks at what begin or commit returned, and drops the connection when it cannot be trusted
	close(broken bool)
}

// stats are for metrics and tests.
type stats struct{ commits, functions, reruns atomic.Int64 }

// Stats tells how many commits there were, how many functions they carried, and how many batches ran twice.
func (db *DB) Stats() (commits, functions, reruns int64) {
	return db.stats.commits.Load(), db.stats.functions.Load(), db.stats.reruns.Load()
}

// InTx runs fn in a transaction shared with others and returns once the commit is on disk.
//
// fn only runs SQL, takes under 2 ms, and may run twice, so it keeps nothing from a first run: encryption, rendering and
// network come before or after. When fn fails, its writes are undone and its error returned as it is. When the commit
// fails, every caller of the batch gets the error, and none of their rows are kept.
func (db *DB) InTx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	var err error
	for range tries {
		if err = db.submit(ctx, fn); err == nil || !db.collided(err) {
			return err
		}
	}
	return err
}

// submit hands one call to a batcher and waits for its commit.
func (db *DB) submit(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case db.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.closing:
		return ErrClosed
	}
	select {
	case <-r.done: // not ctx.Done: whoever asked must know whether it was kept
		return r.err
	case <-db.drained:
		select {
		case <-r.done:
			return r.err
		default:
			return ErrClosed
		}
	}
}

func (db *DB) startBatcher(s session) {
	db.workers.Go(func() {
		defer s.close(false)
		for {
			select {
			case first := <-db.queue:
				db.run(s, db.gather(first))
			case <-db.closing:
				return
			}
		}
	})
}

// gather returns first and all that waits behind it, up to batchLength.
func (db *DB) gather(first *request) []*request {
	batch := []*request{first}
	for len(batch) < batchLength {
		select {
		case next := <-db.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// run commits a batch, again if it must, and tells every caller.
func (db *DB) run(s session, batch []*request) {
	var how manner
	for try := 1; ; try++ {
		err := db.attempt(s, batch, how)
		if err == nil {
			break
		}
		next, again := db.next(how, err)
		if again && try < tries {
			how = next
			db.stats.reruns.Add(1)
			continue
		}
		for _, r := range batch {
			r.err = fmt.Errorf("commit: %w", err)
			r.after = nil
		}
		break
	}
	db.stats.commits.Add(1)
	db.stats.functions.Add(int64(len(batch)))
	for _, r := range batch {
		for _, fn := range r.after {
			fn()
		}
		close(r.done)
	}
}

// manner is how a batch is run. The first time it is all false, which is the quickest.
type manner struct {
	alone      bool // no other batch of this process runs meanwhile, so none of them holds a lock that this one wants
	savepoints bool // each function is undone by itself
}

// next tells whether a batch that failed may run again, and how. Batches that wait for each other's locks would meet again, and
// again at each function with savepoints, a whole lock_timeout each time: so they take turns. Where the lock is somebody
// else's, another node's, those functions fail alone that want it.
func (db *DB) next(how manner, err error) (manner, bool) {
	_, lost := errors.AsType[lostBefore](err)
	switch {
	case errors.Is(err, errAgain):
		return manner{alone: how.alone, savepoints: true}, !how.savepoints
	case db.collided(err):
		return manner{alone: true, savepoints: how.alone}, true
	default:
		return how, lost
	}
}

// errAgain asks for the batch to be run once more, with savepoints.
var errAgain = errors.New("a function failed after it wrote")

// lostBefore is a connection that broke before COMMIT was sent: nothing was kept, so the batch may run again on another.
type lostBefore struct{ error }

func (l lostBefore) Unwrap() error { return l.error }

// attempt runs the whole batch in one transaction.
func (db *DB) attempt(s session, batch []*request, how manner) error {
	if how.alone {
		db.turn.Lock()
		defer db.turn.Unlock()
	} else {
		db.turn.RLock()
		defer db.turn.RUnlock()
	}
	tx, err := s.begin()
	if tx != nil {
		defer s.end()
	}
	if err != nil {
		s.close(true)
		return lostBefore{err}
	}
	if err := db.fill(tx, batch, how.savepoints); err != nil {
		return db.undo(s, tx, err)
	}
	if err := tx.control("COMMIT"); err != nil {
		s.healthy(err)
		return db.undo(s, tx, err)
	}
	return nil
}

// undo rolls back. A connection that cannot even do that is thrown away.
func (db *DB) undo(s session, tx *Tx, err error) error {
	if undone := tx.control("ROLLBACK"); undone != nil {
		s.close(true)
	}
	return err
}

// fill runs every function of the batch and writes the tallies.
func (db *DB) fill(tx *Tx, batch []*request, savepoints bool) error {
	for _, r := range batch {
		var err error
		if savepoints {
			err = tx.alone(r)
		} else {
			err = tx.together(r)
		}
		if err != nil {
			return err
		}
	}
	tx.start()
	if err := tx.writeTallies(context.Background()); err != nil {
		return err
	}
	if tx.aborted() {
		return errAgain
	}
	return nil
}

// together runs a function with nothing around it. A function that fails before it wrote harms nobody.
func (tx *Tx) together(r *request) error {
	tx.start()
	r.after = nil // of a run before
	r.err = call(tx, r)
	if tx.db.collided(r.err) {
		return r.err
	}
	if (tx.wrote || tx.broken) && r.err != nil || tx.aborted() {
		return errAgain
	}
	if r.err != nil {
		return nil
	}
	r.after = tx.after
	tx.keep()
	return nil
}

// alone runs a function inside a savepoint, which is undone when it fails.
func (tx *Tx) alone(r *request) error {
	if err := tx.control("SAVEPOINT alone"); err != nil {
		return lostBefore{err}
	}
	tx.start()
	r.after = nil
	if r.err = call(tx, r); r.err == nil && tx.aborted() {
		r.err = errSwallowed
	}
	if r.err != nil {
		if err := tx.control("ROLLBACK TO SAVEPOINT alone"); err != nil { // on a full disk SQLite has undone everything already
			return lostBefore{errors.Join(r.err, err)}
		}
		return tx.control("RELEASE SAVEPOINT alone")
	}
	r.after = tx.after
	tx.keep()
	return tx.control("RELEASE SAVEPOINT alone")
}

// errSwallowed is a programmer's mistake: what was written beside the failed statement is undone all the same.
var errSwallowed = errors.New("a statement failed, and the function did not say so")

// call runs the function and turns a panic into an error: one caller's mistake must not stop the writer.
func call(tx *Tx, r *request) (err error) {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if cause := recover(); cause != nil {
			tx.broken = true
			err = fmt.Errorf("panic in a transaction: %v\n%s", cause, debug.Stack())
		}
	}()
	return r.fn(r.ctx, tx)
}
