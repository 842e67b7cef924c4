package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

// Queue enqueues jobs and runs workers. It is safe for concurrent use once Start was called.
type Queue struct {
	db        *storage.DB
	clock     clock.Clock
	log       *slog.Logger
	workers   []Worker
	listeners map[string][]Listener
	schedules []Schedule
	wake      map[string]chan struct{} // by kind
	shared    *sharedTime              // nil: the clock alone
	stop      context.CancelFunc
	running   sync.WaitGroup
}

// New returns a queue over db, with nobody to work yet.
func New(db *storage.DB, c clock.Clock, log *slog.Logger) *Queue {
	return &Queue{db: db, clock: c, log: log, listeners: map[string][]Listener{}, wake: map[string]chan struct{}{}}
}

// Register adds workers, listeners and schedules. It is called before Start.
func (q *Queue) Register(workers []Worker, listeners []Listener, schedules []Schedule) {
	for _, l := range listeners {
		q.listeners[l.Event] = append(q.listeners[l.Event], l)
		workers = append(workers, Worker{Kind: l.kind(), Work: l.Work, Parallel: 2})
	}
	for _, w := range workers {
		if _, twice := q.wake[w.Kind]; twice {
			panic("jobs: two workers for " + w.Kind)
		}
		q.wake[w.Kind] = make(chan struct{}, 1)
		q.workers = append(q.workers, w.withDefaults())
	}
	q.schedules = append(q.schedules, schedules...)
}

// Task is what a caller wants done.
type Task struct {
	Kind    string
	Payload any       // becomes JSON
	RunAt   time.Time // by the queue's clock; zero: as soon as it is committed
	// Unique, when it is not empty, is a key under which one job of this kind waits at most: a second one is not enqueued, but
	// the first is done as early as either asks. A job that is being done does not wait.
	Unique string
}

// Enqueue writes a task in the caller's transaction. A function inside InTx may run twice, so payloads that take work to
// make are made before.
//
// A unique job that waits already is locked until the commit, also when nothing of it changes: a worker that took it in the
// meantime would not see what the caller writes.
func (q *Queue) Enqueue(ctx context.Context, tx *storage.Tx, task Task) error {
	payload, err := json.Marshal(task.Payload)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", task.Kind, err)
	}
	now := q.clock.Now()
	if task.RunAt.IsZero() {
		task.RunAt = now
	}
	runAt := clock.Micros(task.RunAt.Add(q.skew(ctx)))
	if _, err := tx.Exec(ctx, `
		INSERT INTO jobs_job (id, kind, payload, unique_key, run_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, unique_key) WHERE unique_key <> '' AND leased = 0
		DO UPDATE
		SET run_at = CASE WHEN excluded.run_at < jobs_job.run_at THEN excluded.run_at ELSE jobs_job.run_at END`,
		id.New(now), task.Kind, string(payload), task.Unique, runAt); err != nil {
		return fmt.Errorf("enqueue %s: %w", task.Kind, err)
	}
	tx.AfterCommit(func() { q.poke(task.Kind) })
	return nil
}

// Emit tells every listener of an event, in the caller's transaction.
func (q *Queue) Emit(ctx context.Context, tx *storage.Tx, event Event) error {
	for _, l := range q.listeners[event.EventName()] {
		if err := q.Enqueue(ctx, tx, Task{Kind: l.kind(), Payload: event}); err != nil {
			return err
		}
	}
	return nil
}

// poke wakes the worker of a kind on this node; other nodes find the job when they next look.
func (q *Queue) poke(kind string) {
	select {
	case q.wake[kind] <- struct{}{}: // nobody on this node: a nil channel, never ready
	default:
	}
}
