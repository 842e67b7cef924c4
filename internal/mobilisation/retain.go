package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

// DefaultForgetAfter is how long after the end of a petition, and after its last delivery, its signatories are forgotten.
const DefaultForgetAfter = 180 * day

// ErasedSignatories is what is written down when the signatories of a petition are forgotten, by its id.
const ErasedSignatories = "signatories"

// Retention is when the signatories of a petition are forgotten, or were.
type Retention struct {
	On          time.Time // zero while the petition takes signatures: then it is After its end and its last delivery
	After       time.Duration
	Began, Done time.Time // zero before
	N, Kept     int64     // people forgotten, and people who stay because they asked for letters
}

// Retention reads when the signatories of a petition are forgotten.
func (r *Room) Retention(ctx context.Context, p *Petition) (t Retention, err error) {
	t.After = r.ForgetAfter
	if !p.Closed.IsZero() {
		deliveries, err := r.Deliveries(ctx, p.ID)
		if err != nil {
			return t, err
		}
		last := p.Closed
		if len(deliveries) > 0 && deliveries[0].Day.After(last) {
			last = deliveries[0].Day
		}
		t.On = last.Add(t.After)
	}
	var began, done int64
	err = r.db.QueryRow(ctx, `
		SELECT began_at, done_at, n, kept
		FROM mobilisation_retention
		WHERE petition_id = $1`, p.ID).Scan(&began, &done, &t.N, &t.Kept)
	if errors.Is(err, storage.ErrNoRows) {
		return t, nil
	}
	t.Began, t.Done = clock.Time(began), clock.Time(done)
	return t, err
}

// forgetSignatories destroys the names and addresses of who signed petitions that ended long ago. It goes on where it was when it is
// stopped, and stops by itself when its time is over.
func (r *Room) forgetSignatories(ctx context.Context) error {
	before := r.Clock.Now().Add(-r.ForgetAfter)
	rows, err := r.db.Query(ctx, `
		SELECT p.id
		FROM mobilisation_petition AS p
		WHERE p.closed_at > 0 AND p.closed_at <= $1
		AND NOT EXISTS (SELECT 1 FROM mobilisation_delivery AS d WHERE d.petition_id = p.id AND d.removed_at = 0 AND d.day > $2)
		AND NOT EXISTS (SELECT 1 FROM mobilisation_retention AS t WHERE t.petition_id = p.id AND t.done_at > 0)
		ORDER BY p.closed_at
		LIMIT 100`, clock.Micros(before), before.Unix()/86400)
	due, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return fmt.Errorf("signatories to forget: %w", err)
	}
	for _, petitionID := range due {
		if err := r.forgetPetition(ctx, petitionID); err != nil {
			return fmt.Errorf("forget the signatories of %s: %w", petitionID, err)
		}
	}
	return nil
}

