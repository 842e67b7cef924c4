package account

import (
	"context"
	"errors"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/storage"
)

const passkeyLetterKind = "account.passkey_letter"

// passkeyLetterTask tells a person that a passkey was added, whatever became of it since.
type passkeyLetterTask struct {
	Person  string `json:"person"`
	Passkey string `json:"passkey"`
	At      int64  `json:"at"` // microseconds since 1970
}

// sendPasskeyLetter sends it, unless the account is gone. The name of the key is not in it: who added it may be a thief, and would
// write into a mail of ours.
func (r *Room) sendPasskeyLetter(ctx context.Context, job jobs.Job) error {
	var task passkeyLetterTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	p, err := r.Person(ctx, task.Person)
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	locale := r.Languages.For(p.Lang)
	letter := r.passkeyLetter(locale, task)
	err = r.Mail.Send(ctx, mail.Message{
		To: p.Email, ToName: p.Name, Lang: locale.Tag(), MessageID: "passkey-" + task.Passkey,
		Subject: letter.Heading, Text: letter.Text(), HTML: letter.HTML(),
	})
	if mail.Permanent(err) {
		return jobs.Permanent(err)
	}
	return err
}

func (r *Room) passkeyLetter(l *i18n.Locale, task passkeyLetterTask) mail.Letter {
	return mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName,
		Preview: l.T("account.passkey_letter_preview"),
		Heading: l.T("account.passkey_letter_subject", "site", r.SiteName),
		Paragraphs: []string{
			l.T("account.letter_hello"), l.T("account.passkey_letter_added", "site", r.SiteName, "when", l.DateTime(clock.Time(task.At))),
			l.T("account.passkey_letter_stranger"),
		},
		Button: mail.Button{
			Label: l.T("account.passkey_letter_button"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + "/account", Plain: l.T("account.passkey_letter_open"),
		},
		Notes:  []string{l.T("account.passkey_letter_mail")},
		Footer: []string{l.T("account.letter_footer", "site", r.SiteName)},
	}
}
