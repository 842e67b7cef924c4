package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Stand is a tablet on which many sign in turn. It is opened by somebody of the team, by a link that works once; the tablet then bears
// the stand and no session of anybody. It ends by itself, and the team may close it at any time.
type Stand struct {
	ID, PetitionID string
	Name           string // what the team calls it
	Opened, Used   time.Time
	Ends, Closed   time.Time
	N              int64 // forms that were taken
	Confirmed      int64 // of which so many count by now
}

// Purposes of the vault for stands: the link that opens one, and what its tablet bears.
const (
	purposeStand       = "mobilisation.stand"
	purposeStandLink   = "mobilisation.stand_link"
	purposeStandTablet = "mobilisation.stand_tablet"
)

// Limits of stands. A stand where 300 people sign in an hour is let alone; who has stolen one gets no further than that.
const (
	standLife      = 24 * time.Hour
	standLinkLife  = 2 * time.Hour
	standKept      = confirmWithin + standLife
	MaxStandName   = 60
	maxStands      = 40    // open at once under one petition
	standMinute    = 20    // forms in a minute
	standHour      = 400   // forms in an hour
	standWhole     = 4_000 // forms in its life
	standsListed   = 50
	standsFoldedAt = 20 // in one transaction
)

// Open tells whether a stand takes signatures at a time.
func (s Stand) Open(now time.Time) bool { return s.Closed.IsZero() && now.Before(s.Ends) }

// LinkOpens tells whether the link of a stand still opens it.
func (s Stand) LinkOpens(now time.Time) bool {
	return s.Open(now) && s.Used.IsZero() && now.Sub(s.Opened) < standLinkLife
}

// OpenStand opens a stand for a petition. The fault is Invalid with the field name, Conflict when too many are open or the petition takes no
// signatures.
func (r *Room) OpenStand(ctx context.Context, p *Petition, name string, by perm.Actor) (Stand, error) {
	now := r.Clock.Now()
	name = prose.Line(name)
	var f fault.Flaws
	f.When(name == "", "name", "mobilisation.stand_name_missing")
	f.When(prose.Longer(name, MaxStandName), "name", "mobilisation.name_long", "max", MaxStandName)
	if err := f.Err(); err != nil {
		return Stand{}, err
	}
	if !p.TakesSignatures() {
		return Stand{}, p.Shut()
	}
	s := Stand{ID: id.New(now), PetitionID: p.ID, Name: name, Opened: now, Ends: now.Add(standLife)}
	sealed := r.Vault.Seal(purposeStand, []byte(name), []byte(s.ID))
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var open int64
		if err := tx.QueryRow(ctx, `
			SELECT COUNT(*)
			FROM mobilisation_stand
			WHERE petition_id = $1 AND closed_at = 0 AND ends_at > $2`, p.ID, clock.Micros(now)).Scan(&open); err != nil {
			return err
		}
		if open >= maxStands {
			return fault.New(fault.Conflict, "mobilisation.stands_enough")
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_stand (id, petition_id, sealed, opened_by, opened_at, ends_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, s.ID, p.ID, sealed, by.ID, clock.Micros(now), clock.Micros(s.Ends))
		return err
	})
	if err != nil {
		return Stand{}, fmt.Errorf("open a stand of %s: %w", p.ID, err)
	}
	return s, nil
}

// StandLink is the token of the link that opens a stand on a device, once.
func (r *Room) StandLink(standID string) string { return r.Vault.Token(purposeStandLink, standID) }

// OpensStand tells whether a token is of the link of a stand.
func (r *Room) OpensStand(standID, token string) bool {
	return r.Vault.CheckToken(purposeStandLink, standID, token)
}

// TakeStand has a device take a stand by its link, and returns what the device bears from then on. The fault is NotFound for a wrong
// link, Gone for one that is used or over.
func (r *Room) TakeStand(ctx context.Context, standID, token string) (s Stand, bears string, err error) {
	if !r.OpensStand(standID, token) {
		return s, "", fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	now := r.Clock.Now()
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE mobilisation_stand
			SET used_at = $2
			WHERE id = $1 AND used_at = 0 AND closed_at = 0 AND opened_at > $3`, standID, clock.Micros(now), clock.Micros(now.Add(-standLinkLife)))
		if err == nil && n == 0 {
			err = fault.New(fault.Gone, "mobilisation.stand_used")
		}
		return err
	})
	if err != nil {
		return s, "", fmt.Errorf("take a stand: %w", err)
	}
	s, err = r.readStand(ctx, standID)
	return s, r.Vault.Token(purposeStandTablet, standID), err
}

// StandOn returns the stand that a device bears. The fault is NotFound when it bears none, Gone when that is over.
func (r *Room) StandOn(ctx context.Context, standID, bears string) (Stand, error) {
	if !id.Valid(standID) || !r.Vault.CheckToken(purposeStandTablet, standID, bears) {
		return Stand{}, fault.New(fault.NotFound, "mobilisation.stand_none")
	}
	s, err := r.readStand(ctx, standID)
	if errors.Is(err, storage.ErrNoRows) {
		return s, fault.New(fault.NotFound, "mobilisation.stand_none")
	}
	if err == nil && !s.Open(r.Clock.Now()) {
		err = fault.New(fault.Gone, "mobilisation.stand_over")
	}
	return s, err
}

// CloseStand ends a stand of a petition at once. It may be called again.
func (r *Room) CloseStand(ctx context.Context, p *Petition, standID string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_stand
			SET closed_at = $3
			WHERE id = $1 AND petition_id = $2 AND closed_at = 0`, standID, p.ID, clock.Micros(r.Clock.Now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("close a stand: %w", err)
	}
	return nil
}

// standTakes tells whether a stand takes one more form, and holds it, in the transaction that is to keep the signature. The fault is TooMany
// beyond its limits, which hold on all nodes and after a restart, Gone when it is over.
func standTakes(ctx context.Context, tx *storage.Tx, standID string, now time.Time) error {
	var n int64
	err := tx.QueryRow(ctx, `
		SELECT n
		FROM mobilisation_stand
		WHERE id = $1 AND closed_at = 0 AND ends_at > $2`+tx.ForUpdate(), standID, clock.Micros(now)).Scan(&n)
	if errors.Is(err, storage.ErrNoRows) || err == nil && n >= standWhole {
		return fault.New(fault.Gone, "mobilisation.stand_over")
	}
	if err != nil {
		return err
	}
	var minute, hour int64
	if err := tx.QueryRow(ctx, `
		SELECT COUNT(*) FILTER (WHERE at > $3), COUNT(*)
		FROM mobilisation_stand_form
		WHERE stand_id = $1 AND at > $2`, standID, clock.Micros(now.Add(-time.Hour)), clock.Micros(now.Add(-time.Minute))).Scan(&minute, &hour); err != nil {
		return err
	}
	if minute >= standMinute || hour >= standHour {
		return fault.New(fault.TooMany, "mobilisation.stand_fast")
	}
	return nil
}

// atStand notes that a form came from a stand.
func atStand(ctx context.Context, tx *storage.Tx, standID, signatureID string, now time.Time) error {
	if _, err := tx.Exec(ctx, `
		UPDATE mobilisation_stand
		SET n = n + 1
		WHERE id = $1`, standID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_stand_form (id, stand_id, signature_id, at)
		VALUES ($1, $2, $3, $4)`, id.New(now), standID, signatureID, clock.Micros(now))
	return err
}
