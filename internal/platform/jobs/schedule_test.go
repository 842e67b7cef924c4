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

func nightly(run func(context.Context) error) []jobs.Schedule {
	return []jobs.Schedule{{Name: "test.night", Every: 24 * time.Hour, At: 3 * time.Hour, Run: run}}
}

func TestAScheduleWhoseNodeDiedIsRunAgainTheSameNight(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		var runs atomic.Int64
		began, release, finish := make(chan int64, 9), make(chan struct{}), make(chan struct{})
		for range 2 {
			q := jobs.New(db, now, quiet())
			q.Register(nil, nil, nightly(func(context.Context) error {
				n := runs.Add(1)
				began <- n
				if n == 1 {
					<-release // as if killed
					return nil
				}
				<-finish
				return nil
			}))
			start(t, q)
		}
		now.Advance(3*time.Hour + time.Minute)
		<-began
		now.Advance(11 * time.Minute)
		<-began
		close(release) // the first comes back while the second is at it: the lease is no longer its own
		time.Sleep(100 * time.Millisecond)
		if !nextAt(t, db).IsZero() {
			t.Error("the lease of the second was ended by the first")
		}
		close(finish)
		within(t, "the end is written", func() bool { return nextAt(t, db).Equal(time.Date(2026, 5, 2, 3, 0, 0, 0, time.UTC)) })
		if runs.Load() != 2 {
			t.Errorf("%d runs", runs.Load())
		}
	})
}

func TestAScheduleThatFailedIsTriedAgainBeforeTheNextNight(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		var runs atomic.Int64
		q := jobs.New(db, now, quiet())
		q.Register(nil, nil, nightly(func(context.Context) error {
			if runs.Add(1) == 1 {
				return errors.New("the database is away")
			}
			return nil
		}))
		start(t, q)
		now.Advance(3*time.Hour + time.Minute)
		within(t, "the first run is over", func() bool { return nextAt(t, db).Equal(time.Date(2026, 5, 1, 3, 11, 0, 0, time.UTC)) })
		now.Advance(11 * time.Minute)
		within(t, "the second run", func() bool { return nextAt(t, db).Equal(time.Date(2026, 5, 2, 3, 0, 0, 0, time.UTC)) })
		if runs.Load() != 2 {
			t.Errorf("%d runs", runs.Load())
		}
	})
}

func nextAt(t *testing.T, db *storage.DB) time.Time {
	t.Helper()
	var micros int64
	if err := db.QueryRow(t.Context(), `SELECT next_at FROM jobs_schedule WHERE lease_until = 0`).Scan(&micros); err != nil && !errors.Is(err, storage.ErrNoRows) {
		t.Fatal(err)
	}
	return clock.Time(micros)
}
