// Package jobs does later what must not be lost: durable work written in the caller's transaction.
//
// What it promises:
//   - a job exists exactly when the transaction that enqueued it was committed;
//   - it is worked at least once: a worker that dies leaves the job to another when its lease ends, so work is idempotent;
//   - an error brings it back later and later, and after four days of them it is kept as a dead letter with its error;
//   - events are jobs too: one for each listener, in the emitter's transaction;
//   - a schedule runs on one node at a time, and again when that node died;
//   - nodes whose clocks differ agree on who holds what, once they share the database's time.
//
// Where things are: queue.go enqueues and emits, run.go claims and works, settle.go writes how it ended, schedule.go repeats,
// dead.go keeps what failed, time.go is the time that nodes share.
package jobs

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the schema of the queue.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Job is one piece of work, as its worker sees it.
type Job struct {
	ID      string
	Kind    string
	Payload string    // JSON
	Attempt int       // 1 the first time
	failing time.Time // since its first failure; zero before
}

// Decode reads the payload into v.
func (j Job) Decode(v any) error {
	if err := json.Unmarshal([]byte(j.Payload), v); err != nil {
		return Permanent(fmt.Errorf("payload of %s: %w", j.Kind, err))
	}
	return nil
}

// Worker does the jobs of one kind.
type Worker struct {
	// Kind is what it works on, such as "mobilisation.confirmation".
	Kind string
	// Work does one job. An error brings the job back, unless it is Permanent.
	Work func(ctx context.Context, job Job) error
	// Parallel is how many jobs are worked at once on this node; 0 means 1.
	Parallel int
	// Timeout ends the ctx of one job; 0 means 30 s. The lease is this and LeaseMargin.
	Timeout time.Duration
	// MaxPause is the longest wait between two tries; 0 means 24 h. After an outage the last job leaves within this time.
	MaxPause time.Duration
	// KeepFor is how long a job that fails is tried again, from its first failure on; then it is dead. 0 means four days.
	KeepFor time.Duration
}

// LeaseMargin is how long after its timeout a job is taken for abandoned.
const LeaseMargin = 10 * time.Second

func (w Worker) withDefaults() Worker {
	w.Parallel = max(w.Parallel, 1)
	if w.Timeout == 0 {
		w.Timeout = 30 * time.Second
	}
	if w.MaxPause == 0 {
		w.MaxPause = 24 * time.Hour
	}
	if w.KeepFor == 0 {
		w.KeepFor = 4 * 24 * time.Hour
	}
	return w
}

// pause is how long a job waits after its n-th failure: 5 s, 20 s, 80 s … at most MaxPause.
func (w Worker) pause(attempt int) time.Duration {
	return min(5*time.Second<<(2*min(attempt-1, 12)), w.MaxPause)
}

// Event is a fact, in the past tense, with plain fields that survive JSON.
type Event interface {
	// EventName is "room.fact", such as "mobilisation.signed".
	EventName() string
}

// Listener is told of every event of one name.
type Listener struct {
	Event string // name of the event
	Name  string // of the listener: its job's kind is Event + " → " + Name
	Reads Event  // a zero value of the event as the listener reads it, so that a test can check it against the emitter's
	Work  func(ctx context.Context, job Job) error
}

func (l Listener) kind() string { return l.Event + " → " + l.Name }

// On makes a listener of a typed event.
func On[E Event](name string, work func(ctx context.Context, event E) error) Listener {
	var zero E
	return Listener{Event: zero.EventName(), Name: name, Reads: zero, Work: func(ctx context.Context, job Job) error {
		var event E
		if err := job.Decode(&event); err != nil {
			return err
		}
		return work(ctx, event)
	}}
}

// Permanent marks an error that trying again will not mend: the job is dead at once.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Later asks for the job to come back after d without counting as a failure: a door that is closed for now.
func Later(d time.Duration) error { return later(d) }

type later time.Duration

// IsLater tells whether an error is what Later made.
func IsLater(err error) bool {
	_, ok := errors.AsType[later](err)
	return ok
}

func (l later) Error() string { return "again in " + time.Duration(l).String() }
