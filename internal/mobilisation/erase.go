package mobilisation

import (
	"context"
	"fmt"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/storage"
)

// Erase destroys what is kept of the person behind an address, in every petition: names, address, words, and the indexes by
// which they were found. Confirmed signatures go on counting, with their place: they are nobody's any more. Others are
// deleted. It returns how many rows it touched.
func (r *Room) Erase(ctx context.Context, email string) (n int, err error) {
	address, err := mail.ParseAddress(email)
	if err != nil {
		return 0, fault.InvalidForm(emailField(err))
	}
	index := r.Vault.Index(purposeAddress, mail.Canonical(address))
	if err := r.erasing(ErasedPerson, index); err != nil {
		return 0, fmt.Errorf("erase: %w", err)
	}
	for {
		some, err := r.eraseSome(ctx, index)
		n += some
		if err != nil {
			return n, fmt.Errorf("erase: %w", err)
		}
		if some == 0 {
			return n, nil
		}
	}
}

// eraseSome erases as many rows as one transaction should hold.
func (r *Room) eraseSome(ctx context.Context, index []byte) (n int, err error) {
	var all []Signature
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if all, err = someOf(ctx, tx, index); err != nil {
			return err
		}
		for _, one := range all {
			if err := eraseOne(ctx, tx, one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, one := range all {
		r.Purge("petition:" + one.PetitionID)
	}
	return len(all), nil
}

func eraseOne(ctx context.Context, tx *storage.Tx, one Signature) error {
	if one.State != Confirmed {
		return deleteSignature(ctx, tx, one.ID)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_message WHERE signature_id = $1`, one.ID); err != nil {
		return err
	}
	// A random index finds nobody, and does not collide with another erased row.
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_signature
		SET address = $2, name = $3, sealed = $3, consents = 0
		WHERE id = $1`, one.ID, []byte(id.Token()), []byte{})
	return err
}
