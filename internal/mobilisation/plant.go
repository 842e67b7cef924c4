package mobilisation

import (
	"context"
	"fmt"
	"iter"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Planted is an invented signature with the time of its confirmation.
type Planted struct {
	Signer
	At time.Time
}

const plantAtOnce = 500 // signatures in one transaction

// Plant writes invented signatures that look confirmed: for the demo, and for measuring on a large table. No mail is sent.
// It is no import: nobody consented to anything.
func (r *Room) Plant(ctx context.Context, petitionID string, signatures iter.Seq[Planted], progress func(n int)) error {
	batch := make([]Planted, 0, plantAtOnce)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := r.plantSome(ctx, petitionID, batch)
		progress(len(batch))
		batch = batch[:0]
		return err
	}
	for s := range signatures {
		if batch = append(batch, s); len(batch) == plantAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	r.counter.touch()
	if err := r.counter.refresh(ctx); err != nil { // whoever opens the page next sees them
		return err
	}
	return r.stampPlanted(ctx, petitionID)
}

// stampPlanted dates each milestone by the invented signature that reached it.
func (r *Room) stampPlanted(ctx context.Context, petitionID string) error {
	p, err := r.PetitionByID(ctx, petitionID)
	if err != nil {
		return err
	}
	for _, m := range p.Milestones {
		var at int64
		err := r.db.QueryRow(ctx, `
			SELECT confirmed_at
			FROM mobilisation_signature
			WHERE petition_id = $1 AND state = 1
			ORDER BY confirmed_at
			LIMIT 1 OFFSET $2`, petitionID, m.Goal-1).Scan(&at)
		if err == storage.ErrNoRows {
			break
		}
		if err != nil {
			return err
		}
		if err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `
				UPDATE mobilisation_milestone
				SET reached_at = $3
				WHERE petition_id = $1 AND goal = $2`, petitionID, m.Goal, at)
			return err
		}); err != nil {
			return err
		}
	}
	r.Changed(petitionID)
	return nil
}

func (r *Room) plantSome(ctx context.Context, petitionID string, batch []Planted) error {
	type ready struct {
		row     Signature
		address []byte
		message []byte
	}
	atlas := r.Places.Load()
	rows := make([]ready, 0, len(batch))
	for _, s := range batch {
		canonical, where, err := s.Check(atlas)
		if err != nil {
			return fmt.Errorf("plant: %w", err)
		}
		one := ready{row: Signature{
			ID: id.New(s.At), PetitionID: petitionID, State: Confirmed, Country: where.Country, PostalCode: coarse(where), Commune: where.Key,
			Lang: s.Lang, Consents: s.Consents, Created: s.At, Confirmed: s.At,
		}, address: r.Vault.Index(purposeAddress, canonical)}
		one.row.Name = r.Vault.Index(purposeName, prose.Fold(s.GivenName+" "+s.FamilyName))[:nameIndexLen]
		one.row.Sealed = r.Vault.Seal(purposeIdentity, s.identity(), []byte(one.row.ID))
		if s.Message != "" {
			one.message = r.Vault.Seal(purposeMessage, []byte(s.Message), []byte(one.row.ID))
		}
		rows = append(rows, one)
	}
	return r.db.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		for _, one := range rows {
			inserted, err := insertSignature(ctx, tx, one.row, one.address, words{lang: one.row.Lang, version: 1, wording: r.wordings.version(one.row.Lang)})
			if err != nil {
				return err
			}
			if !inserted {
				continue
			}
			if err := confirmSignature(ctx, tx, one.row.ID, Confirmed, 0, clock.Micros(one.row.Confirmed)); err != nil {
				return err
			}
			tx.Add(r.tally, one.row.tallyKey(), 1)
			if err := r.plantMessage(ctx, tx, one.row, one.message); err != nil {
				return err
			}
		}
		return nil
	})
}

// plantMessage writes a message that a moderator has let stand.
func (r *Room) plantMessage(ctx context.Context, tx *storage.Tx, row Signature, message []byte) error {
	if message == nil {
		return nil
	}
	if err := r.keepMessage(ctx, tx, row, message); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_message
		SET state = 'shown', decided_at = $2
		WHERE signature_id = $1`, row.ID, clock.Micros(row.Confirmed))
	return err
}
