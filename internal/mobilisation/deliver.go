package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Delivery is one time that the signatures were handed over.
type Delivery struct {
	ID, PetitionID string
	Day            time.Time // midnight in UTC of the day, whatever the site's time zone
	N              int64     // signatures, as handed over
	Lang           string
	Recipient      string
	Reply          string // Markdown: what they said; may be empty
	Picture        Picture
	Edited         time.Time // when its words were last corrected; zero for never
	Replied        time.Time // when a reply came later than the delivery; zero for none
	Removed        time.Time // when the team took it back; its words are gone then
}

// MaxReply is how long the words about a delivery may be, in characters.
const MaxReply = 5000

// deliveriesMost is how many deliveries of a petition stand at a time: the page lists them all.
const deliveriesMost = 20

// Deliver keeps that the signatures were handed over; the page shows it. It returns the id of the delivery; the same one for what was sent
// twice. The fault is Invalid with the field day when there are enough.
func (r *Room) Deliver(ctx context.Context, d Delivery) (string, error) {
	now := r.Clock.Now()
	d.ID, d.Recipient, d.Reply = id.New(now), prose.Line(d.Recipient), prose.Text(d.Reply)
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := hold(ctx, tx, d.PetitionID); err != nil {
			return err
		}
		same, n, err := standing(ctx, tx, d)
		if err != nil {
			return err
		}
		if same != "" {
			d.ID = same
			return nil
		}
		if n >= deliveriesMost {
			return fault.InvalidForm(fault.Field{Name: "day", Key: "mobilisation.deliveries_many", Args: []any{"max", deliveriesMost}})
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO mobilisation_delivery (id, petition_id, day, n, lang, recipient, reply, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			d.ID, d.PetitionID, d.Day.Unix()/86400, d.N, d.Lang, d.Recipient, d.Reply, clock.Micros(now))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep a delivery of %s: %w", d.PetitionID, err)
	}
	r.Changed(d.PetitionID)
	return d.ID, nil
}

// standing returns the id of a delivery that says the same, "" for none, and how many stand.
func standing(ctx context.Context, tx *storage.Tx, d Delivery) (same string, n int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(MAX(CASE WHEN day = $2 AND recipient = $3 AND reply = $4 THEN id ELSE '' END), ''), COUNT(*)
		FROM mobilisation_delivery
		WHERE petition_id = $1 AND removed_at = 0`, d.PetitionID, d.Day.Unix()/86400, d.Recipient, d.Reply).Scan(&same, &n)
	return same, n, err
}

// EditDelivery corrects the day, the recipient and the reply of a delivery. The correction is dated; a reply that comes to one that had none
// is no correction, and has a date of its own. The fault is NotFound.
func (r *Room) EditDelivery(ctx context.Context, d Delivery) error {
	now := clock.Micros(r.Clock.Now())
	err := r.onDelivery(ctx, d.PetitionID, d.ID, func(ctx context.Context, tx *storage.Tx, was Delivery) error {
		d.Recipient, d.Reply = prose.Line(d.Recipient), prose.Text(d.Reply)
		edited, replied := clock.Micros(was.Edited), clock.Micros(was.Replied)
		if was.Reply == "" && d.Reply != "" {
			replied = now
		} else if was.Reply != d.Reply {
			edited = now
		}
		if was.Recipient != d.Recipient || !was.Day.Equal(d.Day) {
			edited = now
		}
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_delivery
			SET day = $2, recipient = $3, reply = $4, edited_at = $5, replied_at = $6
			WHERE id = $1`, d.ID, d.Day.Unix()/86400, d.Recipient, d.Reply, edited, replied)
		return err
	})
	if err != nil {
		return fmt.Errorf("correct a delivery: %w", err)
	}
	return nil
}

