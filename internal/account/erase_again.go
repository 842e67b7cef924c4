package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// ErasedPerson is what is written down of an account that was erased, by the blind index of its address, so that a restored backup
// does not undo it.
const ErasedPerson = "person"

// erasing has the erasure of a person written down before it is done, unless it will be refused. Nobody is nothing to write.
func (r *Room) erasing(ctx context.Context, personID string) error {
	if r.Erasing == nil {
		return nil
	}
	var index []byte
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
		if index, err = holdPerson(ctx, tx, personID); err != nil {
			return err
		}
		return refuseLastHost(ctx, tx, personID)
	})
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.Erasing(ErasedPerson, index)
}

// EraseAgain erases an account that was erased at the time before once more, on a database that was restored. An account made
// later at the same address stays. Here the last host may go: there was another one when it was done. It returns how many
// accounts it erased.
func (r *Room) EraseAgain(ctx context.Context, index []byte, before time.Time) (n int, err error) {
	err = r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n = 0
		var personID string
		err := tx.QueryRow(ctx, `
			SELECT id
			FROM account_person
			WHERE email_index = $1 AND created_at <= $2`+tx.ForUpdate(), index, clock.Micros(before)).Scan(&personID)
		if errors.Is(err, storage.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := deletePerson(ctx, tx, personID, index); err != nil {
			return err
		}
		n = 1
		return r.Queue.Emit(ctx, tx, Erased{Person: personID})
	})
	if err != nil {
		return 0, fmt.Errorf("erase again: %w", err)
	}
	return n, nil
}
