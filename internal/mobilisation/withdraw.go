package mobilisation

import (
	"context"
	"fmt"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
)

// OpensWithdrawal tells whether a token is of the link by which a signature is taken back.
func (r *Room) OpensWithdrawal(signatureID, token string) bool {
	return r.Vault.CheckToken(purposeWithdraw, signatureID, token)
}

// Withdraw deletes the signature of a signed link, with everything that was kept of the person. It may be called again: gone is
// gone. It returns the petition, "" when the signature was gone before.
func (r *Room) Withdraw(ctx context.Context, signatureID, token string) (petitionID string, err error) {
	if !r.OpensWithdrawal(signatureID, token) {
		return "", fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	if err := r.withdrawing(ctx, signatureID); err != nil {
		return "", fmt.Errorf("withdraw: %w", err)
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		one, _, err := signatureByID(ctx, tx, signatureID)
		if err == storage.ErrNoRows {
			petitionID = ""
			return nil
		}
		if err != nil {
			return err
		}
		petitionID = one.PetitionID
		return r.remove(ctx, tx, one)
	})
	if err != nil {
		return "", fmt.Errorf("withdraw: %w", err)
	}
	r.Purge("petition:" + petitionID) // a public name may stand on the page
	return petitionID, nil
}

// remove deletes a row, and takes it out of the numbers under the hour and place where it was counted.
func (r *Room) remove(ctx context.Context, tx *storage.Tx, one Signature) error {
	if one.State == Confirmed {
		tx.Add(r.tally, one.tallyKey(), -1)
		tx.AfterCommit(r.counter.touch)
	}
	return deleteSignature(ctx, tx, one.ID)
}

// forget deletes signatures that nobody confirmed within seven days, and what else nobody needs any more.
func (r *Room) forget(ctx context.Context) error {
	now := r.Clock.Now()
	if err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error { return forgetDrafts(ctx, tx, now) }); err != nil {
		return fmt.Errorf("forget drafts: %w", err)
	}
	if err := r.db.InTx(ctx, r.forgetInvitations); err != nil {
		return fmt.Errorf("forget invitations: %w", err)
	}
	if err := r.forgetTold(ctx); err != nil {
		return err
	}
	before := now.Add(-confirmWithin).UnixMicro()
	for {
		n, err := r.forgetWaiting(ctx, before, 200)
		if err != nil || n == 0 {
			return err
		}
	}
}
