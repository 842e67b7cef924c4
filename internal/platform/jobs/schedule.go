package jobs

import (
	"context"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// Schedule repeats something, on one node at a time.
type Schedule struct {
	// Name is unique in the house, such as "mobilisation.recount".
	Name string
	// Every is the pause between two starts. Not less than a second.
	Every time.Duration
	// At, when Every is 24 h, is the time of day in UTC at which it starts.
	At time.Duration
	// Timeout ends the ctx of one run, and is how long the node holds it; 0 means 10 minutes.
	Timeout time.Duration
	// Run does it. After an error, or when the node died, it is run again once Timeout is over, or at the next start when that is
	// sooner.
	Run func(ctx context.Context) error
}

// next is the first start after now.
func (s Schedule) next(now time.Time) time.Time {
	if s.At > 0 {
		at := now.Truncate(24 * time.Hour).Add(s.At)
		for !at.After(now) {
			at = at.Add(24 * time.Hour)
		}
		return at
	}
	return now.Add(s.Every)
}

// prepareSchedules writes down when schedules that are new start first.
func (q *Queue) prepareSchedules(ctx context.Context) error {
	now := q.now(ctx)
	return q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range q.schedules {
			if _, err := tx.Exec(ctx, `
				INSERT INTO jobs_schedule (name, next_at)
				VALUES ($1, $2)
				ON CONFLICT (name) DO NOTHING`, s.Name, clock.Micros(s.next(now))); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepSchedules starts what is due until ctx ends.
func (q *Queue) keepSchedules(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, s := range q.schedules {
			run, mine, err := q.takeSchedule(ctx, s)
			if err != nil && ctx.Err() == nil {
				q.log.Error("a schedule cannot be taken", "schedule", s.Name, "error", err)
			}
			if mine && err == nil {
				q.running.Go(func() { q.runSchedule(ctx, run) })
			}
		}
	}
}

// scheduled is one run of a schedule.
type scheduled struct {
	Schedule
	began time.Time
	lease time.Time // its end, which says whose run it is
}

// takeSchedule tells whether this node is to run s now. When it starts next is written when the run has ended.
func (q *Queue) takeSchedule(ctx context.Context, s Schedule) (run scheduled, mine bool, err error) {
	now := q.now(ctx)
	due, err := q.scheduleDue(ctx, s, now)
	if err != nil || !due {
		return run, false, err
	}
	run = scheduled{Schedule: s, began: now, lease: now.Add(s.timeout())}
	err = q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE jobs_schedule
			SET lease_until = $2
			WHERE name = $1 AND next_at <= $3 AND lease_until <= $3`, s.Name, clock.Micros(run.lease), clock.Micros(now))
		mine = n == 1
		return err
	})
	return run, mine, err
}

func (q *Queue) scheduleDue(ctx context.Context, s Schedule, now time.Time) (bool, error) {
	var n int
	err := q.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM jobs_schedule
		WHERE name = $1 AND next_at <= $2 AND lease_until <= $2`, s.Name, clock.Micros(now)).Scan(&n)
	return n > 0, err
}

func (s Schedule) timeout() time.Duration {
	if s.Timeout == 0 {
		return 10 * time.Minute
	}
	return s.Timeout
}

func (q *Queue) runSchedule(ctx context.Context, run scheduled) {
	running, cancel := context.WithTimeout(ctx, run.timeout())
	defer cancel()
	failure := protect(running, Worker{Work: func(ctx context.Context, _ Job) error { return run.Run(ctx) }}, Job{})
	next, text := run.next(run.began), ""
	switch {
	case failure != nil && ctx.Err() != nil: // we stop: it did nothing wrong, and is due
		next = run.began
	case failure != nil:
		next, text = earlier(next, run.lease), brief(failure)
		q.log.Error("a schedule failed", "schedule", run.Name, "error", failure)
	}
	ending := context.WithoutCancel(ctx)
	if err := q.change(ending, `
		UPDATE jobs_schedule
		SET next_at = $3, lease_until = 0, last_at = $4, last_error = $5
		WHERE name = $1 AND lease_until = $2`,
		run.Name, clock.Micros(run.lease), clock.Micros(next), clock.Micros(q.now(ending)), text); err != nil {
		q.log.Error("the end of a schedule cannot be written", "schedule", run.Name, "error", err)
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
