package page

import (
	"context"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// teamPage is the board of who organises a petition.
type teamPage struct {
	view.Page
	board
	Open      bool
	Owns      bool   // who reads may end it
	Done      string // what was just done, in words
	Figures   []figure
	Curve     view.Curve
	Map       view.DotMap
	Where     []view.Portion
	WhereRest string
	Todo      []todo
	Forget    string // when signatories are forgotten, in words
	teamForms
	Langs []view.Option
}

// teamForms are the forms of the board, as typed when one came back.
type teamForms struct {
	News newsForm
	End  endForm
}

// figure is one number in large type.
type figure struct{ Number, Label string }

// todo is one thing to do this week.
type todo struct {
	Text, Path string
}

// newsForm is a piece of news as typed.
type newsForm struct {
	Title, Body, Lang string
	Errors            view.Errors
}

// endForm is the end of a petition as typed.
type endForm struct {
	State, Outcome string
	Errors         view.Errors
}

const (
	curveDays  = 30
	whereShown = 10
)

// showTeam is GET of the board.
func (r *Pages) showTeam(w http.ResponseWriter, req *http.Request) error {
	return r.writeTeam(w, req, http.StatusOK, teamForms{})
}

// writeTeam draws the board, with a form that came back.
func (r *Pages) writeTeam(w http.ResponseWriter, req *http.Request, status int, forms teamForms) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	if !p.Shown() {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/preview")
	}
	text, _ := p.TextIn(web.Lang(ctx))
	page := teamPage{
		Page: view.Page{Title: text.Title, Work: true, NoIndex: true, Errors: status == http.StatusUnprocessableEntity, Scripts: []string{"form.js"}},
		Open: p.TakesSignatures(), teamForms: forms,
	}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	if done := web.CleanQuery(req, "done", 20); slices.Contains([]string{"told", "ended", "delivered"}, done) {
		page.Done = t(ctx, "mobilisation.team_"+done)
	}
	role, err := r.RoleIn(ctx, p, web.Actor(ctx))
	if err != nil {
		return err
	}
	page.Owns = role == mobilisation.Owner
	if page.News.Lang == "" {
		page.News.Lang = web.Lang(ctx)
	}
	for _, tag := range r.Languages.Tags() {
		page.Langs = append(page.Langs, view.Option{Value: tag, Label: i18n.Name(tag)})
	}
	if err := r.fillTeam(ctx, &page, p); err != nil {
		return err
	}
	return view.Write(ctx, w, status, teamView(page))
}

// fillTeam adds the numbers.
func (r *Pages) fillTeam(ctx context.Context, page *teamPage, p *mobilisation.Petition) error {
	lang := web.Lang(ctx)
	today := r.Today()
	days, err := r.Days(ctx, p.ID, today-curveDays+1, today)
	if err != nil {
		return err
	}
	var week int64
	for _, d := range days[len(days)-7:] {
		week += d.N
	}
	count := r.Count(p.ID)
	page.Figures = []figure{
		{number(ctx, count), t(ctx, "mobilisation.figure_verified")},
		{t(ctx, "mobilisation.figure_more", "n", week), t(ctx, "mobilisation.figure_week")},
	}
	if goal := p.NextGoal(count); p.TakesSignatures() && goal > count {
		page.Figures = append(page.Figures, figure{number(ctx, goal-count), t(ctx, "mobilisation.figure_left", "goal", goal)})
	}
	page.Curve = r.curve(ctx, days)
	territories, err := r.Territories(ctx, p.ID, lang)
	if err != nil {
		return err
	}
	page.Map = r.mapOf(ctx, territories)
	var rest int64
	for i, where := range territories {
		if i >= whereShown {
			rest += where.N
			continue
		}
		page.Where = append(page.Where, view.Portion{Label: where.Name, N: where.N, Number: number(ctx, where.N)})
	}
	if rest > 0 {
		page.WhereRest = tn(ctx, "mobilisation.where_rest", rest)
	}
	if page.Forget, err = r.retentionLine(ctx, p); err != nil {
		return err
	}
	return r.fillTodo(ctx, page, p, week)
}

