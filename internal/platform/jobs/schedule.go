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
	// Run does it. An error is logged, and the next start is not moved.
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
	now := q.clock.Now()
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
			mine, err := q.takeSchedule(ctx, s)
			if err != nil && ctx.Err() == nil {
				q.log.Error("a schedule cannot be taken", "schedule", s.Name, "error", err)
			}
			if mine {
				q.running.Go(func() { q.runSchedule(ctx, s) })
			}
		}
	}
}

// takeSchedule tells whether this node is to run s now.
func (q *Queue) takeSchedule(ctx context.Context, s Schedule) (mine bool, err error) {
	now := q.clock.Now()
	due, err := q.scheduleDue(ctx, s, now)
	if err != nil || !due {
		return false, err
	}
	err = q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE jobs_schedule
			SET next_at = $2, lease_until = $3
			WHERE name = $1 AND next_at <= $4 AND lease_until <= $4`,
			s.Name, clock.Micros(s.next(now)), clock.Micros(now.Add(s.timeout())), clock.Micros(now))
		mine = n == 1
		return err
	})
	return mine, err
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

func (q *Queue) runSchedule(ctx context.Context, s Schedule) {
	running, cancel := context.WithTimeout(ctx, s.timeout())
	defer cancel()
	failure := protect(running, Worker{Work: func(ctx context.Context, _ Job) error { return s.Run(ctx) }}, Job{})
	text := ""
	if failure != nil && ctx.Err() == nil {
		text = brief(failure)
		q.log.Error("a schedule failed", "schedule", s.Name, "error", failure)
	}
	if err := q.change(context.WithoutCancel(ctx), `
		UPDATE jobs_schedule
		SET lease_until = 0, last_at = $2, last_error = $3
		WHERE name = $1`, s.Name, clock.Micros(q.clock.Now()), text); err != nil {
		q.log.Error("the end of a schedule cannot be written", "schedule", s.Name, "error", err)
	}
}
