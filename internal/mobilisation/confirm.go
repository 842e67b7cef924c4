package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Confirmation is how a confirmation ended, as the person is told.
type Confirmation struct {
	PetitionID string
	Signature  string
	// Refused is set when two other signatures of this address count already: this one is not added.
	Refused bool
}

// OpensConfirmation tells whether a token is of the link by which a signature is confirmed.
func (r *Room) OpensConfirmation(signatureID, token string) bool {
	return r.Vault.CheckToken(purposeConfirm, signatureID, token)
}

// ConfirmByLink confirms the signature of a signed link. It may be called again: the answer is the same.
func (r *Room) ConfirmByLink(ctx context.Context, signatureID, token string) (Confirmation, error) {
	return r.ConfirmShown(ctx, signatureID, token, time.Time{})
}

// ErrChanged is the answer to who confirms answers that were changed since they were shown.
var ErrChanged = errors.New("mobilisation: the answers have changed since they were shown")

// ConfirmShown is ConfirmByLink for who was shown the answers made at a time; zero stands for any. The error is ErrChanged when
// others have taken their place.
func (r *Room) ConfirmShown(ctx context.Context, signatureID, token string, made time.Time) (Confirmation, error) {
	if !r.OpensConfirmation(signatureID, token) {
		return Confirmation{}, fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	return r.confirm(ctx, signatureID, expectation{made: made})
}

// ErrWrongCode is the answer to a code that confirms nothing, for whatever reason: it is not the one of the mail, five were
// tried, or the signature is gone. Telling them apart would tell who has signed.
var ErrWrongCode = errors.New("mobilisation: the code confirms nothing")

// ConfirmByCode confirms by the six digits of the mail. After five wrong codes only the link works. The fault is Invalid for
// what is no code, else the error is ErrWrongCode.
//
// mine are the answers that this browser gave: they are what is confirmed, whatever somebody else has typed for the same address
// and name since. Nil stands for those that are kept.
func (r *Room) ConfirmByCode(ctx context.Context, signatureID, code string, mine *Receipt) (Confirmation, error) {
	digits := prose.Digits(code)
	if len(digits) != 6 {
		return Confirmation{}, fault.InvalidForm(fault.Field{Name: "code", Key: "mobilisation.code_digits"})
	}
	mayTry, err := r.spendTry(ctx, signatureID)
	if err != nil {
		return Confirmation{}, err
	}
	if right := r.Vault.CheckCode(purposeConfirm, signatureID, digits); !right || !mayTry {
		return Confirmation{}, ErrWrongCode
	}
	own, err := r.ownAnswers(ctx, signatureID, mine)
	if err != nil {
		return Confirmation{}, err
	}
	done, err := r.confirm(ctx, signatureID, expectation{own: own})
	if fault.Is(err, fault.Gone) {
		err = ErrWrongCode
	}
	return done, err
}

// ownAnswers returns what brings a row back to the answers of the browser that confirms it, nil when they stand there.
func (r *Room) ownAnswers(ctx context.Context, signatureID string, mine *Receipt) (func(context.Context, *storage.Tx, *Signature) error, error) {
	if mine == nil {
		return nil, nil
	}
	kept, found, err := r.ReadSignature(ctx, signatureID)
	if err != nil || !found || kept.Created.Equal(mine.Made) {
		return nil, err
	}
	p, err := r.PetitionByID(ctx, kept.PetitionID)
	if err != nil {
		return nil, err
	}
	signer := mine.Signer
	canonical, where, err := signer.Check(r.Places.Load())
	if err != nil {
		return nil, err
	}
	a := r.apply(p, signer, canonical, where)
	return func(ctx context.Context, tx *storage.Tx, one *Signature) error {
		if string(one.Name) != string(a.Name) {
			return nil
		}
		a.State = one.State
		if err := r.rewrite(ctx, tx, one.ID, a); err != nil {
			return err
		}
		one.Country, one.PostalCode, one.Commune = a.Country, a.PostalCode, a.Commune
		return nil
	}, nil
}

// spendTry counts a try before the code is looked at, so that a thousand at once are no more than five. It tells whether this
// one was among the five.
func (r *Room) spendTry(ctx context.Context, signatureID string) (mayTry bool, err error) {
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		one, _, err := signatureByID(ctx, tx, signatureID)
		if err == storage.ErrNoRows {
			mayTry = false
			return nil
		}
		if err != nil {
			return err
		}
		if mayTry = one.CodeTries < CodeTries; !mayTry {
			return nil
		}
		return countCodeTry(ctx, tx, signatureID)
	})
	return mayTry, err
}

