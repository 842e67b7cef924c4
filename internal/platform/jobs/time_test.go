package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// fast is a clock that is ahead of the machine's.
type fast time.Duration

func (f fast) Now() time.Time { return clock.System().Now().Add(time.Duration(f)) }

func TestANodeWhoseClockIsFastLeavesOthersTheirJobs(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		var worked atomic.Int64
		began, release := make(chan struct{}, 9), make(chan struct{})
		node := func(c clock.Clock) *jobs.Queue {
			q := jobs.New(db, c, quiet())
			q.ShareTime()
			q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error {
				worked.Add(1)
				began <- struct{}{}
				<-release
				return nil
			}}}, nil, nil)
			return q
		}
		ours, theirs := node(clock.System()), node(fast(10*time.Minute))
		enqueue(t, db, theirs, jobs.Task{Kind: "test.work"})
		if err := ours.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-began // at once, although it was enqueued ten minutes ahead
		if db.Dialect() == storage.Postgres {
			if err := theirs.Start(t.Context()); err != nil { // on SQLite there is no other node, and this would end the lease
				t.Fatal(err)
			}
		}
		time.Sleep(1500 * time.Millisecond) // longer than between two looks
		close(release)
		ours.Stop()
		theirs.Stop()
		if worked.Load() != 1 {
			t.Errorf("worked %d times", worked.Load())
		}
	})
}

func TestTheLastJobLeavesSoonAfterALongOutage(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		over := now.Now().Add(3 * 24 * time.Hour)
		q := jobs.New(db, now, quiet())
		var last atomic.Int64
		q.Register([]jobs.Worker{{Kind: "test.work", MaxPause: 5 * time.Minute, Work: func(context.Context, jobs.Job) error {
			last.Store(clock.Micros(now.Now()))
			if now.Now().Before(over) {
				return errors.New("the mail server is away")
			}
			return nil
		}}}, nil, nil)
		enqueue(t, db, q, jobs.Task{Kind: "test.work"})
		start(t, q)
		for range 5 { // failures in a row: the usual pause would be twenty minutes by now
			due := dueAt(t, db)
			now.Advance(due.Sub(now.Now()))
			within(t, "a failure", func() bool { return dueAt(t, db).After(due) && leased(t, db) == 0 })
		}
		if wait := dueAt(t, db).Sub(now.Now()); wait != 5*time.Minute {
			t.Errorf("the pause is %s", wait)
		}
		now.Advance(over.Sub(now.Now()))
		within(t, "it is done", func() bool { n, _ := q.Waiting(t.Context(), "test.work"); return n == 0 })
		if late := clock.Time(last.Load()).Sub(over); late > 5*time.Minute {
			t.Errorf("%s after the outage", late)
		}
	})
}

func dueAt(t *testing.T, db *storage.DB) time.Time {
	t.Helper()
	var micros int64
	if err := db.QueryRow(t.Context(), `SELECT run_at FROM jobs_job`).Scan(&micros); err != nil {
		t.Fatal(err)
	}
	return clock.Time(micros)
}
