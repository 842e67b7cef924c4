package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func migrations() []storage.Migrations {
	return []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}}
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

type signed struct{ Petition string }

func (signed) EventName() string { return "test.signed" }

func enqueue(t *testing.T, db *storage.DB, q *jobs.Queue, task jobs.Task) {
	t.Helper()
	err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error { return q.Enqueue(ctx, tx, task) })
	if err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, q *jobs.Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Stop)
}

// within waits until done says so, and fails the test after ten seconds.
func within(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}

func TestEachJobIsWorkedOnceAndGoes(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		var mu sync.Mutex
		seen := map[string]int{}
		q.Register([]jobs.Worker{{Kind: "test.work", Parallel: 4, Work: func(_ context.Context, job jobs.Job) error {
			mu.Lock()
			defer mu.Unlock()
			seen[job.Payload]++
			return nil
		}}}, nil, nil)
		for i := range 50 {
			enqueue(t, db, q, jobs.Task{Kind: "test.work", Payload: i})
		}
		start(t, q)
		within(t, "all jobs are gone", func() bool { n, err := q.Waiting(t.Context(), "test.work"); return err == nil && n == 0 })
		for i := range 50 {
			if n := seen[fmt.Sprint(i)]; n != 1 {
				t.Errorf("job %d was worked %d times", i, n)
			}
		}
	})
}

func TestAJobOfARolledBackTransactionIsNone(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		no := errors.New("no")
		err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			if err := q.Enqueue(ctx, tx, jobs.Task{Kind: "test.work"}); err != nil {
				return err
			}
			return no
		})
		if n, _ := q.Waiting(t.Context(), "test.work"); !errors.Is(err, no) || n != 0 {
			t.Fatalf("%d jobs, %v", n, err)
		}
	})
}

func TestUniqueJobsAreEnqueuedOnce(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		for range 3 {
			enqueue(t, db, q, jobs.Task{Kind: "test.work", Unique: "same"})
			enqueue(t, db, q, jobs.Task{Kind: "test.work"})
		}
		if n, err := q.Waiting(t.Context(), "test.work"); err != nil || n != 4 {
			t.Fatalf("%d jobs, %v", n, err)
		}
	})
}

func TestAFailureComesBackLaterThenIsADeadLetterThatCanBeRevived(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		q := jobs.New(db, now, quiet())
		var tries atomic.Int64
		var mended atomic.Bool
		q.Register([]jobs.Worker{{Kind: "test.work", KeepFor: time.Second, Work: func(_ context.Context, job jobs.Job) error {
			tries.Add(1)
			if mended.Load() {
				return nil
			}
			return errors.New("mail server away")
		}}}, nil, nil)
		enqueue(t, db, q, jobs.Task{Kind: "test.work"})
		start(t, q)
		within(t, "first try", func() bool { return tries.Load() == 1 })
		within(t, "second try", func() bool { now.Advance(time.Second); return tries.Load() == 2 })
		var dead []jobs.DeadLetter
		within(t, "a dead letter", func() bool { dead, _ = q.DeadLetters(t.Context(), 9); return len(dead) == 1 })
		if !strings.Contains(dead[0].LastError, "mail server away") {
			t.Errorf("last error %q", dead[0].LastError)
		}
		mended.Store(true)
		if ok, err := q.Revive(t.Context(), dead[0].ID); !ok || err != nil {
			t.Fatalf("revive: %v, %v", ok, err)
		}
		within(t, "the revived job is done", func() bool { n, _ := q.Waiting(t.Context(), "test.work"); return tries.Load() == 3 && n == 0 })
	})
}

func TestPermanentFailuresAndPanicsDoNotLoop(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		q := jobs.New(db, now, quiet())
		q.Register([]jobs.Worker{
			{Kind: "test.final", Work: func(context.Context, jobs.Job) error { return jobs.Permanent(errors.New("no such person")) }},
			{Kind: "test.panic", KeepFor: time.Second, Work: func(context.Context, jobs.Job) error { panic("a mistake") }},
		}, nil, nil)
		enqueue(t, db, q, jobs.Task{Kind: "test.final"})
		enqueue(t, db, q, jobs.Task{Kind: "test.panic"})
		start(t, q)
		within(t, "two dead letters", func() bool { now.Advance(time.Second); dead, _ := q.DeadLetters(t.Context(), 9); return len(dead) == 2 })
	})
}

func TestAJobWhoseWorkerDiedIsWorkedAgain(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		dying := jobs.New(db, now, quiet())
		began, release := make(chan struct{}), make(chan struct{})
		dying.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error {
			close(began)
			<-release // as if killed: it never answers while the other node works
			return nil
		}}}, nil, nil)
		enqueue(t, db, dying, jobs.Task{Kind: "test.work"})
		if err := dying.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-began
		var worked atomic.Int64
		heir := jobs.New(db, now, quiet())
		heir.Register([]jobs.Worker{{Kind: "test.work", Work: func(_ context.Context, job jobs.Job) error {
			worked.Add(int64(job.Attempt))
			return nil
		}}}, nil, nil)
		now.Advance(time.Minute)
		start(t, heir)
		within(t, "the heir worked it as a second attempt", func() bool { return worked.Load() == 2 })
		within(t, "it is gone", func() bool { n, _ := heir.Waiting(t.Context(), "test.work"); return n == 0 })
		close(release)
		dying.Stop()
	})
}

func TestEveryListenerIsToldOnce(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		var told sync.Map
		hear := func(name string) jobs.Listener {
			return jobs.On(name, func(_ context.Context, e signed) error {
				if _, twice := told.LoadOrStore(name+" "+e.Petition, true); twice {
					t.Errorf("%s was told twice", name)
				}
				return nil
			})
		}
		q.Register(nil, []jobs.Listener{hear("mailing"), hear("webhook")}, nil)
		start(t, q)
		if err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error { return q.Emit(ctx, tx, signed{"val"}) }); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"mailing val", "webhook val"} {
			within(t, want, func() bool { _, ok := told.Load(want); return ok })
		}
	})
}

func TestAScheduleRunsOnOneNodeOnly(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		var runs atomic.Int64
		for range 2 {
			q := jobs.New(db, now, quiet())
			q.Register(nil, nil, []jobs.Schedule{{Name: "test.night", Every: 24 * time.Hour, At: 3 * time.Hour, Run: func(context.Context) error {
				runs.Add(1)
				return nil
			}}})
			start(t, q)
		}
		now.Advance(3*time.Hour + time.Minute)
		within(t, "the night's run", func() bool { return runs.Load() == 1 })
		now.Advance(24 * time.Hour)
		within(t, "the next night's run", func() bool { return runs.Load() >= 2 })
		if runs.Load() != 2 {
			t.Fatalf("%d runs in two nights", runs.Load())
		}
	})
}

func TestStopWaitsAndCountsNothingAgainstTheJob(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		began := make(chan struct{})
		q.Register([]jobs.Worker{{Kind: "test.work", KeepFor: time.Nanosecond, Work: func(ctx context.Context, _ jobs.Job) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		}}}, nil, nil)
		enqueue(t, db, q, jobs.Task{Kind: "test.work"})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-began
		q.Stop()
		if n, err := q.Waiting(t.Context(), "test.work"); err != nil || n != 1 {
			t.Fatalf("%d jobs wait, %v", n, err)
		}
	})
}
