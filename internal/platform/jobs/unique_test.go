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

var unique = jobs.Task{Kind: "test.work", Unique: "same"}

// Whoever enqueues while the job is being done may have written what it has no longer read.
func TestAUniqueJobUnderWayDoesNotTakeTheNextOnesPlace(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		var worked atomic.Int64
		began, release := make(chan struct{}, 9), make(chan struct{})
		q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error {
			began <- struct{}{}
			<-release
			worked.Add(1)
			return nil
		}}}, nil, nil)
		enqueue(t, db, q, unique)
		start(t, q)
		<-began
		for range 3 {
			enqueue(t, db, q, unique)
		}
		if n, err := q.Waiting(t.Context(), "test.work"); err != nil || n != 2 {
			t.Errorf("%d jobs under way or waiting, %v", n, err)
		}
		close(release)
		within(t, "it is done again", func() bool { n, _ := q.Waiting(t.Context(), "test.work"); return worked.Load() == 2 && n == 0 })
	})
}

func TestAUniqueJobThatFailedIsWokenByTheNextOne(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		q := jobs.New(db, now, quiet())
		var tries atomic.Int64
		q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error {
			if tries.Add(1) == 1 {
				return errors.New("not now")
			}
			return nil
		}}}, nil, nil)
		enqueue(t, db, q, unique)
		start(t, q)
		within(t, "it failed and waits", func() bool { return tries.Load() == 1 && leased(t, db) == 0 })
		enqueue(t, db, q, unique)
		within(t, "the one job is done", func() bool { n, _ := q.Waiting(t.Context(), "test.work"); return n == 0 })
		if tries.Load() != 2 {
			t.Errorf("tried %d times", tries.Load())
		}
	})
}

// A job that fails while another of its key waits goes: the other will do the work of both.
func TestAUniqueJobThatFailsGivesWayToTheOneThatWaits(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		for name, failure := range map[string]error{"failed": errors.New("not now"), "later": jobs.Later(time.Hour)} {
			q := jobs.New(db, clock.System(), quiet())
			began, release := make(chan struct{}, 9), make(chan struct{})
			var tries atomic.Int64
			q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error {
				began <- struct{}{}
				<-release
				if tries.Add(1) == 1 {
					return failure
				}
				return nil
			}}}, nil, nil)
			enqueue(t, db, q, unique)
			start(t, q)
			<-began
			enqueue(t, db, q, unique)
			close(release)
			within(t, name+": nothing is left", func() bool { n, _ := q.Waiting(t.Context(), "test.work"); return n == 0 })
			if tries.Load() != 2 {
				t.Errorf("%s: tried %d times", name, tries.Load())
			}
			q.Stop()
		}
	})
}

func TestAnEarlierUniqueJobIsNotPutOffByALaterOne(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		var worked atomic.Int64
		q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error { worked.Add(1); return nil }}}, nil, nil)
		enqueue(t, db, q, unique)
		late := unique
		late.RunAt = clock.System().Now().Add(time.Hour)
		enqueue(t, db, q, late)
		start(t, q)
		within(t, "it is done now", func() bool { return worked.Load() == 1 })
	})
}

func TestAProcessThatWasKilledLeavesAUniqueJobBesideAWaitingOne(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		q := jobs.New(db, now, quiet())
		enqueue(t, db, q, unique)
		if err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE jobs_job SET leased = 1, attempt = 1`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		enqueue(t, db, q, unique)
		q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error { return nil }}}, nil, nil)
		start(t, q)
		within(t, "both are done", func() bool { n, _ := q.Waiting(t.Context(), "test.work"); return n == 0 })
	})
}

func leased(t *testing.T, db *storage.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `SELECT COUNT(*) FROM jobs_job WHERE leased = 1`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
