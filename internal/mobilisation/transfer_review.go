package mobilisation

import (
	"context"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// What moderators may decide about a hand-over that was asked for.
const (
	VerdictTransfer = "hand_over"
	VerdictKeep     = "keep"
)

// DecideTransfer carries out what a moderator decided about a claim: at once, or not at all. Nobody but a host decides that something
// becomes theirs.
func (r *Room) DecideTransfer(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	h, err := waitingTransfer(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if h.To == d.By.ID && !d.By.May(perm.Host) {
		return fault.New(fault.Forbidden, "mobilisation.decide_own")
	}
	if d.Verdict == VerdictTransfer {
		return r.carryOut(ctx, tx, h, true) // who decides sees for whom
	}
	return r.refuse(ctx, tx, h)
}

// CountClaims tells how many hand-overs were asked for and wait.
func (r *Room) CountClaims(ctx context.Context) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_transfer
		WHERE state = 'waiting' AND kind = 'claim'`).Scan(&n)
	return n, err
}

// Claims lists the hand-overs that were asked for and wait, the oldest first.
func (r *Room) Claims(ctx context.Context, limit int) ([]Transfer, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+transferColumns+`
		FROM mobilisation_transfer
		WHERE state = 'waiting' AND kind = 'claim'
		ORDER BY created_at
		LIMIT $1`, limit)
	return storage.All(rows, err, func(r *storage.Rows) (Transfer, error) { return scanTransfer(r.Scan) })
}
