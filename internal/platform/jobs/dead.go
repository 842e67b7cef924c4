package jobs

import (
	"context"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// DeadLetter is a job that was given up.
type DeadLetter struct {
	Job
	LastError string
	Due       time.Time // of its last try's lease
}

// DeadLetters lists what was given up, the oldest first, at most limit.
func (q *Queue) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	rows, err := q.db.Query(ctx, `
		SELECT id, kind, payload, attempt, last_error, run_at
		FROM jobs_job
		WHERE dead = 1
		ORDER BY id
		LIMIT $1`, limit)
	return storage.All(rows, err, func(r *storage.Rows) (d DeadLetter, err error) {
		var due int64
		err = r.Scan(&d.ID, &d.Kind, &d.Payload, &d.Attempt, &d.LastError, &due)
		d.Due = clock.Time(due)
		return d, err
	})
}

// Revive sends a dead letter back to work with all its tries. It tells whether there was such a letter.
func (q *Queue) Revive(ctx context.Context, jobID string) (revived bool, err error) {
	now := q.now(ctx)
	err = q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var kind string
		row := tx.QueryRow(ctx, `
			UPDATE jobs_job
			SET dead = 0, attempt = 0, failing_since = 0, run_at = $2
			WHERE id = $1 AND dead = 1
			RETURNING kind`, jobID, clock.Micros(now))
		if err := row.Scan(&kind); err == nil {
			revived = true
			tx.AfterCommit(func() { q.poke(kind) })
		} else if err != storage.ErrNoRows {
			return err
		}
		return nil
	})
	return revived, err
}

// Waiting counts the jobs of a kind that are due or under way.
func (q *Queue) Waiting(ctx context.Context, kind string) (n int64, err error) {
	err = q.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM jobs_job
		WHERE kind = $1 AND dead = 0`, kind).Scan(&n)
	return n, err
}
