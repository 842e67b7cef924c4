package front

import (
	"net/http"
	"slices"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// homeCards is how many mobilisations the home page shows. Where there are more, it says so.
const homeCards = 60

// homePage is what the home page shows.
type homePage struct {
	view.Page
	Featured *view.Teaser
	Order    string // in one sentence, why this one is featured
	Others   []view.Teaser
	Most     string // says that there are more than those shown; empty when all are
}

// showHome is GET /, the same for every visitor.
func (r *Room) showHome(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	web.Tag(ctx, "petitions")
	teasers, err := r.Petitions(ctx, homeCards+1)
	if err != nil {
		return err
	}
	page := homePage{Page: view.Page{Title: t(ctx, "front.home_title"), Description: t(ctx, "front.home_description"), Canonical: "/", Hero: true}}
	if len(teasers) > homeCards {
		teasers = teasers[:homeCards]
		page.Most = i18n.From(ctx).N("front.home_most", homeCards)
	}
	at, key := feature(teasers)
	if at >= 0 {
		featured := enlarge(teasers[at])
		page.Featured, page.Order = &featured, t(ctx, key)
		page.Others = slices.Delete(slices.Clone(teasers), at, at+1)
	}
	for i := range page.Others {
		page.Others[i].Lazy = i > 0 // on a wide screen, the first line of them is soon seen
	}
	return view.Write(ctx, w, http.StatusOK, homeView(page))
}

// feature chooses what stands large: the newest mobilisation that can be signed in a whole country or more, else the newest that
// can be signed, else the newest. It returns its place, -1 when there is none, and the key of the sentence that says why.
func feature(teasers []view.Teaser) (at int, key string) {
	at = slices.IndexFunc(teasers, func(one view.Teaser) bool { return open(one) && !one.Local })
	if at >= 0 {
		return at, "front.order_large"
	}
	at = slices.IndexFunc(teasers, open)
	if at < 0 && len(teasers) > 0 {
		at = 0
	}
	return at, "front.order_newest"
}

// open tells whether what a card shows can be signed: the number of one that ended has no goal any more.
func open(one view.Teaser) bool { return one.Gauge != nil }

// enlarge fits a card to the width of the page.
func enlarge(one view.Teaser) view.Teaser {
	one.Lazy = false
	if one.Gauge != nil {
		gauge := *one.Gauge
		gauge.Size = ""
		one.Gauge = &gauge
	}
	return one
}
