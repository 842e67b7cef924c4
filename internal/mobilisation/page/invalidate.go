package page

import (
	"net/http"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// invalidatePage is where moderators take signatures out.
type invalidatePage struct {
	view.Page
	Slug, Petition string
	PetitionLang   string
	Typed          queryForm
	Count          string // what a look has counted, in words; empty before it
	Errors         view.Errors
	Done           []invalidated
}

// queryForm is a query as typed: times as a browser writes them, in the site's time zone.
type queryForm struct{ From, To, Country, Place, Reason string }

// invalidated is one invalidation, in words.
type invalidated struct {
	ID, Title, Text string
	Undoable        bool
}

// browserTime is how <input type="datetime-local"> writes a time.
const browserTime = "2006-01-02T15:04"

// query reads a form; what cannot be read is left zero, and refused by check.
func (r *Pages) query(typed queryForm) mobilisation.Query {
	zone := r.Languages.Default().Zone()
	from, _ := time.ParseInLocation(browserTime, typed.From, zone)
	to, _ := time.ParseInLocation(browserTime, typed.To, zone)
	q := mobilisation.Query{From: from.UTC(), To: to.UTC(), Country: typed.Country}
	if from.IsZero() {
		q.From = time.Time{}
	}
	if to.IsZero() {
		q.To = time.Time{}
	}
	if typed.Place != "" {
		area, _, err := mobilisation.CommuneOf(r.Places.Load(), typed.Place)
		if q.Commune = area.Code(); err != nil || q.Commune == "" {
			q.Commune = "none" // no signature has it: a place that is not known takes out nobody
		}
	}
	return q
}

func (r *Pages) showInvalidate(w http.ResponseWriter, req *http.Request) error {
	return r.writeInvalidate(w, req, http.StatusOK, invalidatePage{})
}

func (r *Pages) writeInvalidate(w http.ResponseWriter, req *http.Request, status int, page invalidatePage) error {
	ctx := req.Context()
	l := i18n.From(ctx)
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	text, _ := p.TextIn(l.Tag())
	page.Page = view.Page{Title: l.T("mobilisation.invalidate_title"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	page.Slug, page.Petition, page.PetitionLang = p.Slug, text.Title, text.Lang
	all, err := r.Invalidations(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, v := range all {
		one := invalidated{ID: v.ID, Title: l.N("mobilisation.invalidation_"+v.State, v.N, "date", l.DateTime(v.Decided)), Text: v.Reason, Undoable: v.State == "done" && v.N > 0}
		page.Done = append(page.Done, one)
	}
	return view.Write(ctx, w, status, invalidateView(page))
}

// invalidate looks first, and takes out only what was counted before.
func (r *Pages) invalidate(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := invalidatePage{Typed: queryForm{
		From: form.Line("from"), To: form.Line("to"), Country: form.Line("country"), Place: form.Line("place"), Reason: form.Line("reason"),
	}}
	q := r.query(page.Typed)
	if err := q.Check(page.Typed.Reason); err != nil {
		page.Errors = view.ErrorsFrom(ctx, err)
		return r.writeInvalidate(w, req, http.StatusUnprocessableEntity, page)
	}
	if form.Raw("act") == "do" {
		if _, err := r.Invalidate(ctx, p.ID, q, page.Typed.Reason, web.Actor(ctx)); err != nil {
			return refuse(err)
		}
		return web.SeeOther(w, req, "/m/"+p.Slug+"/invalidate#done")
	}
	n, err := r.Preview(ctx, p.ID, q)
	if err != nil {
		return err
	}
	page.Count = tn(ctx, "mobilisation.invalidate_count", n)
	return r.writeInvalidate(w, req, http.StatusOK, page)
}

// undoInvalidation brings back what was taken out.
func (r *Pages) undoInvalidation(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	v, err := r.ReadInvalidation(ctx, req.PathValue("id"))
	if err != nil || v.PetitionID != p.ID {
		return fault.New(fault.NotFound, "web.not_found")
	}
	if err := r.Undo(ctx, v.ID); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/invalidate#done")
}
