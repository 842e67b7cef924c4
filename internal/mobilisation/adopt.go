package mobilisation

import (
	"context"
	"errors"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// What moderators may decide about a change.
const (
	VerdictAdopt  = "adopt"  // it stands from now on
	VerdictRefuse = "refuse" // the old words stand
	VerdictSeen   = "seen"   // what stands already is right
	VerdictBack   = "back"   // what stands already is taken back
)

// adopt makes a change stand: its words are the next version in each language that differs, the date and the reason are kept, and who
// has signed is written to where that is due. The petition is held.
func (r *Room) adopt(ctx context.Context, tx *storage.Tx, p *Petition, c Change) error {
	before, err := editionOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if err := keepFirst(ctx, tx, p, before); err != nil {
		return err
	}
	number, err := numberOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if c.Number = number + 1; c.Kind == ChangeDemand || c.Kind == ChangePlain || c.Kind == ChangeBack {
		c.Telling.State = tellingRunning
	}
	if err := upsertChange(ctx, tx, c); err != nil {
		return err
	}
	if err := writeEdition(ctx, tx, p.ID, before, c.Edition, clock.Micros(c.Decided)); err != nil {
		return err
	}
	if err := r.index(ctx, tx, p.ID); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.Changed(p.ID) })
	if c.Telling.State != tellingRunning {
		return nil
	}
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: tellKind, Payload: tellTask{Change: c.ID}, Unique: c.ID})
}

// DecideChange carries out what a moderator decided about a change that waits.
func (r *Room) DecideChange(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	c, err := r.holdChange(ctx, tx, d.ID)
	if errors.Is(err, storage.ErrNoRows) || err == nil && c.State != ChangeWaiting {
		return fault.New(fault.Conflict, "mobilisation.decided_already")
	}
	if err != nil {
		return err
	}
	if c.By == d.By.ID && !d.By.May(perm.Host) {
		return fault.New(fault.Forbidden, "mobilisation.decide_own")
	}
	switch d.Verdict {
	case VerdictAdopt:
		return r.adoptDecided(ctx, tx, c, d)
	case VerdictRefuse:
		return settleChange(ctx, tx, c.ID, ChangeRefused, d.At)
	}
	return fault.New(fault.Malformed, "web.form_unreadable")
}

// adoptDecided has a change stand that waited, or that was refused and contested.
func (r *Room) adoptDecided(ctx context.Context, tx *storage.Tx, c Change, d module.Decision) error {
	p, err := hold(ctx, tx, c.PetitionID)
	if err != nil {
		return err
	}
	number, err := numberOf(ctx, tx, c.PetitionID)
	if err == nil && number != c.Base {
		err = fault.New(fault.Conflict, "mobilisation.change_late")
	}
	if err != nil {
		return err
	}
	if p.State != Published && c.Kind == ChangeDemand {
		return fault.New(fault.Conflict, "mobilisation.closed")
	}
	c.State, c.Decided = ChangeStanding, d.At
	if err := r.adopt(ctx, tx, p, c); err != nil {
		return err
	}
	return lookedAt(ctx, tx, c.ID, d.At)
}

// LookAt carries out what a moderator decided about a change that stands already: that it is right, or that it is taken back.
func (r *Room) LookAt(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	c, err := r.holdChange(ctx, tx, d.ID)
	if errors.Is(err, storage.ErrNoRows) || err == nil && (c.State != ChangeStanding || c.looked) {
		return fault.New(fault.Conflict, "mobilisation.decided_already")
	}
	if err != nil {
		return err
	}
	if c.By == d.By.ID && !d.By.May(perm.Host) {
		return fault.New(fault.Forbidden, "mobilisation.decide_own")
	}
	if d.Verdict == VerdictBack {
		if err := r.takeBack(ctx, tx, c, d); err != nil {
			return err
		}
	} else if d.Verdict != VerdictSeen {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	return lookedAt(ctx, tx, c.ID, d.At)
}

// takeBack brings the words back that stood before a change, as the next version. What stands must be that change.
func (r *Room) takeBack(ctx context.Context, tx *storage.Tx, c Change, d module.Decision) error {
	p, err := hold(ctx, tx, c.PetitionID)
	if err != nil {
		return err
	}
	number, err := numberOf(ctx, tx, c.PetitionID)
	if err == nil && number != c.Number {
		err = fault.New(fault.Conflict, "mobilisation.change_late")
	}
	if err != nil {
		return err
	}
	before, err := r.numbered(ctx, tx, c.PetitionID, c.Number-1)
	if err != nil {
		return err
	}
	back := Change{
		ID: id.New(d.At), PetitionID: c.PetitionID, Kind: ChangeBack, State: ChangeStanding, Edition: before.Edition, Base: c.Number, By: d.By.ID,
		Proposed: d.At, Decided: d.At,
	}
	if err := r.adopt(ctx, tx, p, back); err != nil {
		return err
	}
	return lookedAt(ctx, tx, back.ID, d.At)
}

// ReverseChange takes a decision about a change back, on appeal: the words that were refused, or taken back, stand after all.
func (r *Room) ReverseChange(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	c, err := r.holdChange(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	again := c
	switch {
	case d.Verdict == VerdictRefuse && c.State == ChangeRefused:
	case d.Verdict == VerdictBack && c.State == ChangeStanding:
		again.ID, again.Base, again.Number = id.New(d.At), c.Number+1, 0
	default:
		return fault.New(fault.Conflict, "mobilisation.decided_already")
	}
	return r.adoptDecided(ctx, tx, again, d)
}
