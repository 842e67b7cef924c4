package mobilisation

import "context"

// Fold is the job that joins deltas.
var Fold = (*Room).fold

// SweepPictures is the job that deletes photos.
var SweepPictures = (*Room).sweepPictures

// FoldStands is the job that forgets which signatures came from which stand.
var FoldStands = (*Room).foldStands

// ForgetTold is the part of the job that forgets who was written to about changes.
var ForgetTold = (*Room).forgetTold

// ForgetSignatories is one run of the schedule.
var ForgetSignatories = (*Room).forgetSignatories

// ForgetThese forgets some signatories of a petition, as a run that is stopped behind them.
func ForgetThese(r *Room, ctx context.Context, petitionID string, some []Signature) error {
	if _, err := r.beginForgetting(ctx, petitionID); err != nil {
		return err
	}
	ids := make([]string, len(some))
	for i, one := range some {
		ids[i] = one.ID
	}
	return r.forgetThese(ctx, petitionID, ids, ids[len(ids)-1])
}
