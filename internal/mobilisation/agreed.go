package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// Agreed is somebody who ticked a box that lets their name leave the site: for the page, for the list that is handed over, or both. What
// no box speaks of is empty: the postal code goes with the list alone, and the mail address with nothing.
type Agreed struct {
	Given, Family string
	PostalCode    string // with HandOver alone
	Country       string // ISO 3166-1 alpha-2, with HandOver alone
	Department    string // code, in France, with HandOver alone
	PublicName    bool
	HandOver      bool
}

// Agreement is how many of the confirmed agreed to what.
type Agreement struct{ PublicName, HandOver, Either int64 }

// agreedWhere is the condition of the index by which they are found.
const agreedWhere = `petition_id = $1 AND state = 1 AND (consents % 2 = 1 OR consents >= 8)`

// CountAgreed tells how many agreed to what.
func (r *Room) CountAgreed(ctx context.Context, petitionID string) (a Agreement, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*) FILTER (WHERE consents % 2 = 1), COUNT(*) FILTER (WHERE consents >= 8), COUNT(*)
		FROM mobilisation_signature
		WHERE `+agreedWhere, petitionID).Scan(&a.PublicName, &a.HandOver, &a.Either)
	if err != nil {
		return a, fmt.Errorf("count who agreed: %w", err)
	}
	return a, nil
}

const agreedAtOnce = 1000 // rows of one read

// EachAgreed calls fn for everybody who agreed, by country and commune, a thousand in memory at a time. with is a box that must be
// ticked, 0 for any; the first skip of them are left out. It ends with fn's first error.
func (r *Room) EachAgreed(ctx context.Context, petitionID string, with Consents, skip int, fn func(Agreed) error) error {
	least := int64(0)
	if with == HandOver {
		least = int64(HandOver)
	}
	atlas := r.Places.Load()
	var country, commune, last string
	for {
		rows, err := r.db.Query(ctx, `
			SELECT id, sealed, country, commune, consents
			FROM mobilisation_signature
			WHERE `+agreedWhere+` AND consents >= $2 AND (country, commune, id) > ($3, $4, $5)
			ORDER BY country, commune, id
			LIMIT $6 OFFSET $7`, petitionID, least, country, commune, last, agreedAtOnce, skip)
		some, err := storage.All(rows, err, func(rows *storage.Rows) (s Signature, err error) {
			err = rows.Scan(&s.ID, &s.Sealed, &s.Country, &s.Commune, &s.Consents)
			return s, err
		})
		if err != nil {
			return fmt.Errorf("who agreed: %w", err)
		}
		for _, s := range some {
			one, err := r.agreed(s)
			if errors.Is(err, vault.ErrErased) {
				continue
			}
			if err != nil {
				return fmt.Errorf("open %s: %w", s.ID, err)
			}
			if place, ok := atlas.Place(s.Commune, ""); ok && one.HandOver {
				one.Department = place.Department
			}
			if err := fn(one); err != nil {
				return err
			}
		}
		if len(some) < agreedAtOnce {
			return nil
		}
		skip = 0
		end := some[len(some)-1]
		country, commune, last = end.Country, end.Commune, end.ID
	}
}

// agreed opens what of a signature may leave.
func (r *Room) agreed(s Signature) (Agreed, error) {
	who, err := r.IdentityOf(s)
	a := Agreed{Given: who.Given, Family: who.Family, PublicName: s.Consents.Has(PublicName), HandOver: s.Consents.Has(HandOver)}
	if a.HandOver {
		a.PostalCode, a.Country = who.PostalCode, s.Country
	}
	return a, err
}

// Handout is one time that names left the site.
type Handout struct {
	Form string // "csv", "list"
	By   string // the account
	N    int64
	At   time.Time
}

// The forms in which names leave.
const (
	HandoutCSV  = "csv"
	HandoutList = "list"
)

// NoteHandout writes down that somebody takes names, before the first of them leaves.
func (r *Room) NoteHandout(ctx context.Context, p *Petition, form string, n int64, by perm.Actor) error {
	now := r.Clock.Now()
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_handout (id, petition_id, form, taken_by, n, at)
			VALUES ($1, $2, $3, $4, $5, $6)`, id.New(now), p.ID, form, by.ID, n, clock.Micros(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("note who takes names: %w", err)
	}
	return nil
}

// Handouts lists when names left the site, the latest first.
func (r *Room) Handouts(ctx context.Context, petitionID string) ([]Handout, error) {
	rows, err := r.db.Query(ctx, `
		SELECT form, taken_by, n, at
		FROM mobilisation_handout
		WHERE petition_id = $1
		ORDER BY at DESC, id DESC
		LIMIT 100`, petitionID)
	return storage.All(rows, err, func(r *storage.Rows) (h Handout, err error) {
		var at int64
		err = r.Scan(&h.Form, &h.By, &h.N, &at)
		h.At = clock.Time(at)
		return h, err
	})
}
