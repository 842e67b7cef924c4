package page

import (
	"net/http"
	"net/url"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// invitationPage is what the link in an invitation opens: who may answer, and how.
type invitationPage struct {
	view.Page
	Action string
	Text   string // into which team
	Role   string // what an editor or an owner may do
	Email  string // that was invited
	Until  string
	// SignedIn tells that somebody is, and Here that it is who was invited.
	SignedIn, Here bool
}

// showInvitation is GET of the link. It changes nothing: mail scanners open links.
func (r *Pages) showInvitation(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	i, err := r.invitationOf(req)
	if err != nil {
		return err
	}
	p, text, err := r.PetitionAndText(ctx, i.PetitionID)
	if err != nil {
		return err
	}
	actor := web.Actor(ctx)
	page := invitationPage{
		Page: view.Page{Title: t(ctx, "mobilisation.invitation_title"), Funnel: true, NoIndex: true}, Action: invitationPath(req),
		Text: t(ctx, "mobilisation.invitation_draft"), Role: t(ctx, "mobilisation.role_"+string(i.Role)+"_text"), Email: i.Email,
		Until: t(ctx, "mobilisation.invite_mail_until", "date", i18n.From(ctx).Date(i.Until())), SignedIn: actor.SignedIn(),
	}
	if p.Shown() {
		page.Text = t(ctx, "mobilisation.invitation_text", "title", text.Title)
	}
	if page.Here, err = r.InvitedHere(ctx, i, actor); err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, invitationView(page))
}

// answerInvitation accepts, refuses, or leads to the door: who is not signed in comes in by the ordinary way and back here.
func (r *Pages) answerInvitation(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	i, err := r.invitationOf(req)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	switch form.Raw("answer") {
	case "enter":
		if err := r.People.Admit(ctx, i.Email, i.Lang); err != nil {
			return refuse(err)
		}
		return web.SeeOther(w, req, "/signin?next="+url.QueryEscape(invitationPath(req)))
	case "refuse":
		if err := r.Decline(ctx, i); err != nil {
			return refuse(err)
		}
		return view.Write(ctx, w, http.StatusOK, linkView(linkPage{
			Page:  view.Page{Title: t(ctx, "mobilisation.invitation_refused_title"), Funnel: true, NoIndex: true},
			Title: t(ctx, "mobilisation.invitation_refused_title"), Text: t(ctx, "mobilisation.invitation_refused_text"), Back: "/", BackLabel: t(ctx, "mobilisation.see_others"),
		}))
	case "accept":
		return r.acceptInvitation(w, req, i)
	}
	return fault.New(fault.Malformed, "web.form_unreadable")
}

func (r *Pages) acceptInvitation(w http.ResponseWriter, req *http.Request, i mobilisation.Invitation) error {
	ctx := req.Context()
	p, err := r.PetitionByID(ctx, i.PetitionID)
	if err != nil {
		return err
	}
	if err := r.Accept(ctx, i, web.Actor(ctx)); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/members?done=joined#contenu")
}

func (r *Pages) invitationOf(req *http.Request) (mobilisation.Invitation, error) {
	return r.OpenInvitation(req.Context(), req.PathValue("id"), req.PathValue("token"))
}

func invitationPath(req *http.Request) string {
	return "/i/" + safePart(req.PathValue("id")) + "/" + safePart(req.PathValue("token"))
}
