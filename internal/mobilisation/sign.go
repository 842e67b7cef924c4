package mobilisation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// Purposes of the vault. They are part of the format on disk and never change.
const (
	purposeAddress  = "mobilisation.address"
	purposeName     = "mobilisation.name"
	purposeIdentity = "mobilisation.identity"
	purposeMessage  = "mobilisation.message"
	purposeConfirm  = "mobilisation.confirm"
	purposeWithdraw = "mobilisation.withdraw"
)

// nameIndexLen is how much of the blind index of a name is kept, in bytes: it only tells apart the few people of one address.
const nameIndexLen = 8

// Receipt is what Sign leaves with the browser of who signed.
type Receipt struct {
	// Signature is the id of the row that a code confirms: a new one, or the one that was there.
	Signature string
	// Signer holds the answers as they were kept.
	Signer Signer
	// Made tells these answers from those that somebody else may give for the same row.
	Made time.Time
}

// Sign takes a signature for the petition, and returns once it is on disk together with the job that sends the mail.
// The receipt does not tell whether the signature is new. apart keeps it from ever counting.
func (r *Room) Sign(ctx context.Context, p *Petition, s Signer, apart bool) (Receipt, error) {
	if !p.TakesSignatures() {
		return Receipt{}, p.Shut()
	}
	canonical, where, err := s.Check(r.Places.Load())
	if err != nil {
		return Receipt{Signer: s}, err
	}
	a := r.apply(p, s, canonical, where)
	if apart {
		a.State = Apart
	}
	a.seal(r.Vault, a.ID)
	a.spare = r.spare(a.address, s.From)
	var kept string
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if s.Stand != "" { // before anything is written: what is refused then costs the others nothing
			if err := standTakes(ctx, tx, s.Stand, a.Created); err != nil {
				return err
			}
		}
		if kept, err = r.keep(ctx, tx, a); err != nil || s.Stand == "" {
			return err
		}
		return atStand(ctx, tx, s.Stand, kept, a.Created)
	})
	if err != nil {
		return Receipt{Signer: s}, fmt.Errorf("sign %s: %w", p.ID, err)
	}
	return Receipt{Signature: kept, Signer: s, Made: a.Created}, nil
}

// apply makes the row of answers that were checked. It is not sealed yet.
func (r *Room) apply(p *Petition, s Signer, canonical string, where places.Postal) application {
	now := r.Clock.Now()
	text, _ := p.TextIn(s.Lang)
	return application{
		Signature: Signature{
			ID: id.New(now), PetitionID: p.ID, State: Waiting, Name: r.Vault.Index(purposeName, prose.Fold(s.GivenName+" "+s.FamilyName))[:nameIndexLen],
			Country: where.Country, PostalCode: coarse(where), Commune: where.Key, Lang: s.Lang, Consents: s.Consents, Created: now,
		},
		signer: s, address: r.Vault.Index(purposeAddress, canonical),
		shown: words{lang: text.Lang, version: text.Version, wording: r.wordings.version(s.Lang)},
	}
}

// application is a signature on its way to the store: a row of its own, or the new answers of one that waits.
type application struct {
	Signature
	signer  Signer
	address []byte
	shown   words
	message []byte // sealed; nil for none
	spare   bool   // who asks has seldom asked for mails to this address
}

// seal seals what is personal for the row of this id: it opens in no other.
func (a *application) seal(v *vault.Vault, rowID string) {
	a.Sealed, a.message = v.Seal(purposeIdentity, a.signer.identity(), []byte(rowID)), nil
	if a.signer.Message != "" {
		a.message = v.Seal(purposeMessage, []byte(a.signer.Message), []byte(rowID))
	}
}

// coarse is what of a postal code may stand in clear: all of a French one, which names a town. Some countries' codes name a
// house; there it is the part by which people are counted. The whole code is sealed with the names.
func coarse(where places.Postal) string {
	if where.Country == "FR" {
		return where.Code
	}
	return where.Key
}

// keep stores a signature that is new to its address, or finds the one that is there, and has its mail sent. It returns the
// id of the row that a code confirms. Every case leaves the same with the person.
func (r *Room) keep(ctx context.Context, tx *storage.Tx, a application) (string, error) {
	today, here, err := mailsOf(ctx, tx, a.address, a.PetitionID, a.Created.Add(-day))
	if err != nil {
		return "", err
	}
	if here == 0 { // as nearly always: one look, one row, one job
		if kept, err := r.keepNew(ctx, tx, a, today); err != nil || kept != "" {
			return kept, err
		}
	}
	all, err := signaturesOf(ctx, tx, a.address, a.PetitionID)
	if err != nil {
		return "", err
	}
	known, what := place(a.Signature, all)
	if what == pushOut { // a row of its own: the mails about the one that goes confirm nothing of this one
		if err := deleteSignature(ctx, tx, known.ID); err != nil {
			return "", err
		}
		known = nil
	}
	if known == nil {
		kept, err := r.keepNew(ctx, tx, a, today)
		if kept == "" && err == nil {
			kept = a.ID // the same person, a moment ago, in a transaction that we cannot see yet: its mail is under way
		}
		return kept, err
	}
	return known.ID, r.keepKnown(ctx, tx, a, *known, what == rewrite, today)
}

