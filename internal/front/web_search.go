package front

import (
	"net/http"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/search"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/view"
)

const searchPath = "/search"

// searchPage is what the search page shows.
type searchPage struct {
	view.Page
	Typed  string
	Theme  string
	Themes []view.Option
	Words  bool // something was asked; otherwise everything is listed
	Cut    bool // more was asked than is read
	Place  string
	Near   string // address of what is near that place
	Found  []module.Found
	More   string
	Later  bool
	Feed   string
}

// showSearch is GET /search: what has the words, or everything.
func (r *Room) showSearch(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	if r.Switches.Off(ctx, toggle.Search) {
		return fault.New(fault.Unavailable, "front.search_off")
	}
	page := searchPage{Typed: typed(req, "q"), Theme: r.themeOf(typed(req, "theme")), Themes: r.themes(ctx), Feed: "/feed"}
	after := search.ParsePlace(typed(req, "after"))
	words, cut := search.Says(page.Typed)
	page.Words, page.Cut, page.Later = page.Typed != "", cut || len(req.URL.Query().Get("q")) > maxTyped, after != search.Place{}
	found, err := merged(r.finders, func(f module.Finder) ([]module.Found, error) {
		if page.Typed == "" {
			return f.List(ctx, search.List{Kind: f.Source.Kind, Names: []string{search.All}, Theme: page.Theme, After: after, Limit: pageSize + 1})
		}
		if len(words) == 0 {
			return nil, nil
		}
		return f.Query(ctx, search.Query{Kind: f.Source.Kind, Text: page.Typed, Theme: page.Theme, After: after, Limit: pageSize + 1})
	}, newer, pageSize+1)
	if err != nil {
		return err
	}
	if page.Found, page.More = next(found); page.More != "" {
		page.More = address(searchPath, "q", page.Typed, "theme", page.Theme, "after", page.More)
	}
	if where := locate(r.Places.Load(), page.Typed, ""); where.Name != "" {
		page.Place, page.Near = where.Name, address(nearPath, "q", page.Typed, "theme", page.Theme)
	}
	if page.Theme != "" {
		page.Feed += "/theme/" + page.Theme
	}
	page.Page = view.Page{
		Title: t(ctx, "front.search"), Description: t(ctx, "front.search_description"), Canonical: address(searchPath, "q", page.Typed, "theme", page.Theme),
		NoIndex: page.Typed != "" || page.Later,
	}
	if page.Typed != "" {
		page.Title = t(ctx, "front.search_of", "words", page.Typed)
	}
	return view.Write(ctx, w, http.StatusOK, searchView(page))
}
