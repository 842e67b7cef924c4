package mobilisation

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/toggle"
)

const inviteKind = "mobilisation.invite"

// inviteTask is the mail of an invitation. The address is opened when it is written.
type inviteTask struct {
	Invitation string `json:"invitation"`
}

// sendInvite is the job that writes to who is invited, as long as the invitation waits. The Message-ID is the job's own.
func (r *Room) sendInvite(ctx context.Context, job jobs.Job) error {
	var task inviteTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	if r.Off(ctx, toggle.Mail) {
		return jobs.Later(time.Minute)
	}
	i, err := scanInvitation(r.db.QueryRow(ctx, `
		SELECT `+inviteColumns+`
		FROM mobilisation_invitation
		WHERE id = $1`, task.Invitation).Scan)
	if errors.Is(err, storage.ErrNoRows) || err == nil && (i.State != inviteWaiting || i.Expired(r.Clock.Now())) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.openInvitation(&i); err != nil {
		return jobs.Permanent(err)
	}
	message, err := r.inviteLetter(ctx, i)
	if err != nil {
		return err
	}
	message.MessageID = "invite-" + job.ID
	return sent(r.Mail.Send(ctx, message))
}

// sent is what becomes of a job whose mail was refused for good, or for now.
func sent(err error) error {
	if mail.Permanent(err) {
		return jobs.Permanent(err)
	}
	return err
}

// inviteLetter is what they read. The words of a mobilisation that is not public yet are not carried to strangers.
func (r *Room) inviteLetter(ctx context.Context, i Invitation) (mail.Message, error) {
	p, err := r.PetitionByID(ctx, i.PetitionID)
	if err != nil {
		return mail.Message{}, err
	}
	by, err := r.personName(ctx, i.By)
	if err != nil {
		return mail.Message{}, err
	}
	l := r.Languages.For(i.Lang)
	body := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("mobilisation.invite_mail_title"),
		Paragraphs: []string{l.T("mobilisation.invite_mail_draft")},
		Footer:     []string{l.T("mobilisation.invite_mail_footer", "site", r.SiteName)},
	}
	if p.Shown() {
		text, _ := p.TextIn(l.Tag())
		body.Paragraphs = []string{l.T("mobilisation.invite_mail_text", "title", text.Title)}
	}
	if by != "" {
		body.Paragraphs = append(body.Paragraphs, l.T("mobilisation.invite_mail_by", "name", by))
	}
	body.Paragraphs = append(body.Paragraphs, l.T("mobilisation.role_"+string(i.Role)+"_text"))
	body.Button = mail.Button{Label: l.T("mobilisation.invite_mail_button"), URL: r.link(l, "i", i.ID, purposeInvite)}
	body.Notes = []string{l.T("mobilisation.invite_mail_until", "date", l.Date(i.Until())), l.T("mobilisation.invite_mail_refuse")}
	return mail.Message{
		To: i.Email, Lang: l.Tag(), Subject: l.T("mobilisation.invite_mail_subject", "site", r.SiteName), Text: body.Text(), HTML: body.HTML(),
	}, nil
}

// personName is how somebody with an account wants to be called; empty for nobody, and for who left.
func (r *Room) personName(ctx context.Context, personID string) (string, error) {
	if personID == "" {
		return "", nil
	}
	who, err := r.Author(ctx, personID)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return who.Name, err
}
