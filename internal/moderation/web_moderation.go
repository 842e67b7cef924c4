package moderation

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

func (r *Room) routes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/charter", Right: perm.Anyone, Handle: r.showCharter, Cached: true},
		{Method: get, Path: "/charter/history", Right: perm.Anyone, Handle: r.showCharterHistory, Cached: true},
		{Method: get, Path: "/charter/{version}", Right: perm.Anyone, Handle: r.showCharterVersion, Cached: true},
		{Method: get, Path: "/moderation/charter", Right: perm.Host, Handle: r.editCharter},
		{Method: post, Path: "/moderation/charter", Right: perm.Host, Handle: r.keepCharter, MaxBody: 512 << 10},
		{Method: get, Path: "/appeal/{id}/{token}", Right: perm.Token, Handle: r.showAppeal},
		{Method: post, Path: "/appeal/{id}/{token}", Right: perm.Token, Handle: r.keepAppeal},
		{Method: get, Path: "/report", Right: perm.Anyone, Handle: r.showReport},
		{Method: post, Path: "/report", Right: perm.Anyone, Handle: r.keepReport},
		{Method: get, Path: "/moderation", Right: perm.Moderate, Handle: r.showQueue},
		{Method: get, Path: "/moderation/saved", Right: perm.Moderate, Handle: r.showSaved},
		{Method: post, Path: "/moderation/saved", Right: perm.Moderate, Handle: r.keepSaved},
		{Method: get, Path: "/moderation/saved/{id}", Right: perm.Moderate, Handle: r.editSaved},
		{Method: post, Path: "/moderation/saved/{id}/remove", Right: perm.Moderate, Handle: r.removeSaved},
		{Method: get, Path: "/moderation/log", Right: perm.Anyone, Handle: r.showLog, Cached: true},
		{Method: post, Path: "/moderation/{kind}/{id}", Right: perm.Moderate, Handle: r.decide},
		{Method: post, Path: "/moderation/{kind}/{id}/opinion", Right: perm.Moderate, Handle: r.keepOpinion},
	}
}

func tr(ctx context.Context, key string, args ...any) string { return i18n.From(ctx).T(key, args...) }

const waitingAtOnce = 20 // of each kind

// queuePage is what waits, of all kinds.
type queuePage struct {
	view.Page
	Tabs  []tab
	Items []item
	// Articles are what a decision may name.
	Articles []view.Option
	Count    int64
	Oldest   string // how long the first has waited, in words
	Done     bool   // a decision was just taken
	Noted    bool   // an opinion was just given
}

// tab is one kind of thing, or all of them.
type tab struct {
	Label, Path string
	Current     bool
}

// item is one thing in the queue, with the form of its decision as it came back.
type item struct {
	module.ReviewItem
	Kind     string
	Label    string // key of the kind's name
	Verdicts []module.Verdict
	Since    string
	Met      []met // what of its words stands in lists
	Verdict  string
	Article  string
	Reason   string
	Errors   view.Errors
	Open     bool          // the reasons are shown
	Saved    []view.Option // texts to choose from
	Thoughts thoughts      // of the moderators
	Note     string        // typed for the other moderators
}

// id is the id of a field of the thing's form.
func (i item) id(name string) string { return "f-" + name + "-" + i.ID }

// wrong are the answers to correct, named so that the summary leads to the fields of this thing.
func (i item) wrong() view.Errors {
	var all view.Errors
	for _, e := range i.Errors {
		all = append(all, view.FieldError{Name: e.Name + "-" + i.ID, Text: e.Text})
	}
	return all
}

// reasons tells whether any decision about the thing owes words.
func (i item) reasons() bool {
	return slices.ContainsFunc(i.Verdicts, func(v module.Verdict) bool { return v.Reason || v.Article })
}

// anchor is where the page shows the thing.
func (i item) anchor() string { return "i-" + i.ID }

func (r *Room) showQueue(w http.ResponseWriter, req *http.Request) error {
	return r.writeQueue(w, req, http.StatusOK, item{})
}