// fillTodo lists what is worth ten minutes this week.
func (r *Pages) fillTodo(ctx context.Context, page *teamPage, p *mobilisation.Petition, week int64) error {
	messages, err := r.CountMessages(ctx, p.ID)
	if err != nil {
		return err
	}
	if messages > 0 {
		page.Todo = append(page.Todo, todo{tn(ctx, "mobilisation.messages_waiting", messages), "/m/" + p.Slug + "/team/messages"})
	}
	after, err := r.todoAfter(ctx, p)
	if err != nil {
		return err
	}
	if page.Todo = append(page.Todo, after...); !p.TakesSignatures() {
		return nil
	}
	latest, err := r.LatestNews(ctx, p, p.Lang, 1)
	if err != nil {
		return err
	}
	if len(latest) == 0 || r.Clock.Now().Sub(time.UnixMicro(latest[0].Published)) > 21*24*time.Hour {
		page.Todo = append(page.Todo, todo{t(ctx, "mobilisation.todo_news"), "#news"})
	}
	if week == 0 {
		page.Todo = append(page.Todo, todo{t(ctx, "mobilisation.todo_share"), "/m/" + p.Slug + "/share"})
	}
	for _, tag := range r.Languages.Tags() {
		if _, ok := p.Texts[tag]; !ok {
			page.Todo = append(page.Todo, todo{t(ctx, "mobilisation.todo_language", "language", i18n.Name(tag)), ""})
		}
	}
	return nil
}

// curve draws days.
func (r *Pages) curve(ctx context.Context, days []mobilisation.Daily) view.Curve {
	l := i18n.From(ctx)
	c := view.Curve{ID: "signatures", Title: t(ctx, "mobilisation.curve_title")}
	var sum, best int64
	bestDay := 0
	for i, d := range days {
		c.Points = append(c.Points, view.CurvePoint{N: d.N})
		sum += d.N
		if d.N > best {
			best, bestDay = d.N, i
		}
		if d.N > 0 {
			c.Table = append(c.Table, view.CurveRow{Label: l.Date(d.Day), Number: l.Number(d.N)})
		}
	}
	for _, step := range view.Steps(best) {
		c.Scale = append(c.Scale, l.Number(step))
		c.Top = max(c.Top, step)
	}
	for i := range 4 {
		c.Days = append(c.Days, l.ShortDate(days[i*(len(days)-1)/3].Day))
	}
	c.Text = l.N("mobilisation.curve_text", sum)
	if best > 0 {
		c.Peak = l.N("mobilisation.curve_peak", best, "date", l.ShortDate(days[bestDay].Day))
	}
	return c
}

// tell publishes a piece of news.
func (r *Pages) tell(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := newsForm{Title: form.Line("title"), Body: form.Text("body"), Lang: form.Line("lang")}
	if _, known := r.Languages.Locale(typed.Lang); !known {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	news := mobilisation.News{PetitionID: p.ID, Lang: typed.Lang, Title: typed.Title, Body: typed.Body}
	if err := r.CheckNews(ctx, news); err != nil {
		typed.Errors = view.ErrorsFrom(ctx, err)
		return r.writeTeam(w, req, http.StatusUnprocessableEntity, teamForms{News: typed})
	}
	if err := r.Tell(ctx, news); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team?done=told#contenu")
}

// end closes a petition, as won or not.
func (r *Pages) end(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.Owner)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := endForm{State: form.Line("state"), Outcome: form.Text("outcome")}
	var f fault.Flaws
	f.When(typed.State != string(mobilisation.Closed) && typed.State != string(mobilisation.Victory), "state", "mobilisation.end_state_missing")
	f.When(prose.Line(typed.Outcome) == "", "outcome", "mobilisation.outcome_missing")
	f.When(prose.Longer(typed.Outcome, mobilisation.MaxNews), "outcome", "mobilisation.why_length", "max", mobilisation.MaxNews)
	if err := f.Err(); err != nil {
		typed.Errors = view.ErrorsFrom(ctx, err)
		return r.writeTeam(w, req, http.StatusUnprocessableEntity, teamForms{End: typed})
	}
	if err := r.End(ctx, p.ID, mobilisation.State(typed.State), map[string]string{p.Lang: typed.Outcome}); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team?done=ended#contenu")
}

// countCSV is the history of the number, one line a day: public, because journalists check it.
func (r *Pages) countCSV(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	first := r.DayOf(mobilisation.HourOf(p.Published))
	days, err := r.Days(ctx, p.ID, max(first, r.Today()-longestHistory), r.Today())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+p.Slug+`.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"date", "signatures", "total"})
	var total int64
	for _, d := range days {
		total += d.N
		_ = out.Write([]string{d.Day.Format(time.DateOnly), strconv.FormatInt(d.N, 10), strconv.FormatInt(total, 10)})
	}
	out.Flush()
	return out.Error()
}

// longestHistory is how many days the history goes back at most.
const longestHistory = 3660
