package page

import (
	"net/http"
	"slices"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// draftBody is how much a step may send, in bytes: more than is kept, in letters that a form writes as three each, so that a text that is
// pasted whole comes back with a word and is not lost.
const draftBody = 960 << 10

// routes is the room's table, all of it in this file.
func (r *Pages) routes() []web.Route {
	return slices.Concat(r.publicRoutes(), r.signRoutes(), r.createRoutes(), r.teamRoutes(), r.paperRoutes(), r.standRoutes(), r.handoverRoutes(),
		r.memberRoutes(), r.moderatorRoutes())
}

// publicRoutes are what everybody reads, the same for all.
func (r *Pages) publicRoutes() []web.Route {
	get := http.MethodGet
	return []web.Route{
		{Method: get, Path: "/m/{slug}", Right: perm.Anyone, Handle: r.showPetition, Cached: true},
		{Method: get, Path: "/m/{slug}/card.png", Right: perm.Anyone, Handle: r.showCard, Cached: true, Silent: true},
		{Method: get, Path: "/m/{slug}/share", Right: perm.Anyone, Handle: r.showShare, Cached: true},
		{Method: get, Path: "/m/{slug}/thanks", Right: perm.Anyone, Handle: r.showThanks, Cached: true},
		{Method: get, Path: "/m/{slug}/count.json", Right: perm.Anyone, Handle: r.countJSON, Raw: true, API: true, Silent: true},
		{Method: get, Path: "/m/{slug}/count.sse", Right: perm.Anyone, Handle: r.countStream, Raw: true, Silent: true},
		{Method: get, Path: "/m/{slug}/documents/{name}", Right: perm.Anyone, Handle: r.sendDocument, Raw: true, Silent: true},
		{Method: get, Path: "/p/{name}", Right: perm.Anyone, Handle: r.sendPicture, Raw: true, Silent: true},
		{Method: get, Path: "/m/{slug}/poster.pdf", Right: perm.Anyone, Handle: r.posterPDF, Cached: true},
		{Method: get, Path: "/m/{slug}/sheet.pdf", Right: perm.Anyone, Handle: r.sheetPDF},
		{Method: get, Path: "/m/{slug}/count.csv", Right: perm.Anyone, Handle: r.countCSV, Raw: true},
		{Method: get, Path: "/m/{slug}/press", Right: perm.Anyone, Handle: r.showPress, Cached: true},
		{Method: get, Path: "/m/{slug}/history", Right: perm.Anyone, Handle: r.showHistory, Cached: true},
		{Method: get, Path: "/m/{slug}/history/{version}", Right: perm.Anyone, Handle: r.showVersion, Cached: true},
	}
}

// signRoutes are how a signature comes, is confirmed and goes. Links in mails are short: they are typed from paper, and broken by mail
// programs when long.
func (r *Pages) signRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/sign", Right: perm.Anyone, Handle: r.showSign},
		{Method: post, Path: "/m/{slug}/sign", Right: perm.Anyone, Handle: r.sign},
		{Method: get, Path: "/m/{slug}/confirm", Right: perm.Anyone, Handle: r.showConfirm},
		{Method: post, Path: "/m/{slug}/confirm", Right: perm.Anyone, Handle: r.confirmCode},
		{Method: post, Path: "/m/{slug}/resend", Right: perm.Anyone, Handle: r.resend},
		{Method: get, Path: "/m/{slug}/correct", Right: perm.Anyone, Handle: r.showCorrect},
		{Method: get, Path: "/c/{id}/{token}", Right: perm.Token, Handle: r.showConfirmLink},
		{Method: post, Path: "/c/{id}/{token}", Right: perm.Token, Handle: r.confirmLink},
		{Method: get, Path: "/w/{id}/{token}", Right: perm.Token, Handle: r.showWithdraw},
		{Method: post, Path: "/w/{id}/{token}", Right: perm.Token, Handle: r.withdraw},
	}
}

