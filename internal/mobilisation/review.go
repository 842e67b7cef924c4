package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// What moderators may decide about a petition that was proposed.
const (
	VerdictPublish = "publish"
	VerdictCorrect = "correct" // back to its author, who may propose it again
	VerdictReject  = "reject"
)

// CountProposed tells how many petitions wait for moderators.
func (r *Room) CountProposed(ctx context.Context) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_petition
		WHERE state = 'review'`).Scan(&n)
	return n, err
}

// ProposedIDs lists the petitions that wait for moderators, the oldest first.
func (r *Room) ProposedIDs(ctx context.Context, limit int) ([]string, error) {
	rows, err := r.db.Query(ctx, `
		SELECT id
		FROM mobilisation_petition
		WHERE state = 'review'
		ORDER BY submitted_at
		LIMIT $1`, limit)
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}

// Decide carries out what a moderator decided. Nobody but a host, who may be alone, decides about what they proposed themselves.
func (r *Room) Decide(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	next := map[string]State{VerdictPublish: Published, VerdictCorrect: Draft, VerdictReject: Rejected}[d.Verdict]
	if next == "" {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	if err := mayDecide(ctx, tx, d); err != nil {
		return err
	}
	if next == Published && r.ready != nil {
		if err := r.ready(ctx); err != nil {
			return err
		}
	}
	at, published := clock.Micros(d.At), int64(0)
	if next == Published {
		published = at
	}
	if _, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET state = $2, published_at = $3
		WHERE id = $1`, d.ID, string(next), published); err != nil {
		return err
	}
	verdictID := d.Entry // the line of the log: an appeal names it
	if verdictID == "" {
		verdictID = id.New(d.At)
	}
	reason := r.Vault.Seal(purposeVerdict, []byte(d.Reason), []byte(verdictID)) // some microseconds in the writer, some times a day
	if _, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_verdict (id, petition_id, verdict, article, reason, decided_by, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, verdictID, d.ID, d.Verdict, d.Article, reason, d.By.ID, at); err != nil {
		return err
	}
	if err := r.index(ctx, tx, d.ID); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.Changed(d.ID) })
	if next == Published {
		if err := deleteDraftOf(ctx, tx, d.ID); err != nil {
			return err
		}
	}
	if err := r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: verdictKind, Payload: verdictTask{Verdict: verdictID}}); err != nil || next != Published {
		return err
	}
	return r.Queue.Emit(ctx, tx, Opening{Petition: d.ID})
}

// mayDecide holds the petition and looks whether it waits for this moderator.
func mayDecide(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	var author string
	err := tx.QueryRow(ctx, `
		SELECT author_id
		FROM mobilisation_petition
		WHERE id = $1 AND state = 'review'`+tx.ForUpdate(), d.ID).Scan(&author)
	switch {
	case errors.Is(err, storage.ErrNoRows):
		return fault.New(fault.Conflict, "mobilisation.decided_already")
	case err != nil:
		return err
	case author == d.By.ID && !d.By.May(perm.Host):
		return fault.New(fault.Forbidden, "mobilisation.decide_own")
	}
	return nil
}

const purposeVerdict = "mobilisation.verdict"

const verdictKind = "mobilisation.verdict"

// verdictTask is the mail that tells an author what moderators decided.
type verdictTask struct {
	Verdict string `json:"verdict"`
}

// Verdict is what was decided, as kept.
type Verdict struct {
	ID, PetitionID, Verdict, Article, Reason string
	At                                       time.Time
}

// tellVerdict writes to the author of a petition what was decided, and why. The Message-ID is the job's own.
func (r *Room) tellVerdict(ctx context.Context, job jobs.Job) error {
	var task verdictTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	v, err := r.scanVerdict(r.db.QueryRow(ctx, `
		SELECT `+verdictColumns+`
		FROM mobilisation_verdict
		WHERE id = $1`, task.Verdict).Scan)
	if err != nil {
		return fmt.Errorf("read a verdict: %w", err)
	}
	p, err := r.PetitionByID(ctx, v.PetitionID)
	if err != nil {
		return err
	}
	author, err := r.Author(ctx, p.AuthorID)
	if fault.Is(err, fault.NotFound) {
		return nil // gone: there is nobody to write to
	}
	if err != nil {
		return err
	}
	message, err := r.verdictLetter(ctx, p, v, author)
	if err != nil {
		return err
	}
	message.MessageID = "verdict-" + job.ID
	if err := r.Mail.Send(ctx, message); mail.Permanent(err) {
		return jobs.Permanent(err)
	} else if err != nil {
		return err
	}
	return nil
}

// verdictLetter is what the author reads.
func (r *Room) verdictLetter(ctx context.Context, p *Petition, v Verdict, author Author) (mail.Message, error) {
	l := r.Languages.For(author.Lang)
	title := p.Texts[p.Lang].Title
	body := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("mobilisation.verdict_" + v.Verdict + "_title"),
		Paragraphs: []string{l.T("mobilisation.verdict_"+v.Verdict+"_text", "title", title)},
		Footer:     []string{l.T("mobilisation.verdict_footer", "site", r.SiteName)},
	}
	if r.rulings != nil {
		if err := r.rulings.Because(ctx, &body, v.ID); err != nil {
			return mail.Message{}, err
		}
	} else if v.Article != "" {
		body.Paragraphs = append(body.Paragraphs, l.T("mobilisation.verdict_article", "article", v.Article))
	}
	if v.Reason != "" {
		body.Paragraphs = append(body.Paragraphs, l.T("mobilisation.verdict_reason", "reason", v.Reason))
	}
	path, label := "/mine", "mobilisation.verdict_again"
	if v.Verdict == VerdictPublish {
		path, label = "/m/"+p.Slug, "mobilisation.mail_see"
	}
	body.Button = mail.Button{Label: l.T(label), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + path}
	return mail.Message{
		To: author.Email, ToName: author.Name, Lang: l.Tag(), Subject: l.T("mobilisation.verdict_"+v.Verdict+"_subject", "title", title),
		Text: body.Text(), HTML: body.HTML(),
	}, nil
}
