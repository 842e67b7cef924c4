package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// handoverPage is where a team prints the list, takes the names of who agreed, and notes deliveries.
type handoverPage struct {
	view.Page
	board
	Done       string
	Owner      bool
	Agreed     string // how many are on the list, in words
	Public     string // how many have their name shown
	Duties     []string
	Volumes    []view.Option // of the list: number and words
	Any        bool          // somebody agreed to something
	Deliveries []deliveryView
	Deliver    deliverForm
	Handouts   []string
	Addressee  string
}

// perVolume is how many names one PDF holds: some two megabytes, made in some seconds.
const perVolume = 5000

// showHandover is GET of that page.
func (r *Pages) showHandover(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	return r.writeHandover(w, req, http.StatusOK, p, deliverForm{})
}

func (r *Pages) writeHandover(w http.ResponseWriter, req *http.Request, status int, p *mobilisation.Petition, form deliverForm) (err error) {
	ctx := req.Context()
	l := i18n.From(ctx)
	page := handoverPage{
		Page: view.Page{Title: t(ctx, "mobilisation.handover_title"), Work: true, NoIndex: true, Errors: len(form.Errors) > 0, Scripts: []string{"form.js"}},
		Done: done(req, "handover", "edited", "removed"), Deliver: form,
		Duties: []string{t(ctx, "mobilisation.duty_only"), t(ctx, "mobilisation.duty_keep"), t(ctx, "mobilisation.duty_destroy")},
	}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	role, err := r.RoleIn(ctx, p, web.Actor(ctx))
	if err != nil {
		return err
	}
	agreed, err := r.CountAgreed(ctx, p.ID)
	if err != nil {
		return err
	}
	page.Owner, page.Any = role == mobilisation.Owner, agreed.Either > 0
	page.Agreed = l.N("mobilisation.agreed_list", agreed.HandOver, "all", r.Count(p.ID))
	page.Public = l.N("mobilisation.agreed_public", agreed.PublicName)
	volumes := (agreed.HandOver + perVolume - 1) / perVolume
	for n := range volumes {
		one := view.Option{Value: l.Number(n + 1), Label: t(ctx, "mobilisation.list_print")}
		if volumes > 1 {
			one.Label = t(ctx, "mobilisation.list_volume", "n", n+1, "of", volumes)
		}
		page.Volumes = append(page.Volumes, one)
	}
	if page.Deliveries, err = r.deliveryViews(ctx, p.ID); err != nil {
		return err
	}
	if page.Handouts, err = r.handoutLines(ctx, p); err != nil {
		return err
	}
	return view.Write(ctx, w, status, handoverView(page))
}

// handoutLines say who took names, when, how many. An account that is gone is somebody.
func (r *Pages) handoutLines(ctx context.Context, p *mobilisation.Petition) ([]string, error) {
	l := i18n.From(ctx)
	list, err := r.Handouts(ctx, p.ID)
	lines := make([]string, 0, len(list))
	for _, h := range list {
		who := t(ctx, "mobilisation.handout_somebody")
		if r.Author != nil {
			if account, err := r.Author(ctx, h.By); err == nil && account.Name != "" {
				who = account.Name
			} else if err == nil {
				who = account.Email
			}
		}
		lines = append(lines, l.N("mobilisation.handout_"+h.Form, h.N, "date", l.DateTime(h.At), "name", who))
	}
	return lines, err
}
