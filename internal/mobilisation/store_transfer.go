package mobilisation

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
)

const transferColumns = `id, petition_id, to_person, asked_by, kind, name, state, created_at, due_at, decided_at`

func scanTransfer(scan func(...any) error) (h Transfer, err error) {
	var created, due, decided int64
	err = scan(&h.ID, &h.PetitionID, &h.To, &h.By, &h.Kind, &h.name, &h.State, &created, &due, &decided)
	if h.name == nil { // an empty column reads as nothing, and no column takes that
		h.name = []byte{}
	}
	h.Created, h.Due, h.Decided = clock.Time(created), clock.Time(due), clock.Time(decided)
	return h, err
}

// insertTransfer writes one; a second that would wait is a fault of kind Conflict.
func insertTransfer(ctx context.Context, tx *storage.Tx, h Transfer) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_transfer (id, petition_id, to_person, asked_by, kind, name, state, created_at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (petition_id) WHERE state = 'waiting' DO NOTHING`,
		h.ID, h.PetitionID, h.To, h.By, h.Kind, h.name, h.State, clock.Micros(h.Created), clock.Micros(h.Due))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "mobilisation.transfer_waits")
	}
	return err
}

// waitingTransfer reads one that waits and holds it. The fault is Conflict where it waits no more.
func waitingTransfer(ctx context.Context, tx *storage.Tx, transferID string) (Transfer, error) {
	h, err := scanTransfer(tx.QueryRow(ctx, `
		SELECT `+transferColumns+`
		FROM mobilisation_transfer
		WHERE id = $1 AND state = 'waiting'`+tx.ForUpdate(), transferID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		err = fault.New(fault.Conflict, "mobilisation.transfer_gone")
	}
	return h, err
}

func settleTransfer(ctx context.Context, tx *storage.Tx, transferID, state string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_transfer
		SET state = $2, decided_at = $3, name = $4
		WHERE id = $1`, transferID, state, clock.Micros(at), []byte{})
	return err
}

// leaveTransfers ends what waits for somebody who leaves a team: who was taken out of it becomes no owner by having asked before.
func leaveTransfers(ctx context.Context, tx *storage.Tx, petitionID, personID string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_transfer
		SET state = 'refused', decided_at = $3, name = $4
		WHERE petition_id = $1 AND to_person = $2 AND state = 'waiting'`, petitionID, personID, clock.Micros(at), []byte{})
	return err
}

// Transfers lists those of a petition, the latest first: the log of its team.
func (r *Room) Transfers(ctx context.Context, petitionID string) ([]Transfer, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+transferColumns+`
		FROM mobilisation_transfer
		WHERE petition_id = $1
		ORDER BY created_at DESC, id DESC
		LIMIT 20`, petitionID)
	return storage.All(rows, err, func(r *storage.Rows) (Transfer, error) { return scanTransfer(r.Scan) })
}
