package mobilisation

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
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

// deliverForm is a delivery as typed.
type deliverForm struct {
	Day, Recipient, Reply string
	Errors                view.Errors
}

const maxReply = 5000 // characters

// check reads the day; it is a day that has come, and none before the petition was published.
func (d deliverForm) check(p *Petition, now time.Time) (day time.Time, err error) {
	day, failed := time.Parse(time.DateOnly, d.Day)
	var f fault.Flaws
	f.When(failed != nil || day.After(now) || day.Before(p.Published.AddDate(0, 0, -1)), "day", "mobilisation.deliver_day_wrong")
	f.When(d.Recipient == "", "recipient", "mobilisation.deliver_recipient_missing")
	f.When(prose.Longer(d.Recipient, maxTitle), "recipient", "mobilisation.addressee_length", "max", maxTitle)
	f.When(prose.Longer(d.Reply, maxReply), "reply", "mobilisation.why_length", "max", maxReply)
	return day, f.Err()
}

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
	r.changed(d.PetitionID)
	return nil
}

// deliveries lists when a petition was handed over, the latest first.
func (r *Room) deliveries(ctx context.Context, petitionID string) ([]Delivery, error) {
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

// deliveryView is one delivery as the page shows it.
type deliveryView struct {
	Title, Lang string
	Reply       prose.HTML
}

func (r *Room) deliveryViews(ctx context.Context, petitionID string) ([]deliveryView, error) {
	list, err := r.deliveries(ctx, petitionID)
	l := i18n.From(ctx)
	views := make([]deliveryView, 0, len(list))
	for _, d := range list {
		views = append(views, deliveryView{
			Title: l.N("mobilisation.delivered", d.N, "date", l.Date(d.Day), "recipient", d.Recipient), Lang: d.Lang, Reply: prose.Markdown(d.Lang, d.Reply),
		})
	}
	return views, err
}

// deliver is the form's act, on the board.
func (r *Room) deliver(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.teamPetition(req)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := deliverForm{Day: form.Line("day"), Recipient: form.Line("recipient"), Reply: form.Text("reply")}
	day, err := typed.check(p, r.Clock.Now())
	if err != nil {
		typed.Errors = view.ErrorsFrom(ctx, err)
		return r.writeTeam(w, req, http.StatusUnprocessableEntity, teamForms{Deliver: typed})
	}
	err = r.Deliver(ctx, Delivery{PetitionID: p.ID, Day: day, N: r.Count(p.ID), Lang: web.Lang(ctx), Recipient: typed.Recipient, Reply: typed.Reply})
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team?done=delivered#contenu")
}