// forgetPetition forgets the signatories of one petition, some in a transaction, from where it was.
func (r *Room) forgetPetition(ctx context.Context, petitionID string) error {
	from, err := r.beginForgetting(ctx, petitionID)
	for err == nil {
		var last string
		if last, err = r.forgetSome(ctx, petitionID, from, time.Time{}); err != nil || last == "" {
			break
		}
		from = last
	}
	if err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE mobilisation_retention SET done_at = $2 WHERE petition_id = $1`, petitionID, clock.Micros(r.Clock.Now()))
		return err
	})
	r.Changed(petitionID) // the names on its page are gone
	return err
}

// beginForgetting writes down that it begins, beside the key first, and returns the signature behind which it goes on.
func (r *Room) beginForgetting(ctx context.Context, petitionID string) (from string, err error) {
	err = r.db.QueryRow(ctx, `SELECT forgotten_to FROM mobilisation_retention WHERE petition_id = $1`, petitionID).Scan(&from)
	if err == nil && from != "" {
		return from, nil
	}
	if err != nil && !errors.Is(err, storage.ErrNoRows) {
		return "", err
	}
	if errors.Is(err, storage.ErrNoRows) {
		if err := r.erasing(ErasedSignatories, []byte(petitionID)); err != nil {
			return "", err
		}
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `
				INSERT INTO mobilisation_retention (petition_id, began_at)
				VALUES ($1, $2)
				ON CONFLICT DO NOTHING`, petitionID, clock.Micros(r.Clock.Now()))
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return r.firstSignature(ctx, petitionID)
}

// firstSignature is an id before those of all signatures of a petition. Identifiers grow with time.
func (r *Room) firstSignature(ctx context.Context, petitionID string) (string, error) {
	p, err := r.PetitionByID(ctx, petitionID)
	if err != nil {
		return "", err
	}
	begin := p.Created
	if !p.Published.IsZero() && p.Published.Before(begin) {
		begin = p.Published
	}
	return id.New(begin.Add(-time.Hour)), nil
}

const (
	forgetRead   = 1000 // signatures read at once
	forgetAtOnce = 100  // forgotten in one transaction
)

// forgetSome forgets those of a petition among the next signatures, and returns the last that it looked at, "" at the end. Who signed
// after a time is left, when it is not zero.
func (r *Room) forgetSome(ctx context.Context, petitionID, from string, before time.Time) (last string, err error) {
	type row struct {
		id   string
		mine int64
	}
	rows, err := r.db.Query(ctx, `
		SELECT id, CASE WHEN petition_id = $2 AND (created_at <= $3 OR $3 = 0) THEN 1 ELSE 0 END
		FROM mobilisation_signature
		WHERE id > $1
		ORDER BY id
		LIMIT $4`, from, petitionID, clock.Micros(before), forgetRead)
	all, err := storage.All(rows, err, func(r *storage.Rows) (one row, err error) { return one, r.Scan(&one.id, &one.mine) })
	if err != nil || len(all) == 0 {
		return "", err
	}
	var mine []string
	for _, one := range all {
		if one.mine == 1 {
			mine = append(mine, one.id)
		}
	}
	last = all[len(all)-1].id
	for len(mine) > forgetAtOnce {
		if err := r.forgetThese(ctx, petitionID, mine[:forgetAtOnce], mine[forgetAtOnce-1]); err != nil {
			return "", err
		}
		mine = mine[forgetAtOnce:]
	}
	return last, r.forgetThese(ctx, petitionID, mine, last)
}

// forgetThese forgets signatories, and notes how far it came, in one transaction.
func (r *Room) forgetThese(ctx context.Context, petitionID string, ids []string, to string) error {
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var gone, kept int64
		for _, signatureID := range ids {
			one, _, err := signatureByID(ctx, tx, signatureID)
			if errors.Is(err, storage.ErrNoRows) || err == nil && one.State == Confirmed && len(one.Sealed) == 0 {
				continue // withdrawn meanwhile, or forgotten before
			}
			if err != nil {
				return err
			}
			if one.State == Confirmed && one.Consents.Has(Letters) {
				kept++
				err = keepForLetters(ctx, tx, one.ID)
			} else {
				if one.State == Confirmed {
					gone++
				}
				err = eraseOne(ctx, tx, one)
			}
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_retention
			SET forgotten_to = $2, n = n + $3, kept = kept + $4
			WHERE petition_id = $1 AND done_at = 0`, petitionID, to, gone, kept)
		return err
	})
}

// keepForLetters leaves of what somebody agreed to the letters alone: their name is shown and handed over no more.
func keepForLetters(ctx context.Context, tx *storage.Tx, signatureID string) error {
	_, err := tx.Exec(ctx, `UPDATE mobilisation_signature SET consents = $2 WHERE id = $1`, signatureID, int64(Letters))
	return err
}

// forgetAgain forgets once more, on a database that was restored, who had signed a petition before a time. It tells whether there was
// such a petition.
func (r *Room) forgetAgain(ctx context.Context, petitionID string, before time.Time) (n int, err error) {
	from, err := r.firstSignature(ctx, petitionID)
	if err != nil {
		return 0, nil // the backup is older than the petition
	}
	for {
		last, err := r.forgetSome(ctx, petitionID, from, before)
		if err != nil || last == "" {
			return 1, err
		}
		from = last
	}
}
