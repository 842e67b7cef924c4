package front

import (
	"net/http"
	"slices"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// hostPage is the board of who runs the site.
type hostPage struct {
	view.Page
	Notice   Notice
	Since    string
	Errors   view.Errors
	Done     string
	Switches []hostSwitch
	Queues   []hostQueue
	Dead     int64
	Forget   string // when signatories are forgotten, in words
}

// hostSwitch is one part of the site that can be switched off.
type hostSwitch struct {
	Name toggle.Name
	Off  bool
}

// hostQueue is one kind of job.
type hostQueue struct{ Kind, Waiting, Dead string }

func (r *Room) showHost(w http.ResponseWriter, req *http.Request) error {
	n, _, err := r.Notice(req.Context())
	if err != nil {
		return err
	}
	return r.writeHost(w, req, http.StatusOK, hostPage{Notice: n})
}

func (r *Room) writeHost(w http.ResponseWriter, req *http.Request, status int, page hostPage) error {
	ctx := req.Context()
	l := i18n.From(ctx)
	page.Page = view.Page{Title: l.T("front.host"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	_, since, err := r.Notice(ctx)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		page.Since = l.T("front.notice_since", "date", l.Date(since))
	}
	if done := web.CleanQuery(req, "done", 20); done == "notice" || done == "switch" {
		page.Done = l.T("front.host_done_" + done)
	}
	for _, name := range toggle.Names() {
		page.Switches = append(page.Switches, hostSwitch{Name: name, Off: r.Switches.Off(ctx, name)})
	}
	page.Forget = l.N("front.host_forget", int64(r.ForgetAfter/(24*time.Hour)))
	counts, err := r.Queue.Counts(ctx)
	if err != nil {
		return err
	}
	for _, c := range counts {
		page.Queues = append(page.Queues, hostQueue{Kind: c.Kind, Waiting: l.Number(c.Waiting), Dead: l.Number(c.Dead)})
		page.Dead += c.Dead
	}
	return view.Write(ctx, w, status, hostView(page))
}

func (r *Room) keepNotice(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	var n Notice
	for _, f := range n.fields() {
		*f.Value = form.Line(f.Name)
	}
	err = r.SetNotice(ctx, n, web.Actor(ctx).ID)
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		return r.writeHost(w, req, http.StatusUnprocessableEntity, hostPage{Notice: n, Errors: errs})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/host?done=notice#contenu")
}

func (r *Room) keepSwitch(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	name := toggle.Name(form.Line("name"))
	if !slices.Contains(toggle.Names(), name) {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	if err := r.Switches.Set(ctx, name, form.Line("to") == "on", web.Actor(ctx).ID); err != nil {
		return err
	}
	return web.SeeOther(w, req, "/host?done=switch#contenu")
}

// showLegal is GET /legal: who publishes the site.
func (r *Room) showLegal(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	web.Tag(ctx, noticeTag)
	n, since, err := r.Notice(ctx)
	if err != nil {
		return err
	}
	page := legalPage{Page: view.Page{Title: t(ctx, "front.legal"), Description: t(ctx, "front.legal_description", "site", r.SiteName), Canonical: "/legal"}, Notice: n}
	if !since.IsZero() {
		page.Since = t(ctx, "front.notice_since", "date", i18n.From(ctx).Date(since))
	}
	return view.Write(ctx, w, http.StatusOK, legalView(page))
}

// legalPage is the legal notice.
type legalPage struct {
	view.Page
	Notice Notice
	Since  string
}
