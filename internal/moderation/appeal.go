package moderation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

const (
	appealKind    = "moderation.appeal"
	purposeAppeal = "moderation.appeal"
	// appealLife is how long a decision can be contested: six months at least (regulation (EU) 2022/2065, article 20.1).
	appealLife = 184 * 24 * time.Hour
)

// What may be decided about an appeal.
const (
	verdictGrant    = "grant"
	verdictMaintain = "maintain"
)

// Where an appeal stands; answered, it is one of the verdicts.
const appealWaiting = "waiting"

// appealPrivate is the part of an appeal that is sealed.
type appealPrivate struct {
	Words  string `json:"words"`
	Answer string `json:"answer,omitempty"`
}

// keptAppeal is a row of moderation_appeal.
type keptAppeal struct {
	ID, Decision, Lang, State string
	Created, Answered         time.Time
	sealed                    []byte
}

// AppealPath is the page on which a decision is contested, for whom it concerns alone: who has the path may.
func (r *Room) AppealPath(decisionID string) string {
	return "/appeal/" + decisionID + "/" + r.Vault.Token(purposeAppeal, decisionID)
}

// Contest keeps what somebody says against a decision, and calls the moderators. The fault is NotFound for a decision that cannot be
// contested, Gone when it is too late, Conflict when it was contested before, Invalid with the field words.
func (r *Room) Contest(ctx context.Context, decisionID, words, lang string) error {
	d, err := r.ruling(ctx, decisionID)
	if err != nil {
		return err
	}
	now := r.Clock.Now()
	switch {
	case r.appeal(d) == nil:
		return fault.New(fault.NotFound, "web.not_found")
	case now.After(d.At.Add(appealLife)):
		return fault.New(fault.Gone, "moderation.appeal_late")
	case words == "" || prose.Longer(words, maxWords):
		return fault.InvalidForm(fault.Field{Name: "words", Key: "moderation.appeal_missing", Args: []any{"max", maxWords}})
	}
	people, err := r.Moderators(ctx)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(appealPrivate{Words: words})
	if err != nil {
		return err
	}
	appealID := id.New(now)
	sealed := r.Vault.Seal(purposeAppeal, plain, []byte(appealID))
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO moderation_appeal (id, decision, lang, state, sealed, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (decision) DO NOTHING`, appealID, decisionID, lang, appealWaiting, sealed, clock.Micros(now))
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "moderation.appeal_once")
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { r.Purge(logTag) })
		return r.callAll(ctx, tx, people, now.Add(callAfter))
	})
	if err != nil {
		return fmt.Errorf("contest a decision: %w", err)
	}
	return nil
}

const appealColumns = `id, decision, lang, state, sealed, created_at, answered_at`

func scanAppeal(scan func(...any) error) (a keptAppeal, err error) {
	var created, answered int64
	err = scan(&a.ID, &a.Decision, &a.Lang, &a.State, &a.sealed, &created, &answered)
	a.Created, a.Answered = clock.Time(created), clock.Time(answered)
	return a, err
}

// appealOf returns the appeal against a decision; one without an id where there is none.
func (r *Room) appealOf(ctx context.Context, decisionID string) (keptAppeal, error) {
	a, err := scanAppeal(r.DB.QueryRow(ctx, `
		SELECT `+appealColumns+`
		FROM moderation_appeal
		WHERE decision = $1`, decisionID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return keptAppeal{}, nil
	}
	return a, err
}

// openAppeal opens what is sealed of an appeal: nothing of one that was answered long ago.
func (r *Room) openAppeal(a keptAppeal) (in appealPrivate, err error) {
	plain, err := r.Vault.Open(purposeAppeal, a.sealed, []byte(a.ID))
	if errors.Is(err, vault.ErrErased) {
		return in, nil
	}
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(plain, &in)
}

// alone tells whether a person is the only one who moderates.
func (r *Room) alone(ctx context.Context, person string) (bool, error) {
	people, err := r.Moderators(ctx)
	return err == nil && !slices.ContainsFunc(people, func(p Person) bool { return p.ID != person }), err
}

// answerAppeal carries out what was decided about an appeal: another than who took the decision answers, where there is another; a
// decision that was wrong is taken back at once by the room of the thing.
func (r *Room) answerAppeal(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	a, err := scanAppeal(tx.QueryRow(ctx, `
		SELECT `+appealColumns+`
		FROM moderation_appeal
		WHERE id = $1 AND state = 'waiting'`+tx.ForUpdate(), d.ID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return fault.New(fault.Conflict, "moderation.decided_already")
	}
	if err != nil {
		return err
	}
	var contested ruling
	if err := tx.QueryRow(ctx, `
		SELECT kind, subject, verdict, decided_by
		FROM moderation_decision
		WHERE id = $1`, a.Decision).Scan(&contested.Kind, &contested.Subject, &contested.Verdict, &contested.By); err != nil {
		return err
	}
	if contested.By == d.By.ID && !d.Alone {
		return fault.New(fault.Forbidden, "moderation.appeal_own")
	}
	if d.Verdict == verdictGrant {
		appeal := r.appeal(contested)
		if appeal == nil {
			return fault.New(fault.Conflict, "moderation.appeal_no_more")
		}
		if err := appeal.Reverse(ctx, tx, module.Decision{
			ID: contested.Subject, Verdict: contested.Verdict, Reason: d.Reason, Charter: d.Charter, Entry: d.Entry, By: d.By, At: d.At,
		}); err != nil {
			return err
		}
	}
	return r.settleAppeal(ctx, tx, a, d)
}

// settleAppeal keeps the answer and has it sent.
func (r *Room) settleAppeal(ctx context.Context, tx *storage.Tx, a keptAppeal, d module.Decision) error {
	in, err := r.openAppeal(a)
	if err != nil {
		return err
	}
	in.Answer = d.Reason
	plain, err := json.Marshal(in)
	if err != nil {
		return err
	}
	sealed := r.Vault.Seal(purposeAppeal, plain, []byte(a.ID)) // some microseconds in the writer, some times a month
	if _, err := tx.Exec(ctx, `
		UPDATE moderation_appeal
		SET state = $2, sealed = $3, answered_at = $4
		WHERE id = $1`, a.ID, d.Verdict, sealed, clock.Micros(d.At)); err != nil {
		return err
	}
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: appealAnswerKind, Payload: appealTask{Decision: a.Decision, Answer: d.Entry}})
}
