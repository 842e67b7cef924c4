package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// transferView is what the page of a team says of hand-overs, with what who reads may do.
type transferView struct {
	ID       string // of the one that waits, empty for none
	Waiting  string // what waits, in words
	Take     bool   // it is offered to who reads
	Refuse   bool   // who reads may say no, or take it back
	Offer    bool   // who reads may hand over, to one of To
	Claim    bool   // who reads may ask for it
	Ask      bool   // a moderator may ask for it, for one of To
	To       []view.Option
	NameIt   bool // an owner has to say under which name they carry it
	WithName bool // it is carried in a person's own name
	Name     string
	Errors   view.Errors
	Log      []string
}

// fillTransfer adds hand-overs: the one that waits, what may begin, and the log.
func (r *Pages) fillTransfer(ctx context.Context, page *membersPage, p *mobilisation.Petition, role mobilisation.Role, actor perm.Actor) error {
	h := &page.Transfer
	h.WithName = p.OrganisationID == ""
	h.NameIt = h.WithName && page.Owns && p.AuthorName == ""
	if h.Name == "" {
		h.Name = actor.Name
	}
	all, err := r.Transfers(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, one := range all {
		words, err := r.transferWords(ctx, one)
		if err != nil {
			return err
		}
		if !one.Waits() {
			h.Log = append(h.Log, words)
			continue
		}
		h.ID, h.Waiting = one.ID, words
		h.Take = !one.Claimed() && one.To == actor.ID
		h.Refuse = page.Owns || one.To == actor.ID || one.By == actor.ID
	}
	if h.ID != "" {
		return nil
	}
	return r.fillBeginnings(ctx, page, p, role, actor)
}

// fillBeginnings adds the hand-overs that who reads may begin, where none waits.
func (r *Pages) fillBeginnings(ctx context.Context, page *membersPage, p *mobilisation.Petition, role mobilisation.Role, actor perm.Actor) error {
	h := &page.Transfer
	for _, m := range page.Members {
		if !m.Owner {
			h.To = append(h.To, view.Option{Value: m.ID, Label: m.Name})
		}
	}
	h.Offer = page.Owns && len(h.To) > 0
	if role == "" && actor.May(perm.Moderate) {
		h.Ask = true
		h.To = append(h.To, view.Option{Value: actor.ID, Label: t(ctx, "mobilisation.transfer_myself")})
	}
	if role != mobilisation.Editor {
		return nil
	}
	silent, err := r.Silent(ctx, p)
	h.Claim = silent
	return err
}

// transferWords says what became of a hand-over, with its dates.
func (r *Pages) transferWords(ctx context.Context, h mobilisation.Transfer) (string, error) {
	name, err := r.memberName(ctx, h.To)
	if err != nil {
		return "", err
	}
	l := i18n.From(ctx)
	switch {
	case h.Waits() && h.Claimed():
		return t(ctx, "mobilisation.transfer_log_claim", "name", name, "date", l.Date(h.Created), "due", l.Date(h.Due)), nil
	case h.Waits():
		return t(ctx, "mobilisation.transfer_log_offer", "name", name, "date", l.Date(h.Created)), nil
	case h.State == "done":
		return t(ctx, "mobilisation.transfer_log_done", "name", name, "date", l.Date(h.Decided)), nil
	}
	return t(ctx, "mobilisation.transfer_log_refused", "name", name, "date", l.Date(h.Decided)), nil
}

// memberName is how somebody of a team is called before the others.
func (r *Pages) memberName(ctx context.Context, personID string) (string, error) {
	if personID == "" {
		return t(ctx, "mobilisation.author_gone"), nil
	}
	who, err := r.Author(ctx, personID)
	switch {
	case fault.Is(err, fault.NotFound):
		return t(ctx, "mobilisation.author_gone"), nil
	case who.Name == "":
		return who.Email, err
	}
	return who.Name, err
}

// changeTransfer begins a hand-over, takes it, or ends it.
func (r *Pages) changeTransfer(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	actor, name, which := web.Actor(ctx), form.Line("name"), form.Line("transfer")
	after := ""
	switch form.Raw("act") {
	case "offer":
		after, err = "offered", r.Offer(ctx, p, actor, form.Line("to"))
	case "claim":
		after, err = "claimed", r.Claim(ctx, p, actor, actor.ID, name)
	case "ask":
		if err = r.Claim(ctx, p, actor, form.Line("to"), ""); err == nil {
			return web.SeeOther(w, req, "/moderation?kind=mobilisation.transfer#contenu")
		}
	case "take":
		after, err = "taken", r.Take(ctx, p, actor, which, name)
	case "refuse":
		after, err = "kept", r.Refuse(ctx, p, actor, which)
	case "name":
		after, err = "named", r.NameCarrier(ctx, p, actor, name)
	default:
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	page := membersPage{Transfer: transferView{Name: name, Errors: view.ErrorsFrom(ctx, err)}}
	if len(page.Transfer.Errors) > 0 {
		return r.writeMembers(w, req, http.StatusUnprocessableEntity, page)
	}
	return r.membersAfter(w, req, p, page, err, after)
}

// showTransfer is GET of the link by which an owner says no. It changes nothing: mail scanners open links.
func (r *Pages) showTransfer(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	h, p, title, err := r.transferOf(req)
	if err != nil {
		return err
	}
	page := linkPage{
		Page: view.Page{Title: t(ctx, "mobilisation.transfer_title"), Funnel: true, NoIndex: true}, Title: t(ctx, "mobilisation.transfer_title"),
		Text: t(ctx, "mobilisation.transfer_over", "title", title), Back: "/m/" + p.Slug, BackLabel: t(ctx, "mobilisation.back_to_petition"),
	}
	if h.Waits() {
		page.Text = t(ctx, "mobilisation.transfer_question", "title", title, "date", i18n.From(ctx).Date(h.Due))
		page.Action, page.Button = "/h/"+safePart(req.PathValue("id"))+"/"+safePart(req.PathValue("token")), t(ctx, "mobilisation.transfer_no")
	}
	return view.Write(ctx, w, http.StatusOK, linkView(page))
}

// refuseTransfer is the button of that page.
func (r *Pages) refuseTransfer(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	h, p, title, err := r.transferOf(req)
	if err != nil {
		return err
	}
	if err := r.RefuseByLink(ctx, h); err != nil {
		return refuse(err)
	}
	return view.Write(ctx, w, http.StatusOK, linkView(linkPage{
		Page: view.Page{Title: t(ctx, "mobilisation.transfer_title"), Funnel: true, NoIndex: true}, Title: t(ctx, "mobilisation.transfer_title"),
		Text: t(ctx, "mobilisation.transfer_kept", "title", title), Back: "/m/" + p.Slug + "/team", BackLabel: t(ctx, "mobilisation.transfer_board"),
	}))
}

func (r *Pages) transferOf(req *http.Request) (h mobilisation.Transfer, p *mobilisation.Petition, title string, err error) {
	ctx := req.Context()
	if h, err = r.OpenTransfer(ctx, req.PathValue("id"), req.PathValue("token")); err != nil {
		return h, nil, "", err
	}
	p, text, err := r.PetitionAndText(ctx, h.PetitionID)
	return h, p, text.Title, err
}

// transferReview has moderators decide at once about what others asked for.
func (r *Pages) transferReview() module.Review {
	return module.Review{
		Kind: "mobilisation.transfer", Label: "mobilisation.transfer_kind", Order: 19,
		Verdicts: []module.Verdict{
			{Name: mobilisation.VerdictTransfer, Icon: "check", Reason: true}, {Name: mobilisation.VerdictKeep, Icon: "x", Look: "alt", Reason: true},
		},
		Waiting: r.claimsInQueue, Count: r.CountClaims, Decide: r.DecideTransfer,
	}
}

func (r *Pages) claimsInQueue(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	list, err := r.Claims(ctx, limit)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(list))
	for _, h := range list {
		p, text, err := r.PetitionAndText(ctx, h.PetitionID)
		if err != nil {
			return nil, err
		}
		words, err := r.transferWords(ctx, h)
		if err != nil {
			return nil, err
		}
		items = append(items, module.ReviewItem{
			ID: h.ID, Since: h.Created, Title: text.Title, Body: transferBody(words), Path: "/m/" + p.Slug + "/team/members",
		})
	}
	return items, nil
}
