package front

import (
	"net/http"

	"essaim/internal/platform/view"
)

// showAbout is GET /about: what this site is, and what it runs on.
func (r *Room) showAbout(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	return view.Write(ctx, w, http.StatusOK, aboutView(statement{
		Page:    view.Page{Title: t(ctx, "front.about"), Description: t(ctx, "front.about_description", "site", r.SiteName), Canonical: "/about"},
		Site:    r.SiteName,
		Contact: r.contact(),
		Source:  r.Source,
	}))
}