// createRoutes are the wizard.
func (r *Pages) createRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/create", Right: perm.Anyone, Handle: r.showCreate},
		{Method: post, Path: "/create", Right: perm.Anyone, Handle: r.create},
		{Method: get, Path: "/create/{draft}/{step}", Right: perm.Anyone, Handle: r.showStep},
		{Method: post, Path: "/create/{draft}/{step}", Right: perm.Anyone, Handle: r.keepStep, MaxBody: draftBody},
		{Method: post, Path: "/create/{draft}/place", Right: perm.Anyone, Handle: r.keepPlace, MaxBody: uploadBody},
		{Method: post, Path: "/create/{draft}/documents", Right: perm.Anyone, Handle: r.keepDraftDocument, MaxBody: uploadBody},
		{Method: get, Path: "/create/{draft}/documents/{name}", Right: perm.Anyone, Handle: r.sendDraftDocument, Raw: true, Silent: true},
	}
}

// teamRoutes are the board of who organises.
func (r *Pages) teamRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/team/documents", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showDocuments},
		{Method: post, Path: "/m/{slug}/team/documents", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.keepDocuments, MaxBody: uploadBody},
		{Method: get, Path: "/m/{slug}/team/picture", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showPicture},
		{Method: post, Path: "/m/{slug}/team/picture", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.changePicture, MaxBody: uploadBody},
		{Method: get, Path: "/m/{slug}/team/questions", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showQuestions},
		{Method: post, Path: "/m/{slug}/team/questions", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.keepQuestions, MaxBody: draftBody},
		{Method: get, Path: "/mine", Right: perm.SignedIn, Handle: r.showMine},
		{Method: get, Path: "/m/{slug}/team", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showTeam},
		{Method: post, Path: "/m/{slug}/team/news", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.tell},
		{Method: post, Path: "/m/{slug}/team/end", Right: perm.SignedIn, Bond: perm.Owner, Handle: r.end},
		{Method: get, Path: "/m/{slug}/team/text", Right: perm.SignedIn, Bond: perm.TeamOrHost, Handle: r.showText},
		{Method: post, Path: "/m/{slug}/team/text", Right: perm.SignedIn, Bond: perm.TeamOrHost, Handle: r.keepText, MaxBody: rewriteBody},
		{Method: get, Path: "/m/{slug}/team/frame", Right: perm.SignedIn, Bond: perm.TeamOrHost, Handle: r.showFrame},
		{Method: post, Path: "/m/{slug}/team/frame", Right: perm.SignedIn, Bond: perm.TeamOrHost, Handle: r.keepFrame},
		{Method: post, Path: "/m/{slug}/team/text/drop", Right: perm.SignedIn, Bond: perm.TeamOrHost, Handle: r.dropText},
		{Method: get, Path: "/m/{slug}/preview", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showPreview},
		{Method: get, Path: "/m/{slug}/team/messages", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showMessages},
		{Method: post, Path: "/m/{slug}/team/messages", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.decideMessage},
	}
}

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

// memberRoutes are those of the team and of its invitations.
func (r *Pages) memberRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/team/members", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.showMembers},
		{Method: post, Path: "/m/{slug}/team/members", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.changeMember},
		{Method: post, Path: "/m/{slug}/team/members/invite", Right: perm.SignedIn, Bond: perm.Owner, Handle: r.invite},
		{Method: post, Path: "/m/{slug}/team/members/invitation", Right: perm.SignedIn, Bond: perm.Owner, Handle: r.changeInvitation},
		{Method: post, Path: "/m/{slug}/team/members/transfer", Right: perm.SignedIn, Bond: perm.TeamOrModerator, Handle: r.changeTransfer},
		{Method: get, Path: "/h/{id}/{token}", Right: perm.Token, Handle: r.showTransfer},
		{Method: post, Path: "/h/{id}/{token}", Right: perm.Token, Handle: r.refuseTransfer},
		{Method: get, Path: "/i/{id}/{token}", Right: perm.Token, Handle: r.showInvitation},
		{Method: post, Path: "/i/{id}/{token}", Right: perm.Token, Handle: r.answerInvitation},
	}
}

// moderatorRoutes are what moderators do to a mobilisation that is public.
func (r *Pages) moderatorRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/m/{slug}/pause", Right: perm.Moderate, Handle: r.showPause},
		{Method: post, Path: "/m/{slug}/pause", Right: perm.Moderate, Handle: r.pause},
		{Method: get, Path: "/m/{slug}/invalidate", Right: perm.Moderate, Handle: r.showInvalidate},
		{Method: post, Path: "/m/{slug}/invalidate", Right: perm.Moderate, Handle: r.invalidate},
		{Method: post, Path: "/m/{slug}/invalidate/{id}/undo", Right: perm.Moderate, Handle: r.undoInvalidation},
	}
}
