package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

// Find returns the id of who has an address, empty for nobody. The fault is Invalid, with the field email, for what is no address.
func (r *Room) Find(ctx context.Context, email string) (personID string, err error) {
	who, err := r.addressOf(email)
	if err != nil {
		return "", err
	}
	err = r.DB.QueryRow(ctx, `
		SELECT id
		FROM account_person
		WHERE email_index = $1`, who.index).Scan(&personID)
	if errors.Is(err, storage.ErrNoRows) {
		return "", nil
	}
	return personID, err
}

// Admit gives an address an account without a role, if it has none, so that who reads its mail can come in by the door where only who
// is invited may. It sends nothing. The fault is that of Find.
func (r *Room) Admit(ctx context.Context, email, lang string) error {
	who, err := r.addressOf(email)
	if err != nil {
		return err
	}
	now := r.Clock.Now()
	p := Person{ID: id.New(now), Lang: r.checkLang(lang), Created: now}
	sealedEmail := r.Vault.Seal(purposeEmail, []byte(who.email), []byte(p.ID))
	sealedName := r.Vault.Seal(purposeName, nil, []byte(p.ID))
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := insertPerson(ctx, tx, p, who.index, sealedEmail, sealedName)
		return err
	})
	if err != nil {
		return fmt.Errorf("admit an address: %w", err)
	}
	return nil
}

// Seen is when a person last used the site signed in, to the hour; when they came to have an account where they never did. The error
// is storage.ErrNoRows where there is nobody.
func (r *Room) Seen(ctx context.Context, personID string) (time.Time, error) {
	var at int64
	err := r.DB.QueryRow(ctx, `
		SELECT CASE WHEN seen_at > created_at THEN seen_at ELSE created_at END
		FROM account_person
		WHERE id = $1`, personID).Scan(&at)
	return clock.Time(at), err
}

// touchPerson notes that somebody is here: a session ends and is deleted, and others may wait for this person.
func touchPerson(ctx context.Context, tx *storage.Tx, personID string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE account_person
		SET seen_at = $2
		WHERE id = $1 AND seen_at < $2`, personID, clock.Micros(at))
	return err
}
