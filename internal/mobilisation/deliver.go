package mobilisation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Delivery is one time that the signatures were handed over.
type Delivery struct {
	PetitionID string
	Day        time.Time // midnight in UTC of the day, whatever the site's time zone
	N          int64     // signatures, as handed over
	Lang       string
	Recipient  string
	Reply      string // Markdown: what they said; may be empty
}

// MaxReply is how long the words about a delivery may be, in characters.
const MaxReply = 5000

// Deliver keeps that the signatures were handed over; the page shows it.
func (r *Room) Deliver(ctx context.Context, d Delivery) error {
	now := r.Clock.Now()
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_delivery (id, petition_id, day, n, lang, recipient, reply, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id.New(now), d.PetitionID, d.Day.Unix()/86400, d.N, d.Lang, prose.Line(d.Recipient), prose.Text(d.Reply), clock.Micros(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a delivery of %s: %w", d.PetitionID, err)
	}
	r.Changed(d.PetitionID)
	return nil
}

// Deliveries lists when a petition was handed over, the latest first.
func (r *Room) Deliveries(ctx context.Context, petitionID string) ([]Delivery, error) {
	rows, err := r.db.Query(ctx, `
		SELECT petition_id, day, n, lang, recipient, reply
		FROM mobilisation_delivery
		WHERE petition_id = $1
		ORDER BY day DESC, id DESC
		LIMIT 20`, petitionID)
	return storage.All(rows, err, func(r *storage.Rows) (d Delivery, err error) {
		var day int64
		err = r.Scan(&d.PetitionID, &day, &d.N, &d.Lang, &d.Recipient, &d.Reply)
		d.Day = time.Unix(day*86400, 0).UTC()
		return d, err
	})
}
