package page

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// membersPage is who works on a petition, and who is invited to.
type membersPage struct {
	view.Page
	board
	Members  []memberView
	Invited  []invitedView
	Owns     bool // who reads may invite, remove and hand over
	InTeam   bool
	Form     inviteForm
	Transfer transferView
	Done     string // what was just done, in words
	Failure  string // why nothing was
}

// memberView is one of the team.
type memberView struct {
	ID, Name, Email, Role, Since string
	Owner, Self, Author          bool
}

// invitedView is one who was invited.
type invitedView struct {
	ID, Email, Role, State string
	Again                  bool // may be written to once more
}

// inviteForm is an invitation as typed.
type inviteForm struct {
	Email, Role string
	Errors      view.Errors
}

// membersDone are the acts after which the page says that they were done.
var membersDone = []string{"invited", "again", "withdrawn", "role", "removed", "joined", "offered", "claimed", "taken", "kept", "named"}

// showMembers is GET of the team.
func (r *Pages) showMembers(w http.ResponseWriter, req *http.Request) error {
	return r.writeMembers(w, req, http.StatusOK, membersPage{})
}

// writeMembers draws the team, with a form that came back or why something could not be done.
func (r *Pages) writeMembers(w http.ResponseWriter, req *http.Request, status int, page membersPage) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	page.Page = view.Page{
		Title: t(ctx, "mobilisation.members_title"), Work: true, NoIndex: true, Errors: len(page.Form.Errors) > 0, Scripts: []string{"form.js"},
	}
	if done := web.CleanQuery(req, "done", 20); slices.Contains(membersDone, done) && page.Failure == "" {
		page.Done = t(ctx, "mobilisation.members_"+done)
	}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	actor := web.Actor(ctx)
	role, err := r.RoleIn(ctx, p, actor)
	if err != nil {
		return err
	}
	page.Owns, page.InTeam = role == mobilisation.Owner, role != ""
	if err := r.fillMembers(ctx, &page, p, actor); err != nil {
		return err
	}
	if page.Owns {
		if err := r.fillInvited(ctx, &page, p); err != nil {
			return err
		}
	}
	if err := r.fillTransfer(ctx, &page, p, role, actor); err != nil {
		return err
	}
	return view.Write(ctx, w, status, membersView(page))
}

// fillMembers adds the team. Who has left between two reads is left out.
func (r *Pages) fillMembers(ctx context.Context, page *membersPage, p *mobilisation.Petition, actor perm.Actor) error {
	members, err := r.Members(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		who, err := r.Author(ctx, m.PersonID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		one := memberView{
			ID: m.PersonID, Name: who.Name, Email: who.Email, Role: t(ctx, "mobilisation.role_"+string(m.Role)), Owner: m.Role == mobilisation.Owner,
			Since: t(ctx, "mobilisation.member_since", "date", i18n.From(ctx).Date(m.Since)), Self: m.PersonID == actor.ID, Author: m.PersonID == p.AuthorID,
		}
		if one.Name == "" {
			one.Name, one.Email = who.Email, ""
		}
		page.Members = append(page.Members, one)
	}
	return nil
}

// fillInvited adds who was invited, for owners.
func (r *Pages) fillInvited(ctx context.Context, page *membersPage, p *mobilisation.Petition) error {
	invited, err := r.Invitations(ctx, p.ID)
	l := i18n.From(ctx)
	for _, i := range invited {
		one := invitedView{ID: i.ID, Email: i.Email, Role: t(ctx, "mobilisation.role_"+string(i.Role)), Again: !i.Refused()}
		switch {
		case i.Refused():
			one.State = t(ctx, "mobilisation.invitation_refused")
		case i.Expired(r.Clock.Now()):
			one.State = t(ctx, "mobilisation.invitation_expired", "date", l.Date(i.Until()))
		default:
			one.State = t(ctx, "mobilisation.invitation_waiting", "date", l.Date(i.Until()))
		}
		page.Invited = append(page.Invited, one)
	}
	return err
}

// roleChoices are the roles with what each may do.
func roleChoices(ctx context.Context, chosen string) []view.Choice {
	if chosen == "" {
		chosen = string(mobilisation.Editor)
	}
	var choices []view.Choice
	for _, role := range mobilisation.Roles() {
		choices = append(choices, view.Choice{
			Value: string(role), Label: t(ctx, "mobilisation.role_"+string(role)), Hint: t(ctx, "mobilisation.role_"+string(role)+"_hint"), Checked: string(role) == chosen,
		})
	}
	return choices
}

// invite asks somebody into the team.
func (r *Pages) invite(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.Owner)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := membersPage{Form: inviteForm{Email: form.Line("email"), Role: form.Line("role")}}
	err = r.Invite(ctx, p, web.Actor(ctx), page.Form.Email, mobilisation.Role(page.Form.Role), web.Lang(ctx))
	if page.Form.Errors = view.ErrorsFrom(ctx, err); len(page.Form.Errors) > 0 {
		return r.writeMembers(w, req, http.StatusUnprocessableEntity, page)
	}
	return r.membersAfter(w, req, p, page, err, "invited")
}

// changeInvitation sends an invitation again, or takes it back.
func (r *Pages) changeInvitation(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.Owner)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	actor, which := web.Actor(ctx), form.Line("invitation")
	switch form.Raw("act") {
	case "again":
		return r.membersAfter(w, req, p, membersPage{}, r.InviteAgain(ctx, p, actor, which), "again")
	case "withdraw":
		return r.membersAfter(w, req, p, membersPage{}, r.Uninvite(ctx, p, actor, which), "withdrawn")
	}
	return fault.New(fault.Malformed, "web.form_unreadable")
}

// changeMember gives somebody of the team another role, or takes them out; everybody may take out themselves.
func (r *Pages) changeMember(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	actor, person := web.Actor(ctx), form.Line("person")
	switch act := form.Raw("act"); act {
	case string(mobilisation.Owner), string(mobilisation.Editor):
		return r.membersAfter(w, req, p, membersPage{}, r.SetRole(ctx, p, actor, person, mobilisation.Role(act)), "role")
	case "remove":
		err := r.Remove(ctx, p, actor, person)
		if err == nil && person == actor.ID {
			return web.SeeOther(w, req, "/mine#contenu")
		}
		return r.membersAfter(w, req, p, membersPage{}, err, "removed")
	}
	return fault.New(fault.Malformed, "web.form_unreadable")
}

// membersAfter goes back to the team: with what was done, or with why it could not be.
func (r *Pages) membersAfter(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, page membersPage, err error, done string) error {
	if err == nil {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/team/members?done="+done+"#contenu")
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || f.Kind != fault.Conflict && f.Kind != fault.TooMany {
		return refuse(err)
	}
	page.Failure = t(req.Context(), f.Key, f.Args...)
	return r.writeMembers(w, req, int(f.Kind), page)
}
