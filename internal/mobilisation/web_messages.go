package mobilisation

import (
	"context"
	"net/http"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

type messagesPage struct {
	view.Page
	Slug, Petition string
	Waiting        []waitingMessage
}

type waitingMessage struct{ ID, Name, Words, Lang string }

const messagesAtOnce = 30

type queuesPage struct {
	view.Page
	Queues []view.Row
}

// showQueues lists the petitions whose messages wait, those with the most first.
func (r *Room) showQueues(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	rows, err := r.db.Query(ctx, `
		SELECT m.petition_id, COUNT(*)
		FROM mobilisation_message AS m
		JOIN mobilisation_signature AS s ON s.id = m.signature_id
		WHERE m.state = 'waiting' AND s.state = 1
		GROUP BY m.petition_id
		ORDER BY COUNT(*) DESC, m.petition_id
		LIMIT 100`)
	waiting, err := storage.All(rows, err, func(r *storage.Rows) (d delta, err error) { return d, r.Scan(&d.petition, &d.n) })
	if err != nil {
		return err
	}
	page := queuesPage{Page: view.Page{Title: t(ctx, "mobilisation.messages_title"), Work: true, NoIndex: true}}
	for _, queue := range waiting {
		p, text, err := r.petitionOf(ctx, queue.petition)
		if err != nil {
			return err
		}
		page.Queues = append(page.Queues, view.Row{
			Title: text.Title, Path: "/m/" + p.Slug + "/messages", Image: p.poster(), Text: tn(ctx, "mobilisation.messages_waiting", queue.n),
		})
	}
	return view.Write(ctx, w, http.StatusOK, queuesView(page))
}

// showMessages lists the messages that wait, the oldest first. Only confirmed signatories are read.
func (r *Room) showMessages(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shelf.bySlug(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	text, _ := p.TextIn(web.Lang(ctx))
	page := messagesPage{Page: view.Page{Title: t(ctx, "mobilisation.messages_title"), Work: true, NoIndex: true}, Slug: p.Slug, Petition: text.Title}
	if page.Waiting, err = r.waitingMessages(ctx, p.ID); err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, messagesView(page))
}

// waitingCount tells how many messages of a petition wait, up to a thousand.
func (r *Room) waitingCount(ctx context.Context, petitionID string) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM mobilisation_message
			WHERE petition_id = $1 AND state = 'waiting'
			LIMIT 1000) AS waiting`, petitionID).Scan(&n)
	return n, err
}

func (r *Room) waitingMessages(ctx context.Context, petitionID string) ([]waitingMessage, error) {
	rows, err := r.db.Query(ctx, `
		SELECT s.id, s.sealed, s.consents, s.commune, s.country, m.sealed, m.lang
		FROM mobilisation_message AS m
		JOIN mobilisation_signature AS s ON s.id = m.signature_id
		WHERE m.petition_id = $1 AND m.state = 'waiting' AND s.state = 1
		ORDER BY m.created_at
		LIMIT $2`, petitionID, messagesAtOnce)
	list, err := storage.All(rows, err, func(r *storage.Rows) (v voice, err error) {
		return v, r.Scan(&v.ID, &v.Sealed, &v.Consents, &v.Commune, &v.Country, &v.words, &v.Lang)
	})
	if err != nil {
		return nil, err
	}
	var waiting []waitingMessage
	for _, v := range list {
		words, err := r.Vault.Open(purposeMessage, v.words, []byte(v.ID))
		if err != nil {
			r.Log.Error("a message cannot be opened", "signature", v.ID, "error", err)
			continue
		}
		waiting = append(waiting, waitingMessage{ID: v.ID, Name: r.voiceName(ctx, v.Signature), Words: string(words), Lang: v.Lang})
	}
	return waiting, nil
}

// decideMessage lets a message stand, or refuses it.
func (r *Room) decideMessage(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shelf.bySlug(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	decision := form.Raw("decision")
	if decision != "shown" && decision != "refused" {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE mobilisation_message
			SET state = $3, decided_at = $4, decided_by = $5
			WHERE signature_id = $1 AND petition_id = $2 AND state = 'waiting'`,
			form.Line("signature"), p.ID, decision, clock.Micros(r.Clock.Now()), web.Actor(ctx).ID)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "mobilisation.message_decided")
		}
		return err
	})
	if err != nil {
		return err
	}
	r.Purge("petition:" + p.ID)
	return web.SeeOther(w, req, "/m/"+p.Slug+"/messages")
}
