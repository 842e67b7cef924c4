package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// ruling is a decision as the log keeps it.
type ruling struct {
	ID, Kind, Subject, Verdict, Article, By string
	Charter                                 int64 // version that has the article
	At                                      time.Time
}

// ruling returns a decision of the log. The fault is NotFound where there is none.
func (r *Room) ruling(ctx context.Context, decisionID string) (d ruling, err error) {
	var at int64
	err = r.DB.QueryRow(ctx, `
		SELECT id, kind, subject, verdict, article, charter, decided_by, decided_at
		FROM moderation_decision
		WHERE id = $1`, decisionID).Scan(&d.ID, &d.Kind, &d.Subject, &d.Verdict, &d.Article, &d.Charter, &d.By, &at)
	if errors.Is(err, storage.ErrNoRows) {
		return d, fault.New(fault.NotFound, "web.not_found")
	}
	if err != nil {
		return d, fmt.Errorf("read a decision: %w", err)
	}
	d.At = clock.Time(at)
	return d, nil
}

// review is the kind of a thing, and whether a room still offers it.
func (r *Room) review(kind string) (module.Review, bool) {
	at := slices.IndexFunc(r.reviews, func(review module.Review) bool { return review.Kind == kind })
	if at < 0 {
		return module.Review{}, false
	}
	return r.reviews[at], true
}

// appeal is how a decision can be contested; nil for not at all.
func (r *Room) appeal(d ruling) *module.Appeal {
	review, ok := r.review(d.Kind)
	if !ok || review.Appeal == nil || !slices.Contains(review.Appeal.Verdicts, d.Verdict) {
		return nil
	}
	return review.Appeal
}

// Because adds to a letter about a decision the article of the charter that it rests on, and how to contest it. A decision that the log
// does not have adds nothing.
func (r *Room) Because(ctx context.Context, letter *mail.Letter, decisionID string) error {
	d, err := r.ruling(ctx, decisionID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	l := r.Languages.For(letter.Lang)
	if d.Article != "" {
		charters, err := r.Charters(ctx)
		if err != nil {
			return err
		}
		letter.Paragraphs = append(letter.Paragraphs, l.T("moderation.because", "article", cited(l, charters, d.Charter, d.Article)))
	}
	if r.appeal(d) != nil {
		letter.Notes = append(letter.Notes, l.T("moderation.appeal_note", "date", l.Date(d.At.Add(appealLife))))
		letter.Links = append(letter.Links, mail.Button{Label: l.T("moderation.appeal_title"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + r.AppealPath(d.ID)})
	}
	return nil
}

// invalidationKind is the kind of decision that takes signatures out; mobilisation shows its page.
const invalidationKind = "mobilisation.invalidation"

const tellKind = "moderation.tell"

const purposeReason = "moderation.reason"

// tellTask is the mail that tells a decision to whom it concerns. The reason is sealed: it lies in the database until it was sent.
type tellTask struct {
	Decision string `json:"decision"`
	Reason   string `json:"reason"`
}

// tell has a decision told, in the transaction in which it was taken.
func (r *Room) tell(ctx context.Context, tx *storage.Tx, decisionID, reason string) error {
	sealed := r.Vault.SealText(purposeReason, []byte(reason), []byte(decisionID)) // some microseconds in the writer
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: tellKind, Payload: tellTask{Decision: decisionID, Reason: sealed}})
}

// sendTold is the job that writes to whom a decision concerns. The Message-ID is the job's own.
func (r *Room) sendTold(ctx context.Context, job jobs.Job) error {
	var task tellTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	d, err := r.ruling(ctx, task.Decision)
	if err != nil {
		return err
	}
	review, ok := r.review(d.Kind)
	if !ok || review.Appeal == nil {
		return nil
	}
	who, err := review.Appeal.Concerned(ctx, d.Subject)
	if fault.Is(err, fault.NotFound) || err == nil && who.Email == "" {
		return nil // gone: there is nobody to write to
	}
	if err != nil {
		return err
	}
	reason, err := r.Vault.OpenText(purposeReason, task.Reason, []byte(d.ID))
	if err != nil {
		return jobs.Permanent(err)
	}
	l := r.Languages.For(who.Lang)
	letter := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("moderation.told_" + d.Verdict),
		Paragraphs: []string{l.T("moderation.told_"+d.Verdict+"_text", "title", who.Title)}, Footer: []string{l.T("moderation.told_footer", "site", r.SiteName)},
	}
	if len(reason) > 0 {
		letter.Paragraphs = append(letter.Paragraphs, l.T("moderation.answer_reason", "reason", string(reason)))
	}
	if err := r.Because(ctx, &letter, d.ID); err != nil {
		return err
	}
	return r.post(ctx, who, letter, "told-"+job.ID)
}

// logInvalidation writes signatures that were taken out into the log, once, and has it told to the author of the petition.
func (r *Room) logInvalidation(ctx context.Context, e mobilisation.Invalidating) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO moderation_decision (id, kind, subject, verdict, article, decided_by, decided_at)
			VALUES ($1, $2, $1, $3, '', $4, $5)
			ON CONFLICT (id) DO NOTHING`, e.Invalidation, invalidationKind, mobilisation.VerdictInvalidate, e.By, e.At)
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { r.Purge(logTag) })
		return r.tell(ctx, tx, e.Invalidation, e.Reason)
	})
}

// post sends a letter; what will never arrive is given up.
func (r *Room) post(ctx context.Context, who module.Concerned, letter mail.Letter, messageID string) error {
	err := r.Mail.Send(ctx, mail.Message{
		To: who.Email, ToName: who.Name, Lang: letter.Lang, MessageID: messageID, Subject: letter.Heading, Text: letter.Text(), HTML: letter.HTML(),
	})
	if mail.Permanent(err) {
		return jobs.Permanent(err)
	}
	return err
}
