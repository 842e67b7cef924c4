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
		{Method: get, Path: "/m/{slug}/team/paper", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showPaper},
		{Method: post, Path: "/m/{slug}/team/paper", Right: perm.SignedIn, Bond: perm.Team, Handle: r.enterPaper},
		{Method: post, Path: "/m/{slug}/team/paper/{id}/confirm", Right: perm.SignedIn, Bond: perm.Team, Handle: r.confirmPaper},
		{Method: post, Path: "/m/{slug}/team/paper/{id}/discard", Right: perm.SignedIn, Bond: perm.Team, Handle: r.discardPaper},
		{Method: post, Path: "/m/{slug}/team/paper/{id}/correct", Right: perm.SignedIn, Bond: perm.Team, Handle: r.correctPaper},
	}
}

// standRoutes are a tablet on which many sign in turn, and the acts of who opens one.
func (r *Pages) standRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/stand", Right: perm.Anyone, Handle: r.showStand},
		{Method: post, Path: "/m/{slug}/stand", Right: perm.Anyone, Handle: r.signAtStand},
		{Method: get, Path: "/m/{slug}/stand/thanks", Right: perm.Anyone, Handle: r.showStandThanks},
		{Method: get, Path: "/stand/{id}/{token}", Right: perm.Token, Handle: r.showTakeStand},
		{Method: post, Path: "/stand/{id}/{token}", Right: perm.Token, Handle: r.takeStand},
		{Method: get, Path: "/m/{slug}/team/stands", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showStands},
		{Method: post, Path: "/m/{slug}/team/stands", Right: perm.SignedIn, Bond: perm.Team, Handle: r.openStand},
		{Method: get, Path: "/m/{slug}/team/stands/{id}", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showStandLink},
		{Method: get, Path: "/m/{slug}/team/stands/{id}/code.png", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showStandCode, Raw: true},
		{Method: post, Path: "/m/{slug}/team/stands/{id}/close", Right: perm.SignedIn, Bond: perm.Team, Handle: r.closeStand},
	}
}

// handoverRoutes are deliveries, and the names that leave the site for them.
func (r *Pages) handoverRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/team/week", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showWeek},
		{Method: get, Path: "/m/{slug}/team/delivery", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showHandover},
		{Method: post, Path: "/m/{slug}/team/deliver", Right: perm.SignedIn, Bond: perm.Team, Handle: r.deliver},
		{Method: get, Path: "/m/{slug}/team/delivery/{id}", Right: perm.SignedIn, Bond: perm.Team, Handle: r.showDelivery},
		{Method: post, Path: "/m/{slug}/team/delivery/{id}", Right: perm.SignedIn, Bond: perm.Team, Handle: r.editDelivery, MaxBody: uploadBody},
		{Method: post, Path: "/m/{slug}/team/delivery/{id}/remove", Right: perm.SignedIn, Bond: perm.Team, Handle: r.removeDelivery},
		{Method: post, Path: "/m/{slug}/team/names.csv", Right: perm.SignedIn, Bond: perm.Owner, Handle: r.sendCSV},
		{Method: post, Path: "/m/{slug}/team/list.pdf", Right: perm.SignedIn, Bond: perm.Owner, Handle: r.sendList},
	}
}