// writeQueue draws the queue; back is the item whose decision came back with what is to correct.
func (r *Room) writeQueue(w http.ResponseWriter, req *http.Request, status int, back item) error {
	ctx := req.Context()
	only := web.CleanQuery(req, "kind", 60)
	page := queuePage{
		Page: view.Page{Title: tr(ctx, "moderation.title"), Work: true, NoIndex: true, Errors: len(back.Errors) > 0, Scripts: []string{"form.js"}},
		Done: req.URL.Query().Has("done"),
	}
	var err error
	if page.Articles, err = r.ArticleOptions(ctx); err != nil {
		return err
	}
	page.Noted = req.URL.Query().Has("noted")
	known := knownOf{}
	if known.minds, err = r.minds(ctx); err != nil {
		return err
	}
	if known.saved, err = r.saved(ctx); err != nil {
		return err
	}
	for _, review := range r.queued() {
		n, err := review.Count(ctx)
		if err != nil {
			return err
		}
		page.Count += n
		page.Tabs = append(page.Tabs, tab{
			Label: tr(ctx, "moderation.tab", "kind", tr(ctx, review.Label), "n", n), Path: "/moderation?kind=" + review.Kind, Current: only == review.Kind,
		})
		if only != "" && only != review.Kind {
			continue
		}
		if err := r.addItems(ctx, &page, review, back, known); err != nil {
			return err
		}
	}
	page.Tabs = slices.Insert(page.Tabs, 0, tab{Label: tr(ctx, "moderation.tab", "kind", tr(ctx, "moderation.all"), "n", page.Count), Path: "/moderation", Current: only == ""})
	slices.SortStableFunc(page.Items, func(a, b item) int { return a.ReviewItem.Since.Compare(b.ReviewItem.Since) })
	if len(page.Items) > 0 {
		page.Oldest = page.Items[0].Since
	}
	return view.Write(ctx, w, status, queueView(page))
}

// knownOf is what moderators have among themselves: what they think of things, and the texts that they keep.
type knownOf struct {
	minds minds
	saved []Saved
}

func (r *Room) addItems(ctx context.Context, page *queuePage, review module.Review, back item, known knownOf) error {
	waiting, err := review.Waiting(ctx, waitingAtOnce)
	for _, one := range waiting {
		i := item{ReviewItem: one, Kind: review.Kind, Label: review.Label, Verdicts: review.Verdicts, Since: r.ago(ctx, one)}
		i.Saved, i.Thoughts = savedOptions(ctx, known.saved, review.Kind), r.about(ctx, known.minds, review, one.ID)
		i.Met = r.meet(ctx, one.Said)
		if back.Kind == review.Kind && back.ID == one.ID {
			i.Verdict, i.Article, i.Reason, i.Errors, i.Open, i.Note = back.Verdict, back.Article, back.Reason, back.Errors, back.Open, back.Note
		}
		page.Items = append(page.Items, i)
	}
	return err
}

// ago says how long a thing has waited: in hours, then in days.
func (r *Room) ago(ctx context.Context, one module.ReviewItem) string {
	hours := int64(r.Clock.Now().Sub(one.Since).Hours())
	if hours < 1 {
		return tr(ctx, "moderation.since_now")
	}
	if hours < 48 {
		return i18n.From(ctx).N("moderation.since_hours", hours)
	}
	return i18n.From(ctx).N("moderation.since_days", hours/24)
}

