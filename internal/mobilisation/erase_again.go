package mobilisation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// What is written down of an erasure, so that a restored backup does not undo it.
const (
	ErasedPerson    = "signatory" // by the blind index of an address
	ErasedSignature = "signature" // withdrawn, by its id
)

// erasing has an erasure written down before it is done.
func (r *Room) erasing(kind string, index []byte) error {
	if r.Erasing == nil {
		return nil
	}
	return r.Erasing(kind, index)
}

// withdrawing has a withdrawal written down, once for each signature that is there.
func (r *Room) withdrawing(ctx context.Context, signatureID string) error {
	var n int
	if err := r.db.QueryRow(ctx, `SELECT COUNT(*) FROM mobilisation_signature WHERE id = $1`, signatureID).Scan(&n); err != nil || n == 0 {
		return err
	}
	return r.erasing(ErasedSignature, []byte(signatureID))
}

// EraseAgain does an erasure of the time before once more, on a database that was restored. Who signed after it had been done
// stays. It returns how many rows it touched.
func (r *Room) EraseAgain(ctx context.Context, kind string, index []byte, before time.Time) (n int, err error) {
	if kind == ErasedSignatories {
		if n, err = r.forgetAgain(ctx, string(index), before); err != nil {
			err = fmt.Errorf("erase again: %w", err)
		}
		return n, err
	}
	if kind == ErasedPerson {
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			n, err = deleteInvitations(ctx, tx, index, before)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("erase again: %w", err)
		}
	}
	for {
		some := 0
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			all, err := erasedBefore(ctx, tx, kind, index, before)
			some = len(all)
			for _, one := range all {
				if err := r.eraseAs(ctx, tx, kind, one); err != nil {
					return err
				}
			}
			return err
		})
		n += some
		if err != nil {
			return n, fmt.Errorf("erase again: %w", err)
		}
		if some == 0 {
			return n, nil
		}
	}
}

func (r *Room) eraseAs(ctx context.Context, tx *storage.Tx, kind string, one Signature) error {
	if kind == ErasedSignature {
		return r.remove(ctx, tx, one)
	}
	return eraseOne(ctx, tx, one)
}

// erasedBefore reads some of the signatures that an erasure is about, and locks them.
func erasedBefore(ctx context.Context, tx *storage.Tx, kind string, index []byte, before time.Time) ([]Signature, error) {
	where, key := `address = $1`, any(index)
	if kind == ErasedSignature {
		where, key = `id = $1`, string(index)
	}
	rows, err := tx.Query(ctx, `
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE `+where+` AND created_at <= $2
		ORDER BY petition_id, name
		LIMIT 100`+tx.ForUpdate(), key, clock.Micros(before))
	return storage.All(rows, err, func(r *storage.Rows) (Signature, error) { return scanSignature(r.Scan) })
}
