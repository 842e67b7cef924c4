package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/picture"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// petitionPage is what the page of a petition shows.
type petitionPage struct {
	view.Page
	*mobilisation.Petition
	Text         mobilisation.Text
	TextLang     string // of the words, which may be the original's
	Changed      string // when the words last changed under people who had signed, in words; empty for never
	Missing      string // says that the words do not exist in this language
	Open         bool
	StateLabel   string
	StateIcon    string
	AreaName     string
	Carrier      mobilisation.Carrier
	Gauge        view.Measure
	OnPaper      string // signatures on paper, in words; empty for none
	Why, Letter  prose.HTML
	Outcome      prose.HTML
	OutcomeTitle string
	OutcomeDate  string
	Sources      []mobilisation.Source
	Questions    []questionView
	Documents    []documentView
	QuestionLang string
	Others       []petitionPage // the words in other languages, where all are read at once
	Milestones   []view.Milestone
	News         []newsView
	Deliveries   []deliveryView
	Voices       []view.Row
	Names        []string // latest signatories who want theirs shown
	SourceLang   string
	Share        view.Share
	Countries    []view.Option
	Form         mobilisation.Signer
	Errors       view.Errors
	Failure      string // why nothing could be kept
}

type newsView struct {
	ID, Lang, Title, Date string
	Body                  prose.HTML
}

// showPetition is GET /m/{slug}, the same for every visitor.
func (r *Pages) showPetition(w http.ResponseWriter, req *http.Request) error {
	p, err := r.Petition(req.Context(), req.PathValue("slug"))
	if err != nil {
		return err
	}
	return r.writePetition(w, req, p, http.StatusOK, mobilisation.Signer{Country: "FR"}, nil)
}

// writePetition draws the page, with the answers and errors of a form that came back.
func (r *Pages) writePetition(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, status int, form mobilisation.Signer, errs view.Errors) error {
	return r.writeForm(w, req, p, status, form, errs, "")
}

// writeForm is writePetition with a word above the form when it could not be taken for a reason of ours.
func (r *Pages) writeForm(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, status int, form mobilisation.Signer, errs view.Errors, failure string) error {
	ctx := req.Context()
	web.Tag(ctx, "petition:"+p.ID)
	page, err := r.petitionPage(ctx, p)
	if err != nil {
		return err
	}
	page.Form, page.Errors, page.Failure = form, errs, failure
	page.Page.Errors = len(errs) > 0
	return view.Write(ctx, w, status, petitionView(page))
}

func (r *Pages) petitionPage(ctx context.Context, p *mobilisation.Petition) (petitionPage, error) {
	lang := web.Lang(ctx)
	l := i18n.From(ctx)
	text, ok := p.TextIn(lang)
	carrier, err := r.CarrierOf(ctx, p)
	if err != nil {
		return petitionPage{}, err
	}
	page := petitionPage{
		Petition: p, Open: p.TakesSignatures(), Carrier: carrier, AreaName: r.areaName(p.Area, lang), Gauge: r.gauge(p, "big"),
		Outcome: prose.Markdown(text.Lang, text.Outcome), Countries: r.countries(lang), Share: r.share(ctx, p, text),
	}
	page.speak(text)
	page.Sources, page.SourceLang = p.SourcesIn(lang)
	if !ok {
		page.Missing = l.T("mobilisation.text_missing", "language", i18n.Name(text.Lang))
	}
	page.Documents = documentViews(ctx, p.Documents, "/m/"+p.Slug, "")
	page.describe(ctx, r, text)
	page.end(ctx)
	page.stamp(ctx, r.Count(p.ID))
	if page.Changed, err = r.changedLine(ctx, p.ID); err != nil {
		return page, err
	}
	if page.News, err = r.newsViews(ctx, p, lang); err != nil {
		return page, err
	}
	if page.Deliveries, err = r.deliveryViews(ctx, p.ID); err != nil {
		return page, err
	}
	if page.Voices, err = r.voices(ctx, p); err != nil {
		return page, err
	}
	if page.OnPaper, err = r.paperLine(ctx, p); err != nil {
		return page, err
	}
	page.Names, err = r.ShownNames(ctx, p)
	return page, err
}

// speak fills the words of one language.
func (p *petitionPage) speak(text mobilisation.Text) {
	p.Text, p.TextLang = text, text.Lang
	p.Why, p.Letter = prose.Markdown(text.Lang, text.Why), prose.Markdown(text.Lang, text.Letter)
	list, lang := p.QuestionsIn(text.Lang)
	p.QuestionLang = lang
	for _, q := range list {
		p.Questions = append(p.Questions, questionView{i18n.Typography(lang, q.Question), prose.Markdown(lang, q.Answer)})
	}
}

// questionView is a question and its answer as the page shows them.
type questionView struct {
	Question string
	Answer   prose.HTML
}

