package mobilisation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/vault"
)

const letterKind = "mobilisation.letter"

// sendLetter is the job that writes to a signatory. The address is opened only now; a signature that is gone, or was erased, is
// written to no more. The Message-ID is the job's own, so that a second copy after a crash is known as one.
func (r *Room) sendLetter(ctx context.Context, job jobs.Job) error {
	var task letterTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	if r.Off(ctx, toggle.Mail) {
		return jobs.Later(time.Minute)
	}
	s, found, err := r.ReadSignature(ctx, task.Signature)
	if err != nil || !found {
		return err
	}
	who, err := r.IdentityOf(s)
	if err == vault.ErrErased {
		return nil
	}
	if err != nil {
		return jobs.Permanent(fmt.Errorf("open the address of %s: %w", s.ID, err))
	}
	message, err := r.compose(ctx, s, who, task.Letter)
	if err != nil {
		return err
	}
	message.MessageID = "letter-" + job.ID
	if err := r.Mail.Send(ctx, message); mail.Permanent(err) {
		return jobs.Permanent(err)
	} else if err != nil {
		return err
	}
	return nil
}

// compose lays out the letter in the language of the page on which the person signed.
func (r *Room) compose(ctx context.Context, s Signature, who Identity, which letter) (mail.Message, error) {
	p, err := r.PetitionByID(ctx, s.PetitionID)
	if err != nil {
		return mail.Message{}, err
	}
	carrier, err := r.CarrierOf(ctx, p)
	if err != nil {
		return mail.Message{}, err
	}
	l := r.Languages.For(s.Lang)
	text, _ := p.TextIn(l.Tag())
	body := mail.Letter{
		Lang: l.Tag(), Sender: carrier.Name, Heading: l.T("mobilisation.mail_" + string(which) + "_title"),
		Paragraphs: []string{r.greeting(l, s, who), l.T("mobilisation.mail_"+string(which)+"_text", "title", text.Title)},
		Footer:     []string{l.T("mobilisation.mail_footer", "name", carrier.Name, "site", r.SiteName), l.T("mobilisation.mail_no_tracking")},
		Links:      []mail.Button{{Label: l.T("mobilisation.mail_withdraw"), URL: r.link(l, "w", s.ID, purposeWithdraw)}},
	}
	if which == letterConfirm {
		r.addConfirmation(&body, l, s)
	} else {
		body.Button = mail.Button{Label: l.T("mobilisation.mail_see"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + "/m/" + p.Slug}
	}
	return mail.Message{
		To: who.Email, Subject: l.T("mobilisation.mail_"+string(which)+"_subject", "title", text.Title),
		Text: body.Text(), HTML: body.HTML(), Lang: l.Tag(),
	}, nil
}

// greeting calls by name only who has confirmed: before, anybody may have typed the name, and our mail would carry it to strangers.
func (r *Room) greeting(l *i18n.Locale, s Signature, who Identity) string {
	if s.Confirmed.IsZero() {
		return l.T("mobilisation.mail_hello_stranger")
	}
	return l.T("mobilisation.mail_hello", "name", who.Given)
}

// addConfirmation adds the link and the six digits.
func (r *Room) addConfirmation(body *mail.Letter, l *i18n.Locale, s Signature) {
	code := r.Vault.Code(purposeConfirm, s.ID)
	code = code[:3] + " " + code[3:]
	body.Preview = l.T("mobilisation.mail_confirm_preview", "code", code)
	body.Button = mail.Button{
		Label: l.T("mobilisation.i_confirm"), URL: r.link(l, "c", s.ID, purposeConfirm), Plain: l.T("mobilisation.mail_confirm_plain"),
	}
	body.Paragraphs = append(body.Paragraphs, Ticked(l, s.Consents)...)
	body.CodeIntro, body.Code = l.T("mobilisation.mail_code_intro"), code
	body.Notes = []string{l.T("mobilisation.mail_valid"), l.T("mobilisation.mail_not_you"), l.N("mobilisation.mail_kept", int64(r.ForgetAfter/day))}
}

// Ticked says which boxes were ticked. Somebody else may have typed this address: whoever confirms learns to what.
func Ticked(l *i18n.Locale, c Consents) []string {
	var all []string
	if c.Has(HandOver) {
		all = append(all, l.T("mobilisation.ticked_hand_over"))
	}
	if c.Has(PublicName) {
		all = append(all, l.T("mobilisation.ticked_public"))
	}
	if c.Has(Letters) {
		all = append(all, l.T("mobilisation.ticked_letters"))
	}
	return all
}

// link is a signed link about a signature.
func (r *Room) link(l *i18n.Locale, door, signatureID, purpose string) string {
	return r.SiteURL + r.Languages.Prefix(l.Tag()) + "/" + door + "/" + signatureID + "/" + r.Vault.Token(purpose, signatureID)
}
