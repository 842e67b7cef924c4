package page

import (
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/web"
)

// countJSON is the number from memory, at most two seconds old.
func (r *Pages) countJSON(w http.ResponseWriter, req *http.Request) error {
	p, err := r.Petition(req.Context(), req.PathValue("slug"))
	if err != nil {
		return err
	}
	n := r.Count(p.ID)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=1")
	_, _ = w.Write(mobilisation.CountJSON(n, p.NextGoal(n))) // the visitor has gone: nothing to do
	return nil
}

// countStream tells an open page each new number (server-sent events).
func (r *Pages) countStream(w http.ResponseWriter, req *http.Request) error {
	p, err := r.Petition(req.Context(), req.PathValue("slug"))
	if err != nil {
		return err
	}
	if r.Off(req.Context(), toggle.Counters) {
		return fault.New(fault.Unavailable, "mobilisation.counters_off")
	}
	r.Hub.ServeSSE(w, req, mobilisation.Topic(p.ID))
	return nil
}

// showCard is the picture of the petition where its link is shared.
func (r *Pages) showCard(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	web.Tag(ctx, "card:"+p.ID)
	text, _ := p.TextIn(web.Lang(ctx))
	carrier, err := r.CarrierOf(ctx, p)
	if err != nil {
		return err
	}
	png, err := r.Deps.Card(ctx, mobilisation.Card{Title: text.Title, By: carrier.Name, Count: tn(ctx, "mobilisation.card_line", r.Count(p.ID)), Seed: p.Slug})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(png)
	return nil
}
