package page

import (
	"net/http"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// paperRoutes are the acts of who counts signatures on paper, and what everybody sees of it.
func (r *Pages) paperRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/paper.csv", Right: perm.Anyone, Handle: r.paperCSV, Raw: true},
		{Method: get, Path: "/m/{slug}/team/paper", Right: perm.SignedIn, Handle: r.showPaper},
		{Method: post, Path: "/m/{slug}/team/paper", Right: perm.SignedIn, Handle: r.enterPaper},
		{Method: post, Path: "/m/{slug}/team/paper/{id}/confirm", Right: perm.SignedIn, Handle: r.confirmPaper},
		{Method: post, Path: "/m/{slug}/team/paper/{id}/discard", Right: perm.SignedIn, Handle: r.discardPaper},
		{Method: post, Path: "/m/{slug}/team/paper/{id}/correct", Right: perm.SignedIn, Handle: r.correctPaper},
	}
}
