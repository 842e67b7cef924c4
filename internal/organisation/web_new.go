package organisation

import (
	"net/http"

	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

func (r *Room) showNew(w http.ResponseWriter, req *http.Request) error {
	return view.Write(req.Context(), w, http.StatusOK, newPage(form{Text: Text{Lang: web.Lang(req.Context())}}))
}

func (r *Room) create(w http.ResponseWriter, req *http.Request) error {
	read, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	v := readForm(read)
	v.Text.Lang = web.Lang(req.Context())
	plan := Plan{Name: v.Name, Slug: v.Slug, Emblem: v.Emblem, Links: v.Links, Texts: []Text{v.Text}}
	p, err := r.Create(req.Context(), plan, web.Actor(req.Context()).ID)
	if f, ok := toCorrect(err); ok {
		v.Errors = view.ErrorsFrom(req.Context(), f)
		return view.Write(req.Context(), w, int(f.Kind), newPage(v))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, p.Path())
}