// RemoveDelivery takes a delivery back: its words and its photo are gone, and that there was one stays, with its date.
func (r *Room) RemoveDelivery(ctx context.Context, petitionID, deliveryID string) error {
	now := clock.Micros(r.Clock.Now())
	err := r.onDelivery(ctx, petitionID, deliveryID, func(ctx context.Context, tx *storage.Tx, _ Delivery) error {
		if err := deletePicture(ctx, tx, deliveryID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_delivery
			SET recipient = '', reply = '', removed_at = $2
			WHERE id = $1`, deliveryID, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove a delivery: %w", err)
	}
	return nil
}

// onDelivery does something with a delivery that stands, in a transaction that holds it.
func (r *Room) onDelivery(ctx context.Context, petitionID, deliveryID string, do func(context.Context, *storage.Tx, Delivery) error) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var day, edited, replied int64
		var d Delivery
		err := tx.QueryRow(ctx, `
			SELECT day, recipient, reply, edited_at, replied_at
			FROM mobilisation_delivery
			WHERE id = $1 AND petition_id = $2 AND removed_at = 0`+tx.ForUpdate(), deliveryID, petitionID).
			Scan(&day, &d.Recipient, &d.Reply, &edited, &replied)
		if errors.Is(err, storage.ErrNoRows) {
			return fault.New(fault.NotFound, "mobilisation.delivery_unknown")
		}
		if err != nil {
			return err
		}
		d.Day, d.Edited, d.Replied = time.Unix(day*86400, 0).UTC(), clock.Time(edited), clock.Time(replied)
		return do(ctx, tx, d)
	})
	if err == nil {
		r.Changed(petitionID)
	}
	return err
}

// Deliveries lists when a petition was handed over, the latest first, without those that were removed.
func (r *Room) Deliveries(ctx context.Context, petitionID string) ([]Delivery, error) {
	return r.deliveries(ctx, `petition_id = $1 AND removed_at = 0`, petitionID)
}

// RemovedDeliveries lists those that were taken back. Of each only the dates are left.
func (r *Room) RemovedDeliveries(ctx context.Context, petitionID string) ([]Delivery, error) {
	return r.deliveries(ctx, `petition_id = $1 AND removed_at > 0`, petitionID)
}

// DeliveryOf reads one delivery of a petition. The fault is NotFound.
func (r *Room) DeliveryOf(ctx context.Context, petitionID, deliveryID string) (Delivery, error) {
	all, err := r.deliveries(ctx, `petition_id = $1 AND removed_at = 0 AND d.id = $2`, petitionID, deliveryID)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "mobilisation.delivery_unknown")
	}
	if err != nil {
		return Delivery{}, err
	}
	return all[0], nil
}

func (r *Room) deliveries(ctx context.Context, where string, args ...any) ([]Delivery, error) {
	rows, err := r.db.Query(ctx, `
		SELECT d.id, petition_id, day, n, lang, recipient, reply, edited_at, replied_at, removed_at, COALESCE(page, ''), COALESCE(large, ''), alt
		FROM mobilisation_delivery AS d
		LEFT JOIN mobilisation_picture ON holder = d.id
		WHERE `+where+`
		ORDER BY day DESC, d.id DESC
		LIMIT 20`, args...)
	return storage.All(rows, err, func(rows *storage.Rows) (d Delivery, err error) {
		var day, edited, replied, removed int64
		var alt []byte
		if err := rows.Scan(&d.ID, &d.PetitionID, &day, &d.N, &d.Lang, &d.Recipient, &d.Reply, &edited, &replied, &removed, &d.Picture.Page, &d.Picture.Large, &alt); err != nil {
			return d, err
		}
		d.Day = time.Unix(day*86400, 0).UTC()
		d.Edited, d.Replied, d.Removed = clock.Time(edited), clock.Time(replied), clock.Time(removed)
		d.Picture.Alt, err = r.openAlt(d.Picture.Page, alt)
		return d, err
	})
}

// loadDelivered reads when a petition was last handed over.
func (r *Room) loadDelivered(ctx context.Context, p *Petition) error {
	var day int64
	err := r.db.QueryRow(ctx, `
		SELECT COALESCE(MAX(day), 0)
		FROM mobilisation_delivery
		WHERE petition_id = $1 AND removed_at = 0`, p.ID).Scan(&day)
	if day > 0 {
		p.Delivered = time.Unix(day*86400, 0).UTC()
	}
	return err
}
