package moderation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/storage"
)

// Person is a moderator, as written to.
type Person struct{ ID, Email, Name, Lang string }

const callKind = "moderation.call"

// callAfter gathers what comes in together into one mail.
const callAfter = 10 * time.Minute

// callTask is the mail that calls one moderator. It names the account; the address is looked up when it is written.
type callTask struct {
	Person string `json:"person"`
}

// call has every moderator written to, once, because something waits.
func (r *Room) call(ctx context.Context) error {
	people, err := r.Moderators(ctx)
	if err != nil {
		return fmt.Errorf("call the moderators: %w", err)
	}
	at := r.Clock.Now().Add(callAfter)
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return r.callAll(ctx, tx, people, at)
	})
}

// callAll has people written to at a time, each once for what comes in together.
func (r *Room) callAll(ctx context.Context, tx *storage.Tx, people []Person, at time.Time) error {
	for _, p := range people {
		if err := r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: callKind, Payload: callTask{Person: p.ID}, Unique: p.ID, RunAt: at}); err != nil {
			return err
		}
	}
	return nil
}

// sendCall is the job that writes to one moderator, unless nothing waits any more or they are none any more. The Message-ID is the
// job's own.
func (r *Room) sendCall(ctx context.Context, job jobs.Job) error {
	var task callTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	var waiting int64
	for _, review := range r.queued() {
		n, err := review.Count(ctx)
		if err != nil {
			return err
		}
		waiting += n
	}
	people, err := r.Moderators(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.ID == task.Person && waiting > 0 {
			err = r.writeCall(ctx, job.ID, p, waiting)
		}
	}
	if mail.Permanent(err) {
		return jobs.Permanent(err)
	}
	return err
}

func (r *Room) writeCall(ctx context.Context, jobID string, p Person, waiting int64) error {
	l := r.Languages.For(p.Lang)
	letter := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.N("moderation.call_subject", waiting), Paragraphs: []string{l.T("moderation.call_text", "site", r.SiteName)},
		Button: mail.Button{Label: l.T("moderation.title"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + "/moderation"},
		Footer: []string{l.T("moderation.call_footer", "site", r.SiteName)},
	}
	return r.Mail.Send(ctx, mail.Message{
		To: p.Email, ToName: p.Name, Lang: l.Tag(), MessageID: "call-" + jobID, Subject: letter.Heading, Text: letter.Text(), HTML: letter.HTML(),
	})
}