// describe fills what search engines and shared links show.
func (p *petitionPage) describe(ctx context.Context, r *Pages, text mobilisation.Text) {
	description := prose.Plain(text.Why, 200)
	if len(text.Points) > 0 {
		description = text.Points[0]
	}
	p.Page = view.Page{
		Title: text.Title, Description: description, Canonical: "/m/" + p.Slug,
		Card:    &view.Preview{Image: view.Link(ctx, "/m/"+p.Slug+"/card.png"), Alt: text.Title, Width: 1200, Height: 630, Article: true},
		Scripts: []string{"counter.js", "copy.js"},
	}
	if p.Picture.Large != "" {
		p.Card = &view.Preview{
			Image: mobilisation.PicturePath(p.Picture.Large), Alt: p.Picture.Alt, Width: picture.LargeWidth, Height: picture.LargeHeight, Article: true,
		}
	}
	if p.Open {
		p.Scripts = append(p.Scripts, "form.js", "guard.js")
	}
}

// end fills what a closed or won petition says instead of its form.
func (p *petitionPage) end(ctx context.Context) {
	switch {
	case p.Petition.Paused():
		p.StateLabel, p.StateIcon, p.NoIndex = t(ctx, "mobilisation.paused_label"), "clock", true
		return
	case p.State == mobilisation.Victory:
		p.StateLabel, p.StateIcon, p.OutcomeTitle = t(ctx, "mobilisation.victory"), "trophy", t(ctx, "mobilisation.victory_title")
	case p.State == mobilisation.Closed:
		p.StateLabel, p.StateIcon, p.OutcomeTitle = t(ctx, "mobilisation.closed_label"), "lock", t(ctx, "mobilisation.closed_title")
	default:
		if !p.Petition.Delivered.IsZero() {
			p.StateLabel, p.StateIcon = t(ctx, "mobilisation.delivered_label", "date", i18n.From(ctx).Date(p.Petition.Delivered)), "send"
		}
		return
	}
	p.OutcomeDate = t(ctx, "mobilisation.closed_on", "date", i18n.From(ctx).Date(p.Petition.Closed))
}

// stamp fills the milestones as the page shows them.
func (p *petitionPage) stamp(ctx context.Context, count int64) {
	l := i18n.From(ctx)
	next := false
	for _, m := range p.Petition.Milestones {
		one := view.Milestone{Text: m.WordsIn(l.Tag(), p.Lang)}
		switch {
		case !m.Reached.IsZero():
			one.State, one.Title = view.Reached, l.N("mobilisation.milestone_reached", m.Goal, "date", l.Date(m.Reached))
		case count >= m.Goal: // just now: the date follows
			one.State, one.Title = view.Reached, l.N("mobilisation.milestone_just", m.Goal)
		case !p.Open:
			one.State, one.Title = view.Todo, l.N("mobilisation.milestone_missed", m.Goal)
		case !next:
			next = true
			one.State, one.Title = view.Next, l.N("mobilisation.milestone_next", m.Goal)
		default:
			one.State, one.Title = view.Todo, l.N("mobilisation.milestone_todo", m.Goal)
		}
		p.Milestones = append(p.Milestones, one)
	}
}

// gauge is the number on its way to the next milestone, kept fresh by a stream while a page is open.
func (r *Pages) gauge(p *mobilisation.Petition, size string) view.Measure {
	count := r.Count(p.ID)
	m := view.Measure{Count: count, Goal: p.NextGoal(count), Size: size}
	if size == "big" && p.TakesSignatures() {
		m.Live = view.Live{Stream: "/m/" + p.Slug + "/count.sse", JSON: "/m/" + p.Slug + "/count.json"}
	}
	if !p.TakesSignatures() {
		m.Goal = 0
	}
	return m
}

func (r *Pages) newsViews(ctx context.Context, p *mobilisation.Petition, lang string) ([]newsView, error) {
	list, err := r.LatestNews(ctx, p, lang, 5)
	views := make([]newsView, 0, len(list))
	for _, n := range list {
		views = append(views, newsView{
			ID: n.ID, Lang: n.Lang, Title: i18n.Typography(n.Lang, n.Title), Date: i18n.From(ctx).Date(clock.Time(n.Published)), Body: prose.Markdown(n.Lang, n.Body),
		})
	}
	return views, err
}

// areaName says where a petition is at home, "" for the whole world.
func (r *Pages) areaName(a mobilisation.Area, lang string) string {
	atlas := r.Places.Load()
	switch a.Kind() {
	case "commune":
		c, _ := atlas.Commune(a.Code())
		return c.Name
	case "department":
		d, _ := atlas.Department(a.Code())
		return d.In(lang)
	case "region":
		g, _ := atlas.Region(a.Code())
		return g.In(lang)
	case "country":
		c, _ := atlas.Country(a.Code())
		return c.In(lang)
	case "europe":
		l, _ := r.Languages.Locale(lang)
		return l.T("mobilisation.area_europe")
	}
	return ""
}

func (r *Pages) countries(lang string) []view.Option {
	var options []view.Option
	for _, c := range r.Places.Load().Countries(lang) {
		options = append(options, view.Option{Value: c.Code, Label: c.In(lang)})
	}
	return options
}

func (p petitionPage) countryName() string {
	for _, c := range p.Countries {
		if c.Value == p.Form.Country {
			return c.Label
		}
	}
	return p.Form.Country
}

// share is what people pass on: the same link for everybody.
func (r *Pages) share(ctx context.Context, p *mobilisation.Petition, text mobilisation.Text) view.Share {
	return view.Share{
		URL: r.SiteURL + web.Link(ctx, "/m/"+p.Slug), Title: text.Title,
		Text: t(ctx, "mobilisation.share_text", "title", text.Title),
	}
}
