package front

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

const (
	purposeRequest = "front.request"
	requestKind    = "front.request"
	requestLife    = 24 * time.Hour
)

// requestsOf are the limits of asking: from one home or network, and to one address.
var (
	requestsFrom = guard.Rate{Burst: 10, Per: time.Hour}
	requestsTo   = guard.Rate{Burst: 3, Per: 24 * time.Hour}
)

// requestTask is the mail with the link to what is kept of somebody.
type requestTask struct {
	Request string `json:"request"`
}

// SetPeople hands over how the rooms show and erase what they keep of one person. It is called before the first request.
func (r *Room) SetPeople(people module.People) { r.people = people }

// AskData has a link sent to an address, under which everything is shown that is kept of it. Whether anything is, is not told here:
// everybody gets the mail. The fault is Invalid with the field email, TooMany for who asks too often from one place; an address that was
// asked for often gets no more, and nobody is told.
func (r *Room) AskData(ctx context.Context, email, lang string, from netip.Addr) error {
	address, err := mail.ParseAddress(email)
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return fault.InvalidForm(fault.Field{Name: "email", Key: f.Key, Args: f.Args})
	}
	if err != nil {
		return fault.InvalidForm(fault.Field{Name: "email", Key: "front.notice_email"})
	}
	if !r.limiter.Allow(requestsFrom, "from", guard.Near(from)) {
		return fault.New(fault.TooMany, "front.data_enough")
	}
	if !r.limiter.Allow(requestsTo, "to", mail.Canonical(address)) {
		return nil
	}
	now := r.Clock.Now()
	requestID := id.New(now)
	sealed := r.Vault.Seal(purposeRequest, []byte(address), []byte(requestID))
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO front_request (id, sealed, lang, created_at)
			VALUES ($1, $2, $3, $4)`, requestID, sealed, lang, clock.Micros(now)); err != nil {
			return err
		}
		return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: requestKind, Payload: requestTask{Request: requestID}})
	})
	if err != nil {
		return fmt.Errorf("ask for one's data: %w", err)
	}
	return nil
}

// asked returns the address behind a link. The fault is Gone for one that is over, false or was used to erase.
func (r *Room) asked(ctx context.Context, requestID, token string) (email, lang string, err error) {
	over := fault.New(fault.Gone, "front.data_over")
	if !r.Vault.CheckToken(purposeRequest, requestID, token) {
		return "", "", over
	}
	email, lang, err = r.readRequest(ctx, requestID)
	if errors.Is(err, storage.ErrNoRows) {
		err = over
	}
	return email, lang, err
}

// readRequest reads the address of a request that is not over; ErrNoRows otherwise.
func (r *Room) readRequest(ctx context.Context, requestID string) (email, lang string, err error) {
	var sealed []byte
	err = r.DB.QueryRow(ctx, `
		SELECT sealed, lang
		FROM front_request
		WHERE id = $1 AND created_at > $2`, requestID, clock.Micros(r.Clock.Now().Add(-requestLife))).Scan(&sealed, &lang)
	if err != nil {
		return "", "", err
	}
	plain, err := r.Vault.Open(purposeRequest, sealed, []byte(requestID))
	return string(plain), lang, err
}

// Kept is what one room keeps of a person.
type Kept struct {
	Label string
	Data  any
}

// kept gathers what the rooms keep of an address.
func (r *Room) kept(ctx context.Context, email string) ([]Kept, error) {
	var all []Kept
	for _, p := range r.people {
		data, err := p.Export(ctx, email)
		if err != nil {
			return nil, err
		}
		if data != nil {
			all = append(all, Kept{Label: p.Label, Data: data})
		}
	}
	return all, nil
}

// eraseAll has every room erase what it keeps of an address, then forgets the request. It goes on where one room refuses, and returns
// the first refusal.
func (r *Room) eraseAll(ctx context.Context, requestID, email string) (n int, err error) {
	for _, p := range r.people {
		some, failure := p.Erase(ctx, email)
		n += some
		if err == nil {
			err = failure
		}
	}
	if err != nil {
		return n, err
	}
	return n, r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM front_request WHERE id = $1`, requestID)
		return err
	})
}

// sendRequest is the job that sends the link. The Message-ID is the job's own.
func (r *Room) sendRequest(ctx context.Context, job jobs.Job) error {
	var task requestTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	email, lang, err := r.readRequest(ctx, task.Request)
	if errors.Is(err, storage.ErrNoRows) {
		return nil // over before it could be sent
	}
	if err != nil {
		return err
	}
	l := r.Languages.For(lang)
	letter := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("front.data_letter_subject", "site", r.SiteName), Paragraphs: []string{l.T("front.data_letter_text", "site", r.SiteName)},
		Button: mail.Button{Label: l.T("front.data_letter_button"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + "/data/" + task.Request + "/" + r.Vault.Token(purposeRequest, task.Request)},
		Notes:  []string{l.T("front.data_letter_valid"), l.T("front.data_letter_nothing")},
		Footer: []string{l.T("front.data_letter_footer", "site", r.SiteName)},
	}
	err = r.Mail.Send(ctx, mail.Message{
		To: email, Lang: l.Tag(), MessageID: "data-" + job.ID, Subject: letter.Heading, Text: letter.Text(), HTML: letter.HTML(),
	})
	if mail.Permanent(err) {
		return jobs.Permanent(err)
	}
	return err
}

// forgetRequests deletes the links that are over.
func (r *Room) forgetRequests(ctx context.Context) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM front_request
			WHERE created_at <= $1`, clock.Micros(r.Clock.Now().Add(-requestLife)))
		return err
	})
}
