package moderation

import (
	"context"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// appeals is how appeals stand in the queue.
func (r *Room) appeals() module.Review {
	return module.Review{
		Kind: appealKind, Label: "moderation.appeals", Order: 5,
		Verdicts: []module.Verdict{
			{Name: verdictGrant, Icon: "undo-2", Reason: true},
			{Name: verdictMaintain, Icon: "check", Look: "alt", Reason: true, Article: true},
		},
		Waiting: r.waitingAppeals, Count: r.countAppeals, Decide: r.answerAppeal,
	}
}

func (r *Room) countAppeals(ctx context.Context) (n int64, err error) {
	err = r.DB.QueryRow(ctx, `SELECT COUNT(*) FROM moderation_appeal WHERE state = 'waiting'`).Scan(&n)
	return n, err
}

func (r *Room) waitingAppeals(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT `+appealColumns+`
		FROM moderation_appeal
		WHERE state = 'waiting'
		ORDER BY created_at
		LIMIT $1`, limit)
	all, err := storage.All(rows, err, func(row *storage.Rows) (keptAppeal, error) { return scanAppeal(row.Scan) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	me := web.Actor(ctx).ID
	alone, err := r.alone(ctx, me)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(all))
	for _, a := range all {
		d, err := r.ruling(ctx, a.Decision)
		if err != nil {
			return nil, err
		}
		item, err := r.appealItem(ctx, a, d)
		if err != nil {
			return nil, err
		}
		if d.By == me && !alone {
			item.Barred = tr(ctx, "moderation.appeal_own")
		}
		items = append(items, item)
	}
	return items, nil
}

// contested is a decision in words.
type contested struct{ Kind, Verdict, Article, Date, Title string }

// contested says what was decided, in the language of the page.
func (r *Room) contested(ctx context.Context, d ruling, title string) (contested, error) {
	charters, err := r.Charters(ctx)
	l := i18n.From(ctx)
	return contested{
		Kind: l.T(r.labelOf(d.Kind)), Verdict: l.T("moderation.verdict_" + d.Verdict), Article: cited(l, charters, d.Charter, d.Article), Date: l.Date(d.At), Title: title,
	}, err
}

func (r *Room) appealItem(ctx context.Context, a keptAppeal, d ruling) (module.ReviewItem, error) {
	in, err := r.openAppeal(a)
	if err != nil {
		return module.ReviewItem{}, err
	}
	who, err := r.concerned(ctx, d)
	if err != nil {
		return module.ReviewItem{}, err
	}
	c, err := r.contested(ctx, d, who.Title)
	if err != nil {
		return module.ReviewItem{}, err
	}
	title := who.Title
	if title == "" {
		title = c.Kind
	}
	return module.ReviewItem{ID: a.ID, Since: a.Created, Title: title, Body: appealBody(c, in.Words), Path: who.Path}, nil
}

// concerned finds whom a decision concerns; nobody when they are gone.
func (r *Room) concerned(ctx context.Context, d ruling) (module.Concerned, error) {
	appeal := r.appeal(d)
	if appeal == nil {
		return module.Concerned{}, nil
	}
	who, err := appeal.Concerned(ctx, d.Subject)
	if fault.Is(err, fault.NotFound) {
		return module.Concerned{}, nil
	}
	return who, err
}

const appealAnswerKind = "moderation.appeal_answer"

// appealTask is the mail that answers an appeal: the decision that was contested, and the line of the log that answers it.
type appealTask struct {
	Decision string `json:"decision"`
	Answer   string `json:"answer"`
}

// sendAppealAnswer is the job that writes to who contested a decision. The Message-ID is the job's own.
func (r *Room) sendAppealAnswer(ctx context.Context, job jobs.Job) error {
	var task appealTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	d, err := r.ruling(ctx, task.Decision)
	if err != nil {
		return err
	}
	a, err := r.appealOf(ctx, d.ID)
	if err != nil {
		return err
	}
	who, err := r.concerned(ctx, d)
	if err != nil || who.Email == "" {
		return err
	}
	in, err := r.openAppeal(a)
	if err != nil {
		return jobs.Permanent(err)
	}
	l := r.Languages.For(a.Lang)
	letter := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("moderation.appeal_" + a.State), Paragraphs: []string{l.T("moderation.appeal_"+a.State+"_text", "title", who.Title)},
		Footer: []string{l.T("moderation.appeal_footer", "site", r.SiteName)},
	}
	if err := r.Because(ctx, &letter, task.Answer); err != nil {
		return err
	}
	if in.Answer != "" {
		letter.Paragraphs = append(letter.Paragraphs, l.T("moderation.answer_reason", "reason", in.Answer))
	}
	if a.State == verdictMaintain {
		letter.Notes = append(letter.Notes, l.T("moderation.appeal_beyond"))
	}
	return r.post(ctx, who, letter, "appeal-"+job.ID)
}
