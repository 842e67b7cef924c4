package moderation

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// savedPage lists the texts that moderators keep, with the form of one.
type savedPage struct {
	view.Page
	All       []Saved
	One       Saved
	Languages []view.Option
	Kinds     []view.Choice
	Done      bool
	Errors    view.Errors
}

func (r *Room) showSaved(w http.ResponseWriter, req *http.Request) error {
	return r.writeSaved(w, req, http.StatusOK, savedPage{One: Saved{Lang: web.Lang(req.Context())}, Done: req.URL.Query().Has("done")})
}

func (r *Room) editSaved(w http.ResponseWriter, req *http.Request) error {
	one, err := r.savedText(req.Context(), req.PathValue("id"))
	if err != nil {
		return err
	}
	return r.writeSaved(w, req, http.StatusOK, savedPage{One: one})
}

func (r *Room) writeSaved(w http.ResponseWriter, req *http.Request, status int, page savedPage) error {
	ctx := req.Context()
	page.Page = view.Page{Title: tr(ctx, "moderation.saved"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	var err error
	if page.All, err = r.saved(ctx); err != nil {
		return err
	}
	for _, tag := range r.Languages.Tags() {
		page.Languages = append(page.Languages, view.Option{Value: tag, Label: r.Languages.For(tag).Name()})
	}
	for _, review := range r.queued() {
		page.Kinds = append(page.Kinds, view.Choice{
			Name: "kinds", ID: "kinds-" + review.Kind, Value: review.Kind, Label: tr(ctx, review.Label), Checked: slices.Contains(page.One.Kinds, review.Kind),
		})
	}
	return view.Write(ctx, w, status, savedView(page))
}

func (r *Room) keepSaved(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	one := Saved{ID: form.Line("id"), Title: form.Line("title"), Lang: form.Line("lang"), Text: form.Text("text"), Kinds: form.Values("kinds")}
	err = r.Keep(ctx, one, web.Actor(ctx))
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		return r.writeSaved(w, req, http.StatusUnprocessableEntity, savedPage{One: one, Errors: errs})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/moderation/saved?done=1#contenu")
}

func (r *Room) removeSaved(w http.ResponseWriter, req *http.Request) error {
	if err := r.Remove(req.Context(), req.PathValue("id")); err != nil {
		return err
	}
	return web.SeeOther(w, req, "/moderation/saved?done=1#contenu")
}

// savedOptions are the texts that serve a kind of thing, to choose from; none when there are none.
func savedOptions(ctx context.Context, all []Saved, kind string) []view.Option {
	var options []view.Option
	for _, s := range all {
		if s.serves(kind) {
			options = append(options, view.Option{Value: s.ID, Label: strings.ToUpper(s.Lang) + " · " + s.Title})
		}
	}
	if len(options) == 0 {
		return nil
	}
	return slices.Insert(options, 0, view.Option{Label: tr(ctx, "moderation.saved_choose")})
}

// fill puts a kept text behind what was typed.
func (r *Room) fill(ctx context.Context, typed item, savedID string) (item, error) {
	typed.Open = true
	if savedID == "" {
		return typed, nil
	}
	one, err := r.savedText(ctx, savedID)
	if err != nil {
		return typed, err
	}
	if !strings.Contains(typed.Reason, one.Text) { // chosen twice, it stands once
		typed.Reason = strings.TrimSpace(typed.Reason + "\n\n" + one.Text)
	}
	return typed, nil
}
