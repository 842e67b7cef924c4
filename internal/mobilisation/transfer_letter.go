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

const teamLetterKind = "mobilisation.team_letter"

// teamLetter is a mail to somebody of a team, or to a moderator.
type teamLetter string

const (
	letterOffer   teamLetter = "offer"   // somebody hands over to you
	letterClaim   teamLetter = "claim"   // somebody asks for what is yours; you may say no
	letterDone    teamLetter = "done"    // it was handed over
	letterYours   teamLetter = "yours"   // it is yours
	letterRefused teamLetter = "refused" // it was not handed over
	letterSilent  teamLetter = "silent"  // the owners are silent, and something waits
)

// teamTask is such a mail. The address is looked up when it is written.
type teamTask struct {
	Petition string     `json:"petition"`
	Transfer string     `json:"transfer"` // empty for none
	Person   string     `json:"person"`
	Letter   teamLetter `json:"letter"`
}

// writeTeam has a mail sent; to nobody, none.
func (r *Room) writeTeam(ctx context.Context, tx *storage.Tx, task teamTask) error {
	if task.Person == "" {
		return nil
	}
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: teamLetterKind, Payload: task})
}

// sendTeamLetter is the job that writes. A hand-over that was decided meanwhile is asked about no more. The Message-ID is the job's own.
func (r *Room) sendTeamLetter(ctx context.Context, job jobs.Job) error {
	var task teamTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	if r.Off(ctx, toggle.Mail) {
		return jobs.Later(time.Minute)
	}
	var h Transfer
	if task.Transfer != "" {
		var err error
		h, err = scanTransfer(r.db.QueryRow(ctx, `
			SELECT `+transferColumns+`
			FROM mobilisation_transfer
			WHERE id = $1`, task.Transfer).Scan)
		asks := task.Letter == letterOffer || task.Letter == letterClaim
		if errors.Is(err, storage.ErrNoRows) || err == nil && asks && !h.Waits() {
			return nil
		}
		if err != nil {
			return err
		}
	}
	who, err := r.Author(ctx, task.Person)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := r.PetitionByID(ctx, task.Petition)
	if err != nil {
		return err
	}
	m := r.composeTeam(p, h, who, task.Letter)
	m.MessageID = "team-" + job.ID
	return sent(r.Mail.Send(ctx, m))
}

func (r *Room) composeTeam(p *Petition, h Transfer, who Author, which teamLetter) mail.Message {
	l := r.Languages.For(who.Lang)
	text, _ := p.TextIn(l.Tag())
	body := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("mobilisation.transfer_" + string(which) + "_subject"), Paragraphs: []string{l.T("mobilisation.transfer_"+string(which)+"_mail", "title", text.Title)},
		Button: mail.Button{Label: l.T("mobilisation.transfer_see"), URL: r.SiteURL + r.Languages.Prefix(l.Tag()) + "/m/" + p.Slug + "/team/members"},
		Footer: []string{l.T("mobilisation.transfer_footer", "site", r.SiteName)},
	}
	if which == letterClaim {
		body.Button = mail.Button{Label: l.T("mobilisation.transfer_no"), URL: r.link(l, "h", h.ID, purposeTransfer)}
		body.Notes = []string{l.T("mobilisation.transfer_due", "date", l.Date(h.Due))}
	}
	return mail.Message{To: who.Email, ToName: who.Name, Lang: l.Tag(), Subject: body.Heading, Text: body.Text(), HTML: body.HTML()}
}
