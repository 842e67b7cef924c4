package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// proposeDraft is the last act: the draft becomes a petition that waits for moderators.
func (r *Pages) proposeDraft(w http.ResponseWriter, req *http.Request, page createPage, form web.Form) error {
	ctx := req.Context()
	actor := web.Actor(ctx)
	if !actor.SignedIn() {
		return fault.New(fault.Unsigned, "web.sign_in_first")
	}
	d := page.Draft
	d.Organisation, d.Author = form.Line("organisation"), form.Line("author")
	page.Charter = form.Ticked("charter")
	p, err := r.ProposeDraft(ctx, d, mobilisation.Offer{Actor: actor, Organisation: d.Organisation, Author: d.Author, Charter: page.Charter})
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeStepPage(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return refuse(err)
	}
	r.Cookies.ClearCookie(w, draftCookie, "/")
	return web.SeeOther(w, req, "/mine?proposed="+p.Slug+"#contenu")
}

// fillCheck adds what the last step shows: the page as it will be, and in whose name.
func (r *Pages) fillCheck(ctx context.Context, page *createPage) (err error) {
	d := page.Draft
	actor := web.Actor(ctx)
	if page.SignedIn {
		if page.Speakers, err = r.CarriersOf(ctx, actor); err != nil {
			return err
		}
		if d.Author == "" {
			d.Author = actor.Name
		}
	}
	page.SignIn = stepPath(d.ID, stepCheck) + "?key=" + r.DraftKey(d)
	for _, flaw := range view.ErrorsFrom(ctx, r.CheckDraft(ctx, d)) {
		if page.Errors.For(flaw.Name) == "" {
			page.Errors = append(page.Errors, flaw)
		}
	}
	page.More = r.moreOf(ctx, d, len(page.Documents.Documents))
	plan := r.PlanOf(ctx, d, mobilisation.Offer{Actor: actor, Author: d.Author})
	p := r.NewPetition(plan, mobilisation.Draft)
	p.Texts = map[string]mobilisation.Text{}
	for _, text := range plan.Texts {
		p.Texts[text.Lang] = text.Typeset()
	}
	p.Sources, p.Questions, p.Milestones, p.Picture = plan.Sources, plan.Questions, plan.Milestones, page.Photo.Picture
	page.Preview = r.preview(ctx, p)
	page.Preview.Documents = page.Documents.Documents
	return nil
}
