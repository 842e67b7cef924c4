package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/edit"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/vault"
)

const changeLetterKind = "mobilisation.change_letter"

// changeLetterTask is the letter that tells one signatory of a change. It holds no personal data.
type changeLetterTask struct {
	Change    string `json:"c"`
	Signature string `json:"s"`
}

// States of a letter about a change.
const (
	letterAccepted = "accepted" // by the mail server
	letterLost     = "lost"     // the address takes no mail, or the person is gone
)

// sendChangeLetter is the job that writes to one signatory. The row of the letter says so once the mail server has answered, and not
// before: killed between the two it writes once more, under the same Message-ID. Who has withdrawn meanwhile, or was erased, is written
// to no more.
func (r *Room) sendChangeLetter(ctx context.Context, job jobs.Job) error {
	var task changeLetterTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	if r.Off(ctx, toggle.Mail) {
		return jobs.Later(time.Minute)
	}
	state, err := r.changeLetterState(ctx, task)
	if err != nil || state == letterAccepted || state == "" {
		return err
	}
	s, found, err := r.ReadSignature(ctx, task.Signature)
	if err != nil {
		return err
	}
	if !found || s.State != Confirmed {
		return r.noteChangeLetter(ctx, task, letterLost)
	}
	who, err := r.IdentityOf(s)
	if errors.Is(err, vault.ErrErased) {
		return r.noteChangeLetter(ctx, task, letterLost)
	}
	if err != nil {
		return jobs.Permanent(fmt.Errorf("open the address of %s: %w", s.ID, err))
	}
	message, err := r.composeChange(ctx, task.Change, s, who)
	if err != nil {
		return err
	}
	message.MessageID = "change-" + task.Change + "-" + task.Signature
	if err := r.Mail.Send(ctx, message); mail.Permanent(err) {
		return r.noteChangeLetter(ctx, task, letterLost)
	} else if err != nil {
		return err
	}
	return r.noteChangeLetter(ctx, task, letterAccepted)
}

func (r *Room) changeLetterState(ctx context.Context, task changeLetterTask) (state string, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT state
		FROM mobilisation_change_letter
		WHERE change_id = $1 AND signature_id = $2`, task.Change, task.Signature).Scan(&state)
	if errors.Is(err, storage.ErrNoRows) {
		return "", nil // swept away: long told
	}
	return state, err
}

// noteChangeLetter writes what became of a letter, and counts it.
func (r *Room) noteChangeLetter(ctx context.Context, task changeLetterTask, state string) error {
	at := clock.Micros(r.Clock.Now())
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE mobilisation_change_letter
			SET state = $3, at = $4
			WHERE change_id = $1 AND signature_id = $2 AND state = 'queued'`, task.Change, task.Signature, state, at)
		if n == 1 {
			tx.Add(r.told, task.Change+"|"+state, 1)
		}
		return err
	})
}

// writeTold adds what a batch has counted to the changes.
func (r *Room) writeTold(ctx context.Context, tx *storage.Tx, sums []storage.Sum) error {
	for _, sum := range sums {
		changeID, state, _ := strings.Cut(sum.Key, "|")
		accepted, lost := sum.N, int64(0)
		if state == letterLost {
			accepted, lost = 0, sum.N
		}
		if _, err := tx.Exec(ctx, `
			UPDATE mobilisation_change
			SET accepted = accepted + $2, lost = lost + $3
			WHERE id = $1`, changeID, accepted, lost); err != nil {
			return err
		}
	}
	return nil
}

// composeChange lays the letter out: what changed, when, why, and how to withdraw.
func (r *Room) composeChange(ctx context.Context, changeID string, s Signature, who Identity) (mail.Message, error) {
	c, err := r.Change(ctx, changeID)
	if err != nil {
		return mail.Message{}, err
	}
	before, err := r.BeforeChange(ctx, c)
	if err != nil {
		return mail.Message{}, err
	}
	p, err := r.PetitionByID(ctx, s.PetitionID)
	if err != nil {
		return mail.Message{}, err
	}
	carrier, err := r.CarrierOf(ctx, p)
	if err != nil {
		return mail.Message{}, err
	}
	l := r.Languages.For(s.Lang)
	title := titleIn(before, l.Tag(), p.Lang)
	body := mail.Letter{
		Lang: l.Tag(), Sender: carrier.Name, Heading: l.T("mobilisation.changed_letter_title"),
		Paragraphs: []string{r.greeting(l, s, who), l.T("mobilisation.changed_letter_text", "title", title, "date", l.Date(c.Decided))},
		Button:     mail.Button{Label: l.T("mobilisation.changed_letter_see"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + "/m/" + p.Slug + "/history"},
		Notes:      []string{l.T("mobilisation.changed_letter_agree"), l.T("mobilisation.changed_letter_withdraw") + "\n" + r.link(l, "w", s.ID, purposeWithdraw)},
		Footer:     []string{l.T("mobilisation.mail_footer", "name", carrier.Name, "site", r.SiteName), l.T("mobilisation.mail_no_tracking")},
		Links:      []mail.Button{{Label: l.T("mobilisation.mail_withdraw"), URL: r.link(l, "w", s.ID, purposeWithdraw)}},
	}
	if c.Kind == ChangeBack {
		body.Paragraphs = append(body.Paragraphs, l.T("mobilisation.changed_back"))
	}
	if c.Reason != "" {
		body.Paragraphs = append(body.Paragraphs, l.T("mobilisation.changed_reason", "reason", c.Reason))
	}
	body.Paragraphs = append(body.Paragraphs, differencesInLetter(l, c.Edition.Since(before, p.Lang), p.Lang)...)
	return mail.Message{
		To: who.Email, Subject: l.T("mobilisation.changed_letter_subject", "title", title), Text: body.Text(), HTML: body.HTML(), Lang: l.Tag(),
	}, nil
}

// titleIn is the title in a language, or in the original one.
func titleIn(e Edition, lang, original string) string {
	if d, there := e[lang]; there {
		return i18n.Typography(lang, d.Title)
	}
	return i18n.Typography(original, e[original].Title)
}

const (
	mostPieces = 12  // of what was added or removed, in a letter; the page of the history has all
	mostPiece  = 280 // characters of one
)

// differencesInLetter says in words what was removed and added: in the language of the letter where it differs in that, else in the
// original's, else in the first that differs.
func differencesInLetter(l *i18n.Locale, all []Difference, original string) (paragraphs []string) {
	lang := ""
	for _, want := range []string{l.Tag(), original} {
		for _, d := range all {
			if d.Lang == want && lang == "" {
				lang = want
			}
		}
	}
	if lang == "" && len(all) > 0 {
		lang = all[0].Lang
	}
	n := 0
	for _, d := range all {
		if d.Lang != lang {
			continue
		}
		lines := []string{l.T("mobilisation.part_" + d.Part)}
		for _, piece := range d.Pieces {
			if piece.Mark == edit.Kept || strings.TrimSpace(piece.Text) == "" {
				continue
			}
			if n++; n > mostPieces {
				return append(paragraphs, strings.Join(lines, "\n"), l.T("mobilisation.changed_more"))
			}
			key := map[edit.Mark]string{edit.Added: "mobilisation.changed_added", edit.Removed: "mobilisation.changed_removed"}[piece.Mark]
			lines = append(lines, l.T(key, "words", shorten(piece.Text)))
		}
		paragraphs = append(paragraphs, strings.Join(lines, "\n"))
	}
	return paragraphs
}

// shorten is one line of a piece of text, cut where it is long.
func shorten(text string) string {
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) <= mostPiece {
		return string(words)
	}
	return string(words[:mostPiece]) + "…"
}
