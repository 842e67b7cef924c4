package jobs

import (
	"context"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// Count is how many jobs of one kind there are.
type Count struct {
	Kind    string
	Waiting int64 // due, or due later
	Running int64 // under a lease that has not ended
	Dead    int64 // given up
}

// Counts tells what there is of every kind that has any job, by name.
func (q *Queue) Counts(ctx context.Context) ([]Count, error) {
	rows, err := q.db.Query(ctx, `
		SELECT kind,
			SUM(CASE WHEN dead = 0 AND NOT (leased = 1 AND run_at > $1) THEN 1 ELSE 0 END),
			SUM(CASE WHEN dead = 0 AND leased = 1 AND run_at > $1 THEN 1 ELSE 0 END),
			SUM(CASE WHEN dead = 1 THEN 1 ELSE 0 END)
		FROM jobs_job
		GROUP BY kind
		ORDER BY kind`, clock.Micros(q.now(ctx)))
	return storage.All(rows, err, func(r *storage.Rows) (c Count, err error) {
		err = r.Scan(&c.Kind, &c.Waiting, &c.Running, &c.Dead)
		return c, err
	})
}

// ReviveAll sends the dead letters of a kind back to work with all their tries, those of every kind when it is empty. It tells
// how many there were.
func (q *Queue) ReviveAll(ctx context.Context, kind string) (n int64, err error) {
	now := clock.Micros(q.now(ctx))
	err = q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err = tx.Exec(ctx, `
			UPDATE jobs_job
			SET dead = 0, attempt = 0, failing_since = 0, run_at = $2
			WHERE dead = 1 AND ($1 = '' OR kind = $1)`, kind, now)
		return err
	})
	return n, err
}
