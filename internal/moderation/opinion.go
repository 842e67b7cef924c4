package moderation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/toggle"
)

const purposeOpinion = "moderation.opinion"

// What a moderator thinks of a thing that others are to decide, or that they would decide themselves.
const (
	stanceAsk      = "ask"
	stanceAgree    = "agree"
	stanceDisagree = "disagree"
)

// Opinion is what one moderator thinks of a thing before it is decided.
type Opinion struct {
	Kind, Subject string
	Person        string // account
	Stance        string // "ask", "agree" or "disagree"
	Verdict       string // what who asks would decide
	Note          string // for the other moderators
	At            time.Time
}

// Opine keeps what a moderator thinks of a thing, once for each until it is decided, and calls the others when they are asked. The fault
// is NotFound for an unknown kind, Malformed for an unknown verdict or stance, Conflict when nobody else has asked, Invalid with the
// field note.
func (r *Room) Opine(ctx context.Context, o Opinion, by perm.Actor) error {
	given, err := r.opinions(ctx)
	if err != nil {
		return err
	}
	if o.Stance != stanceAsk {
		if o.Stance != stanceAgree && o.Stance != stanceDisagree {
			return fault.New(fault.Malformed, "web.form_unreadable")
		}
		asked := slices.IndexFunc(given, func(one Opinion) bool {
			return one.Kind == o.Kind && one.Subject == o.Subject && one.Stance == stanceAsk && one.Person != by.ID
		})
		if asked < 0 {
			return fault.New(fault.Conflict, "moderation.opinion_unasked")
		}
		o.Verdict = given[asked].Verdict
	}
	if _, _, err := r.find(o.Kind, o.Verdict); err != nil {
		return err
	}
	if prose.Longer(o.Note, maxReason) {
		return fault.InvalidForm(fault.Field{Name: "note", Key: "moderation.reason_long", Args: []any{"max", maxReason}})
	}
	people, err := r.Moderators(ctx)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return p.ID == by.ID || o.Stance != stanceAsk })
	now := r.Clock.Now()
	opinionID := id.New(now)
	sealed := r.Vault.Seal(purposeOpinion, []byte(o.Note), []byte(opinionID))
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO moderation_opinion (id, kind, subject, person, stance, verdict, sealed, given_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (kind, subject, person, decision) DO UPDATE
			SET id = excluded.id, stance = excluded.stance, verdict = excluded.verdict, sealed = excluded.sealed, given_at = excluded.given_at`,
			opinionID, o.Kind, o.Subject, by.ID, o.Stance, o.Verdict, sealed, clock.Micros(now)); err != nil {
			return err
		}
		return r.callAll(ctx, tx, people, now.Add(callAfter))
	})
	if err != nil {
		return fmt.Errorf("keep an opinion: %w", err)
	}
	return nil
}

// opinions lists what moderators think of all that waits, the earliest first.
func (r *Room) opinions(ctx context.Context) ([]Opinion, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT id, kind, subject, person, stance, verdict, sealed, given_at
		FROM moderation_opinion
		WHERE decision = ''
		ORDER BY given_at, id
		LIMIT 1000`)
	return storage.All(rows, err, func(row *storage.Rows) (o Opinion, err error) {
		var opinionID string
		var sealed []byte
		var at int64
		if err := row.Scan(&opinionID, &o.Kind, &o.Subject, &o.Person, &o.Stance, &o.Verdict, &sealed, &at); err != nil {
			return o, err
		}
		note, err := r.Vault.Open(purposeOpinion, sealed, []byte(opinionID))
		o.Note, o.At = string(note), clock.Time(at)
		return o, err
	})
}

// needsTwo tells whether a verdict needs a second moderator in favour of it.
func (r *Room) needsTwo(ctx context.Context, v module.Verdict) bool {
	return v.Two && r.Switches.Off(ctx, toggle.Alone)
}

// second refuses a decision that needs two until another moderator has said that they would decide so, or agreed.
func second(ctx context.Context, tx *storage.Tx, kind string, d module.Decision) error {
	var n int64
	err := tx.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM moderation_opinion
		WHERE kind = $1 AND subject = $2 AND decision = '' AND person <> $3 AND verdict = $4 AND stance IN ('ask', 'agree')`,
		kind, d.ID, d.By.ID, d.Verdict).Scan(&n)
	if err == nil && n == 0 {
		err = fault.InvalidForm(fault.Field{Name: "opinion", Key: "moderation.two_missing"})
	}
	return err
}

// endOpinions closes what moderators thought of a thing that is decided now.
func endOpinions(ctx context.Context, tx *storage.Tx, kind string, d module.Decision) error {
	_, err := tx.Exec(ctx, `
		UPDATE moderation_opinion
		SET decision = $3
		WHERE kind = $1 AND subject = $2 AND decision = ''`, kind, d.ID, d.Entry)
	return err
}
