package moderation

import (
	"net/http"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// appealPage is a decision, and how it is contested or what became of that.
type appealPage struct {
	view.Page
	Path     string // of the page itself
	Decision contested
	Until    string // the last day
	Late     bool
	State    string // of the appeal; empty before there is one
	Words    string
	Answer   string
	Errors   view.Errors
}

func (r *Room) showAppeal(w http.ResponseWriter, req *http.Request) error {
	return r.writeAppeal(w, req, http.StatusOK, appealPage{})
}

// decisionOf is the decision of a link. For a link that is not ours it is what a decision is that does not exist.
func (r *Room) decisionOf(req *http.Request) (ruling, error) {
	decisionID := req.PathValue("id")
	if !r.Vault.CheckToken(purposeAppeal, decisionID, req.PathValue("token")) {
		return ruling{}, fault.New(fault.NotFound, "web.not_found")
	}
	d, err := r.ruling(req.Context(), decisionID)
	if err == nil && r.appeal(d) == nil {
		err = fault.New(fault.NotFound, "web.not_found")
	}
	return d, err
}

func (r *Room) writeAppeal(w http.ResponseWriter, req *http.Request, status int, page appealPage) error {
	ctx := req.Context()
	d, err := r.decisionOf(req)
	if err != nil {
		return err
	}
	a, err := r.appealOf(ctx, d.ID)
	if err != nil {
		return err
	}
	if page.State = a.State; a.State != "" {
		in, err := r.openAppeal(a)
		if err != nil {
			return err
		}
		page.Words, page.Answer = in.Words, in.Answer
	}
	who, err := r.concerned(ctx, d)
	if err != nil {
		return err
	}
	if page.Decision, err = r.contested(ctx, d, who.Title); err != nil {
		return err
	}
	page.Page = view.Page{Title: tr(ctx, "moderation.appeal_title"), NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	page.Path, page.Until = r.AppealPath(d.ID), i18n.From(ctx).Date(d.At.Add(appealLife))
	page.Late = r.Clock.Now().After(d.At.Add(appealLife))
	return view.Write(ctx, w, status, appealView(page))
}

func (r *Room) keepAppeal(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	d, err := r.decisionOf(req)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := appealPage{Words: form.Text("words")}
	err = r.Contest(ctx, d.ID, page.Words, web.Lang(ctx))
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeAppeal(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, r.AppealPath(d.ID)+"#contenu")
}
