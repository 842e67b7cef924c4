package page

import (
	"context"
	"net/http"
	"slices"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// pressPage is what a journalist needs to check and quote a number.
type pressPage struct {
	view.Page
	Slug, Petition string
	PetitionLang   string
	Number         string // in words, with what is counted
	AsOf           string
	Citation       string
	Curve          view.Curve
	Where          []pressRow
	Map            view.DotMap
	WhereRest      string
	Corrections    []correctionView
	Paper          paperFacts
	Carrier        mobilisation.Carrier
}

// pressRow is one territory.
type pressRow struct{ Name, Number, PerThousand string }

// correctionView is a correction in words.
type correctionView struct{ Date, Title, Text string }

const (
	pressDays        = 90
	correctionsShown = 50
	leastShown       = 20 // signatures of a territory, below which it is among the others: few would point at people
)

// showPress is GET /m/{slug}/press, the same for everybody.
func (r *Pages) showPress(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	web.Tag(ctx, "petition:"+p.ID)
	l := i18n.From(ctx)
	text, ok := p.TextIn(l.Tag())
	count, now := r.Count(p.ID), r.Clock.Now()
	page := pressPage{
		Page: view.Page{Title: l.T("mobilisation.press_title", "title", text.Title), Description: l.N("mobilisation.press_number", count), Canonical: "/m/" + p.Slug + "/press", Work: true, Scripts: []string{"copy.js"}},
		Slug: p.Slug, Petition: text.Title, Number: l.N("mobilisation.press_number", count), AsOf: l.T("mobilisation.press_as_of", "date", l.DateTime(now)),
		Citation: l.N("mobilisation.press_citation", count, "site", r.SiteName, "title", text.Title, "date", l.Date(now)),
	}
	if !ok {
		page.PetitionLang = text.Lang
	}
	if page.Carrier, err = r.CarrierOf(ctx, p); err != nil {
		return err
	}
	today := r.Today()
	days, err := r.Days(ctx, p.ID, max(today-pressDays+1, min(today-1, r.DayOf(mobilisation.HourOf(p.Published)))), today)
	if err != nil {
		return err
	}
	page.Curve = r.curve(ctx, days)
	if err := r.fillWhere(ctx, &page, p); err != nil {
		return err
	}
	if page.Corrections, err = r.correctionViews(ctx, p.ID); err != nil {
		return err
	}
	if page.Paper, err = r.paperFacts(ctx, p); err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, pressView(page))
}

// fillWhere adds the table of territories.
func (r *Pages) fillWhere(ctx context.Context, page *pressPage, p *mobilisation.Petition) error {
	l := i18n.From(ctx)
	territories, err := r.Territories(ctx, p.ID, l.Tag())
	page.Map = r.mapOf(ctx, slices.DeleteFunc(slices.Clone(territories), func(t mobilisation.Territory) bool { return t.N < leastShown }))
	var rest int64
	for _, where := range territories {
		if where.N < leastShown {
			rest += where.N
			continue
		}
		row := pressRow{Name: where.Name, Number: l.Number(where.N)}
		if where.People > 0 {
			row.PerThousand = l.Number(where.N * 1000 / where.People)
			if where.N*1000 < where.People {
				row.PerThousand = l.T("mobilisation.press_below_one")
			}
		}
		page.Where = append(page.Where, row)
	}
	if rest > 0 {
		page.WhereRest = l.N("mobilisation.press_rest", rest)
	}
	return err
}

func (r *Pages) correctionViews(ctx context.Context, petitionID string) ([]correctionView, error) {
	l := i18n.From(ctx)
	list, err := r.Corrections(ctx, petitionID, correctionsShown)
	views := make([]correctionView, 0, len(list))
	for _, c := range list {
		one := correctionView{Date: l.Date(c.At)}
		switch {
		case c.Reason == "":
			one.Title, one.Text = l.T("mobilisation.correction_recount"), l.T("mobilisation.correction_difference", "n", signed(l, c.N))
		case !c.Undone.IsZero():
			one.Title, one.Text = l.N("mobilisation.correction_undone", -c.N, "date", l.Date(c.Undone)), c.Reason
		default:
			one.Title, one.Text = l.N("mobilisation.correction_invalid", -c.N), c.Reason
		}
		views = append(views, one)
	}
	if err != nil {
		return nil, err
	}
	removed, err := r.RemovedDeliveries(ctx, petitionID)
	for _, d := range removed {
		views = append(views, correctionView{Date: l.Date(d.Removed), Title: l.T("mobilisation.delivery_removed"), Text: l.T("mobilisation.delivery_removed_text", "date", l.Date(d.Day))})
	}
	return views, err
}

// signed writes a difference with its sign.
func signed(l *i18n.Locale, n int64) string {
	if n < 0 {
		return "−" + l.Number(-n)
	}
	return "+" + l.Number(n)
}

// methodOf is which part of the method an icon stands for.
func methodOf(icon string) string {
	return map[string]string{"mail": "confirmed", "users": "double", "undo-2": "withdrawn", "circle-help": "unknown"}[icon]
}
