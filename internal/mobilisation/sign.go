package mobilisation

import (
	"context"
	"fmt"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
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
}

// Sign takes a signature for the petition, and returns once it is on disk together with the job that sends the mail.
// The receipt does not tell whether the signature is new. apart keeps it from ever counting.
func (r *Room) Sign(ctx context.Context, p *Petition, s Signer, apart bool) (Receipt, error) {
	if !p.TakesSignatures() {
		return Receipt{}, fault.New(fault.Conflict, "mobilisation.closed")
	}
	canonical, where, err := s.check(r.Places.Load())
	if err != nil {
		return Receipt{Signer: s}, err
	}
	now := r.Clock.Now()
	row := Signature{
		ID: id.New(now), PetitionID: p.ID, State: Waiting, Country: s.Country, PostalCode: coarse(where), Commune: where.Key,
		Lang: s.Lang, Consents: s.Consents, Created: now,
	}
	if apart {
		row.State = Apart
	}
	address := r.Vault.Index(purposeAddress, canonical)
	row.Name = r.Vault.Index(purposeName, prose.Fold(s.GivenName+" "+s.FamilyName))[:nameIndexLen]
	row.Sealed = r.Vault.Seal(purposeIdentity, s.identity(), []byte(row.ID))
	var message []byte
	if s.Message != "" {
		message = r.Vault.Seal(purposeMessage, []byte(s.Message), []byte(row.ID))
	}
	text, _ := p.TextIn(s.Lang)
	var kept string
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		kept, err = r.keep(ctx, tx, row, address, message, text.Version)
		return err
	})
	if err != nil {
		return Receipt{Signer: s}, fmt.Errorf("sign %s: %w", p.ID, err)
	}
	return Receipt{Signature: kept, Signer: s}, nil
}

// coarse is what of a postal code may stand in clear: all of a French one, which names a town. Some countries' codes name a
// house; there it is the part by which people are counted. The whole code is sealed with the names.
func coarse(where places.Postal) string {
	if where.Country == "FR" {
		return where.Code
	}
	return where.Key
}

// keep stores a signature that is new to its address, or finds the one that is there, and has its mail sent. Both take the
// same steps, so that time tells no more than the page. It returns the id of the row that a code confirms.
func (r *Room) keep(ctx context.Context, tx *storage.Tx, row Signature, address, message []byte, textVersion int) (string, error) {
	all, err := signaturesOf(ctx, tx, address)
	if err != nil {
		return "", err
	}
	known, task := place(row, all)
	if known == nil {
		row.Mails, row.Mailed = 1, row.Created
		if !mayBeMailed(Signature{}, all, row.Created) {
			row.Mails, row.Mailed = 0, row.Created
		}
		inserted, err := insertSignature(ctx, tx, row, address, textVersion, r.wordings.version(row.Lang))
		if err != nil {
			return "", err
		}
		if !inserted { // the same person in another transaction, a moment ago
			return twin(ctx, tx, row, address)
		}
		if err := r.keepMessage(ctx, tx, row, message); err != nil || row.Mails == 0 {
			return row.ID, err
		}
		return row.ID, r.writeTo(ctx, tx, row.ID, task)
	}
	if !mayBeMailed(*known, all, row.Created) {
		return known.ID, nil
	}
	if err := noteMail(ctx, tx, known.ID, clock.Micros(row.Created)); err != nil {
		return "", err
	}
	return known.ID, r.writeTo(ctx, tx, known.ID, task)
}

// twin finds the row that another transaction has just written for the same person.
func twin(ctx context.Context, tx *storage.Tx, row Signature, address []byte) (string, error) {
	all, err := signaturesOf(ctx, tx, address)
	if err != nil {
		return "", err
	}
	if known, _ := place(row, all); known != nil {
		return known.ID, nil
	}
	return row.ID, nil
}

// place decides which row a new signature is: nil for a row of its own, else the one that is there already. The letter says
// what its mail is.
func place(row Signature, all []Signature) (known *Signature, task letter) {
	waiting := 0
	var first *Signature
	for i := range all {
		other := &all[i]
		if other.PetitionID != row.PetitionID {
			continue
		}
		if string(other.Name) == string(row.Name) {
			return other, letterFor(other)
		}
		if other.State != Confirmed {
			waiting++
		}
		if first == nil || other.State == Confirmed {
			first = other
		}
	}
	if _, room := mayCount(row, all); !room || waiting >= maxWaiting {
		return first, letterFor(first)
	}
	return nil, letterConfirm
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

// writeTo has a mail about a signature sent.
func (r *Room) writeTo(ctx context.Context, tx *storage.Tx, signatureID string, which letter) error {
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: letterKind, Payload: letterTask{Signature: signatureID, Letter: which}})
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
		all, err := signaturesOf(ctx, tx, address)
		if err != nil || !mayBeMailed(one, all, now) {
			return err
		}
		if err := noteMail(ctx, tx, one.ID, clock.Micros(now)); err != nil {
			return err
		}
		return r.writeTo(ctx, tx, one.ID, letterFor(&one))
	})
}
