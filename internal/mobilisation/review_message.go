package mobilisation

import (
	"context"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// messageReview has the messages of signatories decided in the moderators' queue, beside everything else.
func (r *Room) messageReview() module.Review {
	return module.Review{
		Kind: "mobilisation.message", Label: "mobilisation.message_kind", Order: 15,
		Verdicts: []module.Verdict{{Name: verdictShow, Icon: "check"}, {Name: verdictHide, Icon: "x", Look: "alt"}},
		Waiting:  r.messagesInQueue, Count: r.countMessages, Decide: r.decideInQueue,
	}
}

// What may be decided about a message.
const (
	verdictShow = "show"
	verdictHide = "hide"
)

// countMessages tells how many messages of confirmed signatories wait, up to a thousand.
func (r *Room) countMessages(ctx context.Context) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM mobilisation_message AS m
			JOIN mobilisation_signature AS s ON s.id = m.signature_id
			WHERE m.state = 'waiting' AND s.state = 1
			LIMIT 1000) AS waiting`).Scan(&n)
	return n, err
}

func (r *Room) messagesInQueue(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	rows, err := r.db.Query(ctx, `
		SELECT s.id, s.petition_id, s.sealed, s.consents, s.commune, s.country, m.sealed, m.created_at, m.lang
		FROM mobilisation_message AS m
		JOIN mobilisation_signature AS s ON s.id = m.signature_id
		WHERE m.state = 'waiting' AND s.state = 1
		ORDER BY m.created_at
		LIMIT $1`, limit)
	list, err := storage.All(rows, err, func(r *storage.Rows) (v voice, err error) {
		return v, r.Scan(&v.ID, &v.PetitionID, &v.Sealed, &v.Consents, &v.Commune, &v.Country, &v.words, &v.at, &v.Lang)
	})
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(list))
	for _, v := range list {
		words, err := r.Vault.Open(purposeMessage, v.words, []byte(v.ID))
		if err != nil {
			r.Log.Error("a message cannot be opened", "signature", v.ID, "error", err)
			continue
		}
		p, text, err := r.petitionOf(ctx, v.PetitionID)
		if err != nil {
			return nil, err
		}
		item := module.ReviewItem{
			ID: v.ID, Since: clock.Time(v.at), Title: text.Title, By: r.voiceName(ctx, v.Signature), Body: messageBody(i18n.Typography(v.Lang, string(words)), v.Lang), Path: "/m/" + p.Slug,
		}
		items = append(items, item)
	}
	return items, nil
}

// decideInQueue lets a message stand, or not.
func (r *Room) decideInQueue(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	state := map[string]string{verdictShow: "shown", verdictHide: "refused"}[d.Verdict]
	var petitionID string
	err := tx.QueryRow(ctx, `
		UPDATE mobilisation_message
		SET state = $2, decided_at = $3, decided_by = $4
		WHERE signature_id = $1 AND state = 'waiting'
		RETURNING petition_id`, d.ID, state, clock.Micros(d.At), d.By.ID).Scan(&petitionID)
	if err == storage.ErrNoRows {
		return fault.New(fault.Conflict, "mobilisation.message_decided")
	}
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { r.Purge("petition:" + petitionID) })
	return nil
}
