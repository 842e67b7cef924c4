package jobs

import (
	"context"
	"errors"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// settle deletes a finished job, sends back one that failed, or buries it. The attempt says whether it is still ours.
func (q *Queue) settle(ctx context.Context, w Worker, job Job, failure error) error {
	if failure == nil {
		return q.change(ctx, `DELETE FROM jobs_job WHERE id = $1 AND attempt = $2`, job.ID, job.Attempt)
	}
	now := q.now(ctx)
	if wait, ok := errors.AsType[later](failure); ok {
		return q.sendBack(ctx, job, `
			UPDATE jobs_job
			SET leased = 0, attempt = attempt - 1, run_at = $3
			WHERE id = $1 AND attempt = $2`, clock.Micros(now.Add(time.Duration(wait))))
	}
	if job.failing.IsZero() {
		job.failing = now
	}
	if _, final := errors.AsType[permanent](failure); final || now.Sub(job.failing) >= w.KeepFor {
		q.log.Error("a job is given up", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", failure)
		return q.change(ctx, `
			UPDATE jobs_job
			SET leased = 0, dead = 1, unique_key = '', last_error = $3
			WHERE id = $1 AND attempt = $2`, job.ID, job.Attempt, brief(failure))
	}
	q.log.Warn("a job failed and comes back", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", failure)
	return q.sendBack(ctx, job, `
		UPDATE jobs_job
		SET leased = 0, run_at = $3, failing_since = $4, last_error = $5
		WHERE id = $1 AND attempt = $2`, clock.Micros(now.Add(w.pause(job.Attempt))), clock.Micros(job.failing), brief(failure))
}

// sendBack has a job wait again, unless another of its key waits already: that one will do the work of both.
func (q *Queue) sendBack(ctx context.Context, job Job, query string, args ...any) error {
	return q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			DELETE FROM jobs_job
			WHERE id = $1 AND attempt = $2 AND unique_key <> '' AND EXISTS (
				SELECT 1
				FROM jobs_job w
				WHERE w.kind = jobs_job.kind AND w.unique_key = jobs_job.unique_key AND w.unique_key <> '' AND w.leased = 0)`,
			job.ID, job.Attempt)
		if err != nil || n > 0 {
			return err
		}
		_, err = tx.Exec(ctx, query, append([]any{job.ID, job.Attempt}, args...)...)
		return err
	})
}

func (q *Queue) change(ctx context.Context, query string, args ...any) error {
	return q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

// brief is the beginning of an error as both databases take it: whole letters, and no zero byte.
func brief(err error) string {
	text := err.Error()
	return strings.ReplaceAll(strings.ToValidUTF8(text[:min(len(text), 500)], ""), "\x00", "")
}