// keepKnown has a mail sent about a row that is there, with the new answers in it when it waits. Answers are never changed
// without a mail, and where there is nothing to write as much is written: how long it takes tells nobody who has signed.
func (r *Room) keepKnown(ctx context.Context, tx *storage.Tx, a application, known Signature, anew bool, today int64) error {
	mailed := mayBeMailed(known, today, a.spare)
	which, target := letterFor(&known), ""
	if anew {
		which = letterConfirm
	}
	if anew && mailed {
		target = known.ID
	}
	if err := r.rewrite(ctx, tx, target, a); err != nil {
		return err
	}
	if !mailed {
		return touchSignature(ctx, tx, known.ID)
	}
	if err := noteMail(ctx, tx, known.ID, clock.Micros(a.Created)); err != nil {
		return err
	}
	return r.writeTo(ctx, tx, known.ID, which, a.signer.Later)
}

// keepNew stores a row of its own with the job of its mail. It returns "" when there is one for this person already.
func (r *Room) keepNew(ctx context.Context, tx *storage.Tx, a application, today int64) (string, error) {
	a.Mailed = a.Created
	if mayBeMailed(Signature{}, today, a.spare) {
		a.Mails = 1
	}
	inserted, err := insertSignature(ctx, tx, a.Signature, a.address, a.shown)
	if err != nil || !inserted {
		return "", err
	}
	if err := r.keepMessage(ctx, tx, a.Signature, a.message); err != nil || a.Mails == 0 {
		return a.ID, err
	}
	return a.ID, r.writeTo(ctx, tx, a.ID, letterConfirm, a.signer.Later)
}

// rewrite gives a signature that waits the answers that came last: a correction, a box that was unticked. Without a row it takes
// the same steps, and changes nothing.
func (r *Room) rewrite(ctx context.Context, tx *storage.Tx, rowID string, a application) error {
	a.seal(r.Vault, rowID) // some microseconds in the writer, in the rare case that nobody can foresee
	if err := rewriteSignature(ctx, tx, rowID, a.Signature, a.shown); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_message WHERE signature_id = $1`, rowID); err != nil {
		return err
	}
	if a.ID = rowID; rowID == "" {
		return nil
	}
	return r.keepMessage(ctx, tx, a.Signature, a.message)
}

// placing is what becomes of the row that is there.
type placing int

const (
	leave   placing = iota // as it is
	rewrite                // it takes the new answers
	pushOut                // it goes, and the new one has a row of its own
)

// place decides which row a signature is: nil for a row of its own, else one that is there already, and what becomes of that. A
// signature that came over a limit never touches one that did not, and gives way to one that does not: a stranger who types
// somebody's name cannot keep them from counting. One name never takes the row of another: the mails about a row were read by
// somebody who trusts what they say.
func place(row Signature, all []Signature) (known *Signature, what placing) {
	var counted, oldest *Signature
	waiting := 0
	for i := range all {
		other := &all[i]
		if string(other.Name) == string(row.Name) {
			clean := row.State == Waiting
			if clean && (other.State == Waiting || other.State == Apart) || other.State == Apart && other.Confirmed.IsZero() {
				return other, rewrite
			}
			return other, leave
		}
		if other.State == Confirmed {
			counted = other
			continue
		}
		waiting++
		if oldest == nil || other.Created.Before(oldest.Created) {
			oldest = other
		}
	}
	if _, room := mayCount(row, all); !room {
		return counted, leave
	}
	if waiting < maxWaiting {
		return nil, leave
	}
	if row.State == Waiting { // nobody who reads this address's mail has confirmed them: the oldest goes
		return oldest, pushOut
	}
	return oldest, leave
}

func letterFor(s *Signature) letter {
	if s.Confirmed.IsZero() {
		return letterConfirm
	}
	return letterAlready
}

func (r *Room) keepMessage(ctx context.Context, tx *storage.Tx, row Signature, message []byte) error {
	if message == nil {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_message (signature_id, petition_id, state, sealed, lang, created_at)
		VALUES ($1, $2, 'waiting', $3, $4, $5)`, row.ID, row.PetitionID, message, row.Lang, clock.Micros(row.Created))
	return err
}

// writeTo has a mail about a signature sent, at once or after a while.
func (r *Room) writeTo(ctx context.Context, tx *storage.Tx, signatureID string, which letter, later time.Duration) error {
	task := jobs.Task{Kind: letterKind, Payload: letterTask{Signature: signatureID, Letter: which}}
	if later > 0 {
		task.RunAt = r.Clock.Now().Add(later)
	}
	return r.Queue.Enqueue(ctx, tx, task)
}

// Resend has the mail sent once more, as long as the limits allow. It says nothing of whether it was.
func (r *Room) Resend(ctx context.Context, signatureID string) error {
	now := r.Clock.Now()
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		one, address, err := signatureByID(ctx, tx, signatureID)
		if err == storage.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		today, _, err := mailsOf(ctx, tx, address, one.PetitionID, now.Add(-day))
		if err != nil {
			return err
		}
		if !mayBeMailed(one, today, false) {
			return touchSignature(ctx, tx, one.ID)
		}
		if err := noteMail(ctx, tx, one.ID, clock.Micros(now)); err != nil {
			return err
		}
		return r.writeTo(ctx, tx, one.ID, letterFor(&one), 0)
	})
}
