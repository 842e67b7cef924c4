package mobilisation

import (
	"context"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// Correction is one time that a number was changed otherwise than by people who sign and withdraw.
type Correction struct {
	At     time.Time
	N      int64     // signatures more, or fewer
	Reason string    // why some were invalidated; empty for a recount
	Undone time.Time // zero while it stands
}

// Corrections lists the times that a number was set right, the latest first.
func (r *Room) Corrections(ctx context.Context, petitionID string, limit int) ([]Correction, error) {
	rows, err := r.db.Query(ctx, `
		SELECT at, exact - published, '', 0
		FROM mobilisation_recount
		WHERE petition_id = $1
		UNION ALL
		SELECT decided_at, -n, reason, undone_at
		FROM mobilisation_invalidation
		WHERE petition_id = $1 AND n > 0
		ORDER BY 1 DESC
		LIMIT $2`, petitionID, limit)
	return storage.All(rows, err, func(r *storage.Rows) (c Correction, err error) {
		var at, undone int64
		err = r.Scan(&at, &c.N, &c.Reason, &undone)
		c.At = clock.Time(at)
		if undone > 0 {
			c.Undone = clock.Time(undone)
		}
		return c, err
	})
}
