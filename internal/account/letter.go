package account

import (
	"context"
	"errors"
	"strconv"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

const letterKind = "account.letter"

// letterTask is the mail of one link. It names nobody: whose the link is is looked up when the mail is written.
type letterTask struct {
	Link string    `json:"link"`
	Role perm.Role `json:"role,omitempty"` // that a host gave with it
	// NotBefore is when it may leave for who has no account, in microseconds since 1970; 0 for at once, negative for never.
	NotBefore int64 `json:"not_before,omitempty"`
	// Again tells the mails of one link apart, for mail programs show those of one id once; 0 for the first.
	Again int64 `json:"again,omitempty"`
}

// sendLetter sends the mail of a link, unless nobody has the address or the link is over. Tried again, it is the same mail.
func (r *Room) sendLetter(ctx context.Context, job jobs.Job) error {
	var task letterTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	l, err := r.readLink(ctx, task.Link)
	if errors.Is(err, storage.ErrNoRows) {
		return nil // over before it could be sent: a letter would only lead to a shut door
	}
	if err != nil {
		return err
	}
	p, err := r.receiver(ctx, l, task)
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.send(ctx, p, l, task)
}

// receiver returns who gets the mail of a link; ErrNoRows when nobody does. Who has no account is written to when it is time.
func (r *Room) receiver(ctx context.Context, l link, task letterTask) (Person, error) {
	p, err := r.personWith(ctx, l.index)
	if !errors.Is(err, storage.ErrNoRows) || task.NotBefore < 0 {
		return p, err
	}
	if early := clock.Time(task.NotBefore).Sub(r.Clock.Now()); task.NotBefore > 0 && early > 0 {
		return p, jobs.Later(early)
	}
	return r.joinerOfLink(ctx, sum(r.token(l.id)), clock.Micros(r.Clock.Now()))
}

func (r *Room) send(ctx context.Context, p Person, l link, task letterTask) error {
	onlyLinks, err := r.onlyLinks(ctx, l.index)
	if err != nil {
		return err
	}
	locale := r.Languages.For(l.lang)
	letter := r.linkLetter(locale, l, onlyLinks)
	if !l.asked {
		letter = r.invitation(locale, l, task.Role)
	}
	messageID := "account-" + l.id
	if task.Again > 0 {
		messageID += "-" + strconv.FormatInt(task.Again, 36)
	}
	err = r.Mail.Send(ctx, mail.Message{
		To: p.Email, ToName: p.Name, Lang: locale.Tag(), MessageID: messageID,
		Subject: letter.Heading, Text: letter.Text(), HTML: letter.HTML(),
	})
	if mail.Permanent(err) {
		return jobs.Permanent(err)
	}
	return err
}

// linkLetter is for who asked to come in. It holds no code where none would count, and says why.
func (r *Room) linkLetter(l *i18n.Locale, in link, onlyLinks bool) mail.Letter {
	code := r.code(in.id)
	letter := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName,
		Preview:    l.T("account.letter_preview"),
		Heading:    l.T("account.letter_subject", "site", r.SiteName),
		Paragraphs: []string{l.T("account.letter_hello"), l.T("account.letter_asked", "site", r.SiteName)},
		Button:     mail.Button{Label: l.T("account.letter_button"), URL: r.address(l, in), Plain: l.T("account.letter_open")},
		CodeIntro:  l.T("account.letter_code"), Code: code[:3] + " " + code[3:],
		Notes:  []string{l.T("account.letter_valid"), l.T("account.letter_nothing")},
		Footer: []string{l.T("account.letter_footer_asked", "site", r.SiteName)},
	}
	if onlyLinks {
		letter.Preview, letter.CodeIntro, letter.Code = l.T("account.letter_preview_link"), "", ""
		letter.Paragraphs = append(letter.Paragraphs, l.T("account.letter_guessed"))
		letter.Notes = []string{l.T("account.letter_valid_link"), l.T("account.letter_nothing")}
	}
	return letter
}

// invitation is for who was given a role by a host.
func (r *Room) invitation(l *i18n.Locale, in link, role perm.Role) mail.Letter {
	return mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName,
		Preview:    l.T("account.invitation_preview"),
		Heading:    l.T("account.invitation_subject", "site", r.SiteName),
		Paragraphs: []string{l.T("account.letter_hello"), l.T("account.invitation_"+string(role), "site", r.SiteName)},
		Button:     mail.Button{Label: l.T("account.letter_button"), URL: r.address(l, in), Plain: l.T("account.letter_open")},
		Notes:      []string{l.T("account.invitation_valid"), l.T("account.invitation_nothing")},
		Footer:     []string{l.T("account.letter_footer", "site", r.SiteName)},
	}
}

// address is where a link leads, in the language of its letter.
func (r *Room) address(l *i18n.Locale, in link) string {
	return r.SiteURL + r.Languages.Prefix(l.Tag()) + r.path(in.id)
}
