package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// messagesPage is what the team of a petition has to read.
type messagesPage struct {
	view.Page
	board
	Waiting []waitingMessage
	Done    bool // a decision was just taken
}

type waitingMessage struct{ ID, Name, Words, Lang string }

const messagesAtOnce = 30

// messagesPetition finds a petition for who reads its messages: its own team. Moderators have their queue, where each decision of
// theirs goes into the log; they are sent there, with ok false.
func (r *Pages) messagesPetition(w http.ResponseWriter, req *http.Request) (p *mobilisation.Petition, ok bool, err error) {
	ctx := req.Context()
	if p, err = r.petitionFor(req, perm.TeamOrModerator); err != nil {
		return nil, false, err
	}
	if ok, err = r.InTeam(ctx, p); err != nil || ok {
		return p, ok, err
	}
	return p, false, web.SeeOther(w, req, "/moderation?kind=mobilisation.message")
}

// showMessages lists the messages that wait, the oldest first. Only confirmed signatories are read.
func (r *Pages) showMessages(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, ok, err := r.messagesPetition(w, req)
	if err != nil || !ok {
		return err
	}
	page := messagesPage{Page: view.Page{Title: t(ctx, "mobilisation.messages_title"), Work: true, NoIndex: true}, Done: req.URL.Query().Has("done")}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	list, err := r.Messages(ctx, mobilisation.MessageWaiting, p.ID, messagesAtOnce)
	if err != nil {
		return err
	}
	for _, m := range list {
		page.Waiting = append(page.Waiting, waitingMessage{ID: m.ID, Name: r.VoiceName(ctx, m.Signature), Words: i18n.Typography(m.Lang, m.Words), Lang: m.Lang})
	}
	return view.Write(ctx, w, http.StatusOK, messagesView(page))
}

// decideMessage lets a message stand, or refuses it.
func (r *Pages) decideMessage(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, ok, err := r.messagesPetition(w, req)
	if err != nil || !ok {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	decision := form.Raw("decision")
	if decision != mobilisation.MessageShown && decision != mobilisation.MessageRefused {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return r.SettleMessage(ctx, tx, form.Line("signature"), p.ID, decision, web.Actor(ctx), r.Clock.Now())
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/messages?done=1#contenu")
}