// decide reads a decision, and shows the queue again where it is not complete.
func (r *Room) decide(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := item{Kind: req.PathValue("kind"), Verdict: form.Line("verdict"), Article: form.Line("article"), Reason: form.Text("reason")}
	typed.ID = req.PathValue("id")
	if form.Ticked("fill") {
		if typed, err = r.fill(ctx, typed, form.Line("saved")); err != nil {
			return err
		}
		return r.writeQueue(w, req, http.StatusOK, typed)
	}
	err = r.Decide(ctx, typed.Kind, module.Decision{
		ID: typed.ID, Verdict: typed.Verdict, Article: typed.Article, Reason: typed.Reason, By: web.Actor(ctx),
	})
	if typed.Errors = view.ErrorsFrom(ctx, err); len(typed.Errors) > 0 {
		return r.writeQueue(w, req, http.StatusUnprocessableEntity, typed)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/moderation?done=1#contenu")
}

// logPage is what was decided, for everybody.
type logPage struct {
	view.Page
	Lines []logLine
}

type logLine struct {
	Date, Kind, Verdict, Article string
	Appeal                       string // what became of an appeal against it
	Alone                        bool   // nobody else could have decided
}

// meta is what a line says in small: the kind, the day, an appeal, and that nobody else could decide.
func (l logLine) meta(ctx context.Context) []view.Meta {
	all := []view.Meta{{Text: l.Kind}, {Text: l.Date}}
	if l.Appeal != "" {
		all = append(all, view.Meta{Text: l.Appeal})
	}
	if l.Alone {
		all = append(all, view.Meta{Text: tr(ctx, "moderation.log_alone")})
	}
	return all
}

// labelOf is the key of a kind's name; of one that no room offers any more, the queue's.
func (r *Room) labelOf(kind string) string {
	if kind == listKind {
		return "moderation.lists"
	}
	for _, review := range r.reviews {
		if review.Kind == kind {
			return review.Label
		}
	}
	return "moderation.title"
}

const logShown = 200

func (r *Room) showLog(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	web.Tag(ctx, logTag)
	list, err := r.logged(ctx, logShown)
	if err != nil {
		return err
	}
	charters, err := r.Charters(ctx)
	if err != nil {
		return err
	}
	page := logPage{Page: view.Page{Title: tr(ctx, "moderation.log_title"), Description: tr(ctx, "moderation.log_lede")}}
	for _, l := range list {
		line := logLine{Date: i18n.From(ctx).Date(clock.Time(l.At)), Kind: tr(ctx, r.labelOf(l.Kind)), Verdict: tr(ctx, "moderation.verdict_"+l.Verdict), Alone: l.Alone == 1}
		line.Article = cited(i18n.From(ctx), charters, l.Charter, l.Article)
		if l.Appeal != "" {
			line.Appeal = tr(ctx, "moderation.log_"+l.Appeal)
		}
		page.Lines = append(page.Lines, line)
	}
	return view.Write(ctx, w, http.StatusOK, logView(page))
}

// reportPage is the form of a report, or its number.
type reportPage struct {
	view.Page
	Report   Report
	Errors   view.Errors
	Number   string
	Articles []view.Option
}

func (r *Room) showReport(w http.ResponseWriter, req *http.Request) error {
	about := web.CleanQuery(req, "about", maxPath)
	return r.writeReport(w, req, http.StatusOK, reportPage{Report: Report{Path: about}})
}

func (r *Room) writeReport(w http.ResponseWriter, req *http.Request, status int, page reportPage) error {
	ctx := req.Context()
	page.Page = view.Page{Title: tr(ctx, "moderation.report_title"), Canonical: "/report", NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	var err error
	if page.Articles, err = r.ArticleOptions(ctx); err != nil {
		return err
	}
	return view.Write(ctx, w, status, reportView(page))
}

func (r *Room) keepReport(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := reportPage{Report: Report{
		Path: form.Line("about"), Article: form.Line("article"), Words: form.Text("words"), Email: form.Line("email"), Lang: web.Lang(ctx), From: r.Guard.Addr(req),
	}}
	number, err := r.Report(ctx, page.Report)
	if f, ok := errors.AsType[*fault.Fault](err); ok && len(f.Fields) > 0 {
		page.Errors = view.ErrorsFrom(ctx, err)
		return r.writeReport(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	page.Number = strconv.FormatInt(number, 10)
	return r.writeReport(w, req, http.StatusOK, page)
}
