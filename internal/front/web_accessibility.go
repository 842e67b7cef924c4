package front

import (
	"net/http"

	"essaim/internal/platform/view"
)

// showAccessibility is GET /accessibility: how far the site is usable by everybody, and where to say that it is not.
func (r *Room) showAccessibility(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	return view.Write(ctx, w, http.StatusOK, accessibilityView(statement{
		Page: view.Page{
			Title: t(ctx, "front.accessibility"), Description: t(ctx, "front.accessibility_description"), Canonical: "/accessibility",
		},
		Site: r.SiteName, Contact: r.contact(),
	}))
}
