package jobs_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestJobsAreCountedByKindAndRevivedTogether(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		held := make(chan struct{})
		q.Register([]jobs.Worker{
			{Kind: "test.broken", Work: func(context.Context, jobs.Job) error { return jobs.Permanent(errors.New("no")) }},
			{Kind: "test.long", Work: func(context.Context, jobs.Job) error { <-held; return nil }},
		}, nil, nil)
		for _, kind := range []string{"test.broken", "test.broken", "test.long"} {
			enqueue(t, db, q, jobs.Task{Kind: kind})
		}
		enqueue(t, db, q, jobs.Task{Kind: "test.long", RunAt: time.Now().Add(time.Hour)})
		start(t, q)
		t.Cleanup(func() { close(held) }) // before the queue stops
		want := []jobs.Count{{Kind: "test.broken", Dead: 2}, {Kind: "test.long", Waiting: 1, Running: 1}}
		var got []jobs.Count
		within(t, "two dead, one under way", func() bool { got, _ = q.Counts(t.Context()); return slices.Equal(got, want) })
		if n, err := q.ReviveAll(t.Context(), "test.long"); err != nil || n != 0 {
			t.Errorf("none of this kind is dead: %d, %v", n, err)
		}
		if n, err := q.ReviveAll(t.Context(), "test.broken"); err != nil || n != 2 {
			t.Errorf("revived %d, %v", n, err)
		}
		within(t, "dead again", func() bool { got, _ = q.Counts(t.Context()); return slices.Equal(got, want) })
		if n, err := q.ReviveAll(t.Context(), ""); err != nil || n != 2 {
			t.Errorf("revived %d of all, %v", n, err)
		}
	})
}
