package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// What a change of the words of a published petition is. What each of them does stands beside it.
const (
	ChangeFirst       = "first"       // the words as they were published: number 1
	ChangePlain       = "plain"       // before the first signature: stands at once
	ChangeDemand      = "demand"      // after it: has a reason, who signed is written to, moderators may be asked before
	ChangeCorrection  = "correction"  // of a mistake, a few words: dated and shown, nobody is written to
	ChangeTranslation = "translation" // one more language: dated and shown
	ChangeBack        = "back"        // moderators took the last change back
)

// Where a change stands.
const (
	ChangeWaiting  = "waiting" // for moderators; the old words stand meanwhile
	ChangeStanding = "standing"
	ChangeRefused  = "refused"
	ChangeDropped  = "dropped" // by its authors
)

// mostCorrected is how many words corrections may add and take away since who signed was last told: more is another text.
const mostCorrected = 12

// Change is one change of the words of a published petition.
type Change struct {
	ID, PetitionID string
	Number         int64 // 1 for the text as it was published, 0 for what does not stand
	Kind, State    string
	Reason         string // public: one line; empty for none
	Edition        Edition
	Base           int64  // the number that its author had seen
	By             string // account
	Proposed       time.Time
	Decided        time.Time // since when it stands, or was refused
	Telling        Telling
	looked         bool // by moderators
}

// Rewrite is a change as somebody wants it.
type Rewrite struct {
	Edition
	Reason     string
	Correction bool // of a mistake, which changes nothing of what is asked
	// Base and Waiting are what stood when the form was drawn: the number of the version, and the id of what waited for moderators.
	Base    int64
	Waiting string
	By      perm.Actor
}

// Standing is what stands of a petition's words, and what waits.
type Standing struct {
	Number  int64
	Edition Edition
	Waiting *Change // nil for nothing
	Signed  bool    // somebody has signed, and was counted
	Told    Edition // the words that who signed was last told of, from which all corrections together may differ a little
}

// ErrOvertaken is the answer to who changes words that others have changed since they were read.
var ErrOvertaken = errors.New("mobilisation: somebody has changed the words meanwhile")

// Standing reads what stands of a petition's words.
func (r *Room) Standing(ctx context.Context, p *Petition) (s Standing, err error) {
	if s.Number, err = numberOf(ctx, r.db, p.ID); err != nil {
		return s, fmt.Errorf("words of %s: %w", p.ID, err)
	}
	if s.Edition, err = editionOf(ctx, r.db, p.ID); err != nil {
		return s, fmt.Errorf("words of %s: %w", p.ID, err)
	}
	if s.Waiting, err = r.waitingChange(ctx, p.ID); err != nil {
		return s, err
	}
	if s.Told, err = toldOf(ctx, r.db, p.ID, s.Edition); err != nil {
		return s, fmt.Errorf("words of %s: %w", p.ID, err)
	}
	s.Signed, err = signed(ctx, r.db, p.ID)
	return s, err
}

// Judge says what a rewrite is of what stands, and what of it cannot be done. The fault is Invalid with the fields of Edition.check,
// reason, correction or base; Conflict for a petition that has ended and is changed, or where something waits for moderators already.
func (r *Room) Judge(ctx context.Context, p *Petition, s Standing, w Rewrite) (kind string, err error) {
	if err := r.checkEdition(ctx, w.Edition); err != nil {
		return "", err
	}
	var f fault.Flaws
	words := w.changedWords(s.Told) // so that many corrections make no other text
	switch {
	case len(w.Since(s.Edition, p.Lang)) == 0:
		f.When(true, "base", "mobilisation.change_same")
	case w.translated(s.Edition):
		kind = ChangeTranslation
	case w.Correction && s.Signed:
		kind = ChangeCorrection
		f.When(words > mostCorrected, "correction", "mobilisation.correction_long", "max", mostCorrected, "n", words)
	case p.State != Published:
		f.When(true, "correction", "mobilisation.change_ended", "max", mostCorrected)
	case !s.Signed:
		kind = ChangePlain
	default:
		kind = ChangeDemand
		f.When(w.Reason == "", "reason", "mobilisation.change_reason_missing")
	}
	f.When(prose.Longer(w.Reason, MaxPoint), "reason", "mobilisation.point_length", "max", MaxPoint)
	if err := f.Err(); err != nil {
		return "", err
	}
	if s.Waiting != nil && kind != ChangeDemand {
		return "", fault.New(fault.Conflict, "mobilisation.change_waits")
	}
	return kind, nil
}

