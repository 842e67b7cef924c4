package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// Where a message stands.
const (
	MessageWaiting = "waiting"
	MessageShown   = "shown"
	MessageRefused = "refused"
)

// Message is what a confirmed signatory wrote.
type Message struct {
	Signature
	Words string
	At    time.Time
	words []byte // sealed
}

// Messages reads the messages in a state, of one petition or of all where petitionID is empty: those that wait with the oldest
// first, others with the newest.
func (r *Room) Messages(ctx context.Context, state, petitionID string, limit int) ([]Message, error) {
	order := "DESC"
	if state == MessageWaiting {
		order = "ASC"
	}
	rows, err := r.db.Query(ctx, `
		SELECT s.id, s.petition_id, s.sealed, s.consents, s.commune, s.country, m.sealed, m.created_at, m.lang
		FROM mobilisation_message AS m
		JOIN mobilisation_signature AS s ON s.id = m.signature_id
		WHERE m.state = $1 AND s.state = 1 AND ($2 = '' OR m.petition_id = $2)
		ORDER BY m.created_at `+order+`
		LIMIT $3`, state, petitionID, limit)
	list, err := storage.All(rows, err, func(r *storage.Rows) (m Message, err error) {
		var at int64
		err = r.Scan(&m.ID, &m.PetitionID, &m.Sealed, &m.Consents, &m.Commune, &m.Country, &m.words, &at, &m.Lang)
		m.At = clock.Time(at)
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	open := list[:0]
	for _, m := range list {
		words, err := r.Vault.Open(purposeMessage, m.words, []byte(m.ID))
		if err != nil {
			r.Log.Error("a message cannot be opened", "signature", m.ID, "error", err)
			continue
		}
		m.Words = string(words)
		open = append(open, m)
	}
	return open, nil
}

// CountMessages tells how many messages of confirmed signatories wait, up to a thousand: of one petition, or of all where
// petitionID is empty.
func (r *Room) CountMessages(ctx context.Context, petitionID string) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM mobilisation_message AS m
			JOIN mobilisation_signature AS s ON s.id = m.signature_id
			WHERE m.state = 'waiting' AND s.state = 1 AND ($1 = '' OR m.petition_id = $1)
			LIMIT 1000) AS waiting`, petitionID).Scan(&n)
	return n, err
}

// SettleMessage lets a message that waits stand, or not. The fault is Conflict when somebody has decided meanwhile, or when there is
// no such message under the petition; petitionID may be empty for whichever it is.
func (r *Room) SettleMessage(ctx context.Context, tx *storage.Tx, signatureID, petitionID, state string, by perm.Actor, at time.Time) error {
	err := tx.QueryRow(ctx, `
		UPDATE mobilisation_message
		SET state = $2, decided_at = $3, decided_by = $4
		WHERE signature_id = $1 AND state = 'waiting' AND ($5 = '' OR petition_id = $5)
		RETURNING petition_id`, signatureID, state, clock.Micros(at), by.ID, petitionID).Scan(&petitionID)
	if errors.Is(err, storage.ErrNoRows) {
		return fault.New(fault.Conflict, "mobilisation.message_decided")
	}
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { r.Purge("petition:" + petitionID) })
	return nil
}

// MessageOf returns the words that came with a signature, empty for none.
func (r *Room) MessageOf(ctx context.Context, signatureID string) (string, error) {
	var sealed []byte
	err := r.db.QueryRow(ctx, `
		SELECT sealed
		FROM mobilisation_message
		WHERE signature_id = $1`, signatureID).Scan(&sealed)
	if errors.Is(err, storage.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	words, err := r.Vault.Open(purposeMessage, sealed, []byte(signatureID))
	return string(words), err
}
