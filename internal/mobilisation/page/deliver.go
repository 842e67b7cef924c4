package page

import (
	"context"
	"net/http"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
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

func readDelivery(form web.Form) deliverForm {
	return deliverForm{Day: form.Line("day"), Recipient: form.Line("recipient"), Reply: form.Text("reply")}
}

// deliveryView is one delivery as the page shows it.
type deliveryView struct {
	ID, Title, Lang string
	Dated           []string // when it was corrected, or answered
	Reply           prose.HTML
	Picture         mobilisation.Picture
	Answered        bool
}

func (r *Pages) deliveryViews(ctx context.Context, petitionID string) ([]deliveryView, error) {
	list, err := r.Deliveries(ctx, petitionID)
	l := i18n.From(ctx)
	views := make([]deliveryView, 0, len(list))
	for _, d := range list {
		one := deliveryView{
			ID: d.ID, Title: l.N("mobilisation.delivered", d.N, "date", l.Date(d.Day), "recipient", d.Recipient), Lang: d.Lang,
			Reply: prose.Markdown(d.Lang, d.Reply), Picture: d.Picture, Answered: d.Reply != "",
		}
		if !d.Replied.IsZero() {
			one.Dated = append(one.Dated, l.T("mobilisation.delivery_replied", "date", l.Date(d.Replied)))
		}
		if !d.Edited.IsZero() {
			one.Dated = append(one.Dated, l.T("mobilisation.delivery_edited", "date", l.Date(d.Edited)))
		}
		views = append(views, one)
	}
	return views, err
}

// deliver is the form's act.
func (r *Pages) deliver(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := readDelivery(form)
	day, err := typed.check(p, r.Clock.Now())
	if err != nil {
		typed.Errors = view.ErrorsFrom(ctx, err)
		return r.writeHandover(w, req, http.StatusUnprocessableEntity, p, typed)
	}
	id, err := r.Deliver(ctx, mobilisation.Delivery{PetitionID: p.ID, Day: day, N: r.Count(p.ID), Lang: web.Lang(ctx), Recipient: typed.Recipient, Reply: typed.Reply})
	if typed.Errors = view.ErrorsFrom(ctx, err); typed.Errors != nil {
		return r.writeHandover(w, req, http.StatusUnprocessableEntity, p, typed)
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/delivery/"+id+"?done=kept#contenu")
}

// deliveryPage is where one delivery is corrected, answered, given a photo, or removed.
type deliveryPage struct {
	view.Page
	board
	Done, ID string
	Form     deliverForm
	Photo    photoForm
}

// showDelivery is GET of that page.
func (r *Pages) showDelivery(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	d, err := r.DeliveryOf(req.Context(), p.ID, req.PathValue("id"))
	if err != nil {
		return err
	}
	form := deliverForm{Day: d.Day.Format(time.DateOnly), Recipient: d.Recipient, Reply: d.Reply}
	return r.writeDelivery(w, req, p, d.ID, form, photoForm{Picture: d.Picture, Alt: d.Picture.Alt})
}

func (r *Pages) writeDelivery(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, id string, form deliverForm, photo photoForm) (err error) {
	ctx := req.Context()
	status := http.StatusOK
	if len(form.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page := deliveryPage{
		Page: view.Page{Title: t(ctx, "mobilisation.delivery_title"), Work: true, NoIndex: true, Errors: status != http.StatusOK, Scripts: []string{"form.js"}},
		Done: done(req, "delivery", "kept"), ID: id, Form: form, Photo: photo,
	}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	return view.Write(ctx, w, status, deliveryEditView(page))
}

// editDelivery is POST of the same: words and photo at once.
func (r *Pages) editDelivery(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	d, err := r.DeliveryOf(ctx, p.ID, req.PathValue("id"))
	if err != nil {
		return err
	}
	upload, err := r.readUpload(w, req)
	if err != nil {
		return err
	}
	defer upload.Close()
	typed := readDelivery(upload.Form)
	day, err := typed.check(p, r.Clock.Now())
	typed.Errors = view.ErrorsFrom(ctx, err)
	if err != nil && typed.Errors == nil {
		return err
	}
	flaw, err := r.keepPhoto(ctx, d.ID, upload)
	if err != nil {
		return refuse(err)
	}
	typed.Errors = append(typed.Errors, view.ErrorsFrom(ctx, flaw)...)
	if len(typed.Errors) > 0 {
		photo := photoForm{Alt: upload.Line("picture_alt"), Errors: typed.Errors}
		if photo.Picture, err = r.PictureOf(ctx, d.ID); err != nil {
			return err
		}
		return r.writeDelivery(w, req, p, d.ID, typed, photo)
	}
	d.Day, d.Recipient, d.Reply = day, typed.Recipient, typed.Reply
	if err := r.EditDelivery(ctx, d); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/delivery?done=edited#contenu")
}

// removeDelivery takes a delivery back.
func (r *Pages) removeDelivery(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	if err := r.RemoveDelivery(req.Context(), p.ID, req.PathValue("id")); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/delivery?done=removed#contenu")
}