// Rewrite changes the words of a published petition, or has moderators read the change first. The faults are those of Judge; the error
// is ErrOvertaken when something else stands, or waits, than what w was written on.
func (r *Room) Rewrite(ctx context.Context, p *Petition, w Rewrite) (Change, error) {
	w.Edition, w.Reason = w.Edition.clean(), prose.Line(w.Reason)
	s, err := r.Standing(ctx, p)
	if err != nil {
		return Change{}, err
	}
	if w.Overtaken(s) {
		return Change{}, ErrOvertaken
	}
	kind, err := r.Judge(ctx, p, s, w)
	if err != nil {
		return Change{}, err
	}
	now := r.Clock.Now()
	c := Change{
		ID: id.New(now), PetitionID: p.ID, Kind: kind, State: ChangeStanding, Reason: w.Reason, Edition: w.Edition, Base: w.Base, By: w.By.ID,
		Proposed: now, Decided: now,
	}
	if kind == ChangeDemand && r.ReviewChanges {
		c.State, c.Decided = ChangeWaiting, time.Time{}
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := r.take(ctx, tx, w, c); err != nil {
			return err
		}
		return r.Queue.Emit(ctx, tx, Rewritten{Petition: p.ID})
	})
	if err != nil {
		return Change{}, fmt.Errorf("change %s: %w", p.ID, err)
	}
	return c, nil
}

// Overtaken tells whether something else stands, or waits, than what was read.
func (w Rewrite) Overtaken(s Standing) bool {
	waiting := ""
	if s.Waiting != nil {
		waiting = s.Waiting.ID
	}
	return w.Base != s.Number || w.Waiting != waiting
}

// take keeps a change that was judged: it holds the petition, and looks once more at what only the transaction can know.
func (r *Room) take(ctx context.Context, tx *storage.Tx, w Rewrite, c Change) error {
	p, err := hold(ctx, tx, c.PetitionID)
	if err != nil {
		return err
	}
	number, err := numberOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	waiting, err := waitingID(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if number != w.Base || waiting != w.Waiting {
		return ErrOvertaken
	}
	if now, err := signed(ctx, tx, p.ID); err != nil || now && c.Kind == ChangePlain {
		if err == nil {
			err = ErrOvertaken // somebody has signed this very moment
		}
		return err
	}
	if waiting != "" {
		if err := settleChange(ctx, tx, waiting, ChangeDropped, c.Proposed); err != nil {
			return err
		}
	}
	if c.State == ChangeWaiting {
		return upsertChange(ctx, tx, c)
	}
	return r.adopt(ctx, tx, p, c)
}

// Drop takes back a change that waits for moderators. The fault is Conflict when it waits no more.
func (r *Room) Drop(ctx context.Context, p *Petition, changeID string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := hold(ctx, tx, p.ID); err != nil {
			return err
		}
		waiting, err := waitingID(ctx, tx, p.ID)
		if err == nil && (waiting == "" || waiting != changeID) {
			err = fault.New(fault.Conflict, "mobilisation.decided_already")
		}
		if err != nil {
			return err
		}
		return settleChange(ctx, tx, changeID, ChangeDropped, r.Clock.Now())
	})
	if err != nil {
		return fmt.Errorf("drop a change: %w", err)
	}
	return nil
}
