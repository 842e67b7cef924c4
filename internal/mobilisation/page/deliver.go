package page

import (
	"context"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"net/http"
	"time"
)

// deliverForm is a delivery as typed.
type deliverForm struct {
	Day, Recipient, Reply string
	Errors                view.Errors
}

// check reads the day; it is a day that has come, and none before the petition was published.
func (d deliverForm) check(p *mobilisation.Petition, now time.Time) (day time.Time, err error) {
	day, failed := time.Parse(time.DateOnly, d.Day)
	var f fault.Flaws
	f.When(failed != nil || day.After(now) || day.Before(p.Published.AddDate(0, 0, -1)), "day", "mobilisation.deliver_day_wrong")
	f.When(d.Recipient == "", "recipient", "mobilisation.deliver_recipient_missing")
	f.When(prose.Longer(d.Recipient, mobilisation.MaxTitle), "recipient", "mobilisation.addressee_length", "max", mobilisation.MaxTitle)
	f.When(prose.Longer(d.Reply, mobilisation.MaxReply), "reply", "mobilisation.why_length", "max", mobilisation.MaxReply)
	return day, f.Err()
}

// deliveryView is one delivery as the page shows it.
type deliveryView struct {
	Title, Lang string
	Reply       prose.HTML
}

func (r *Pages) deliveryViews(ctx context.Context, petitionID string) ([]deliveryView, error) {
	list, err := r.Deliveries(ctx, petitionID)
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
func (r *Pages) deliver(w http.ResponseWriter, req *http.Request) error {
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
	err = r.Deliver(ctx, mobilisation.Delivery{PetitionID: p.ID, Day: day, N: r.Count(p.ID), Lang: web.Lang(ctx), Recipient: typed.Recipient, Reply: typed.Reply})
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team?done=delivered#contenu")
}
