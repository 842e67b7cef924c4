package mobilisation

import (
	"context"
	"errors"
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

const transferKind = "mobilisation.transfer"

// transferTask is a claim that is due.
type transferTask struct {
	Transfer string `json:"transfer"`
}

// workTransfer carries out a claim to which nobody said no in time. Where an owner has come back meanwhile it comes to nothing: they are
// silent no more.
func (r *Room) workTransfer(ctx context.Context, job jobs.Job) error {
	var task transferTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	moderators, err := r.People.Moderators(ctx)
	if err != nil {
		return err
	}
	silent, err := r.stillSilent(ctx, task.Transfer)
	if err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		h, err := waitingTransfer(ctx, tx, task.Transfer)
		if err != nil {
			return err
		}
		if !silent {
			return settleTransfer(ctx, tx, h.ID, transferRefused, r.Clock.Now())
		}
		return r.carryOut(ctx, tx, h, slices.Contains(moderators, h.To))
	})
	if fault.Is(err, fault.Conflict) {
		return nil // decided meanwhile
	}
	return err
}

// stillSilent tells whether no owner has been here since a hand-over was asked for.
func (r *Room) stillSilent(ctx context.Context, transferID string) (bool, error) {
	h, err := scanTransfer(r.db.QueryRow(ctx, `
		SELECT `+transferColumns+`
		FROM mobilisation_transfer
		WHERE id = $1`, transferID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return true, nil // its petition is gone: the transaction finds nothing either
	}
	if err != nil {
		return false, err
	}
	p, err := r.PetitionByID(ctx, h.PetitionID)
	if err != nil {
		return false, err
	}
	return r.silentSince(ctx, p, h.Created)
}

// carryOut hands over to somebody of the team, or to a moderator who asked for themselves; not to who is neither any more.
func (r *Room) carryOut(ctx context.Context, tx *storage.Tx, h Transfer, moderates bool) error {
	all, err := holdTeam(ctx, tx, h.PetitionID)
	if err != nil {
		return err
	}
	if h.To == "" || all.role(h.To) == "" && (h.To != h.By || !moderates) {
		return settleTransfer(ctx, tx, h.ID, transferRefused, r.Clock.Now())
	}
	return r.carryOver(ctx, tx, h, all)
}
