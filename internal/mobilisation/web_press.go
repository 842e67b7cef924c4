package mobilisation

import (
	"context"
	"net/http"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/storage"
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
	WhereRest      string
	Corrections    []correction
	Carrier        Carrier
}

// pressRow is one territory.
type pressRow struct{ Name, Number, PerThousand string }

// correction is one time that a number was changed otherwise than by people who sign and withdraw.
type correction struct{ Date, Title, Text string }

const (
	pressDays   = 90
	leastShown  = 20 // signatures of a territory, below which it is among the others: few would point at people
	corrections = 50
)

// showPress is GET /m/{slug}/press, the same for everybody.
func (r *Room) showPress(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shelf.bySlug(ctx, req.PathValue("slug"))
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
	if page.Carrier, err = r.carrierOf(ctx, p); err != nil {
		return err
	}
	today := r.today()
	days, err := r.days(ctx, p.ID, max(today-pressDays+1, min(today-1, r.dayOf(hourOf(p.Published)))), today)
	if err != nil {
		return err
	}
	page.Curve = r.curve(ctx, days)
	if err := r.fillWhere(ctx, &page, p); err != nil {
		return err
	}
	if page.Corrections, err = r.corrections(ctx, p.ID); err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, pressView(page))
}

// fillWhere adds the table of territories.
func (r *Room) fillWhere(ctx context.Context, page *pressPage, p *Petition) error {
	l := i18n.From(ctx)
	territories, err := r.territories(ctx, p.ID, l.Tag())
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

// corrections lists the times that a number was set right, the latest first.
func (r *Room) corrections(ctx context.Context, petitionID string) ([]correction, error) {
	l := i18n.From(ctx)
	rows, err := r.db.Query(ctx, `
		SELECT at, exact - published, '', 0
		FROM mobilisation_recount
		WHERE petition_id = $1
		UNION ALL
		SELECT decided_at, -n, reason, undone_at
		FROM mobilisation_invalidation
		WHERE petition_id = $1 AND n > 0
		ORDER BY 1 DESC
		LIMIT $2`, petitionID, corrections)
	return storage.All(rows, err, func(rows *storage.Rows) (c correction, err error) {
		var at, n, undone int64
		var reason string
		if err := rows.Scan(&at, &n, &reason, &undone); err != nil {
			return c, err
		}
		c.Date = l.Date(clock.Time(at))
		switch {
		case reason == "":
			c.Title, c.Text = l.T("mobilisation.correction_recount"), l.T("mobilisation.correction_difference", "n", signed(l, n))
		case undone > 0:
			c.Title, c.Text = l.N("mobilisation.correction_undone", -n, "date", l.Date(clock.Time(undone))), reason
		default:
			c.Title, c.Text = l.N("mobilisation.correction_invalid", -n), reason
		}
		return c, nil
	})
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