// expectation is what must be true of the answers that are confirmed.
type expectation struct {
	made time.Time                                            // when the answers were given that the person saw; zero for any
	own  func(context.Context, *storage.Tx, *Signature) error // writes those of the browser over others; nil for nothing to write
}

// confirm makes a waiting signature count.
func (r *Room) confirm(ctx context.Context, signatureID string, want expectation) (done Confirmation, err error) {
	now := r.Clock.Now()
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if want.own == nil {
			one, alone, err := confirmAlone(ctx, tx, signatureID, want.made, now)
			if err != nil {
				return err
			}
			if alone { // as nearly always: one statement
				done = Confirmation{PetitionID: one.PetitionID, Signature: one.ID}
				return r.counted(ctx, tx, one)
			}
		}
		done, err = r.confirmAmong(ctx, tx, signatureID, want, now)
		return err
	})
	if err != nil {
		return done, fmt.Errorf("confirm: %w", err)
	}
	return done, nil
}

// confirmAmong confirms a signature that is not alone with its address, was confirmed before, or cannot be.
func (r *Room) confirmAmong(ctx context.Context, tx *storage.Tx, signatureID string, want expectation, now time.Time) (done Confirmation, err error) {
	one, all, closed, err := companions(ctx, tx, signatureID)
	switch {
	case err != nil:
		return done, err
	case one == nil:
		return done, fault.New(fault.Gone, "mobilisation.signature_gone")
	}
	done = Confirmation{PetitionID: one.PetitionID, Signature: one.ID}
	switch {
	case !one.Confirmed.IsZero():
		return done, nil // before: the same answer
	case now.Sub(one.Created) > confirmWithin:
		return done, fault.New(fault.Gone, "mobilisation.signature_gone")
	case !takesConfirmations(closed, now):
		return done, fault.New(fault.Conflict, "mobilisation.closed")
	case !want.made.IsZero() && !one.Created.Equal(want.made):
		return done, ErrChanged
	}
	if want.own != nil {
		if err := want.own(ctx, tx, one); err != nil {
			return done, err
		}
	}
	return done, r.countIn(ctx, tx, *one, all, now, &done)
}

// countIn counts a signature, unless it is kept apart or its address, which bears all of these, has all that it may have.
func (r *Room) countIn(ctx context.Context, tx *storage.Tx, one Signature, all []Signature, now time.Time, done *Confirmation) error {
	if one.State == Apart {
		return confirmSignature(ctx, tx, one.ID, Apart, -1, clock.Micros(now))
	}
	slot, ok := mayCount(one, all)
	if !ok {
		done.Refused = true
		return nil
	}
	if err := confirmSignature(ctx, tx, one.ID, Confirmed, slot, clock.Micros(now)); err != nil {
		return err
	}
	one.Confirmed = now
	return r.counted(ctx, tx, one)
}

// counted adds a signature that was just confirmed to the number.
func (r *Room) counted(ctx context.Context, tx *storage.Tx, one Signature) error {
	tx.Add(r.tally, one.tallyKey(), 1)
	tx.AfterCommit(r.counter.touch)
	return r.Queue.Emit(ctx, tx, Signed{Petition: one.PetitionID, Signature: one.ID})
}

// tallyKey is under what a confirmed signature is counted: petition, country, place and hour of confirmation.
func (s Signature) tallyKey() string {
	return strings.Join([]string{s.PetitionID, s.Country, s.Commune, strconv.FormatInt(HourOf(s.Confirmed), 10)}, "|")
}

// HourOf is the number of hours since 1970, UTC.
func HourOf(t time.Time) int64 { return t.Unix() / 3600 }
