package page

import (
	"context"
	"net/http"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// weekPage is the week of a team on one page, to be printed and pinned up: the numbers, and what is worth ten minutes.
type weekPage struct {
	teamPage
	Date string
}

// replyDue is how long after a delivery its reply is asked for.
const replyDue = 14 * 24 * time.Hour

// showWeek is GET of that page.
func (r *Pages) showWeek(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	page := weekPage{Date: t(ctx, "mobilisation.week_of", "date", i18n.From(ctx).Date(r.Clock.Now()))}
	page.Page = view.Page{Title: t(ctx, "mobilisation.todo_title"), Work: true, NoIndex: true}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	if err := r.fillTeam(ctx, &page.teamPage, p); err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, weekView(page))
}

// todoAfter lists what counting, handing over and answering ask for.
func (r *Pages) todoAfter(ctx context.Context, p *mobilisation.Petition) (all []todo, err error) {
	at := "/m/" + p.Slug + "/team/"
	batches, err := r.CountWaitingBatches(ctx, p.ID, web.Actor(ctx).ID)
	if err != nil {
		return nil, err
	}
	if batches > 0 {
		all = append(all, todo{tn(ctx, "mobilisation.todo_paper", batches), at + "paper"})
	}
	deliveries, err := r.Deliveries(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range deliveries {
		if d.Reply == "" && r.Clock.Now().Sub(d.Day) > replyDue {
			all = append(all, todo{t(ctx, "mobilisation.todo_reply", "recipient", d.Recipient), at + "delivery/" + d.ID})
		}
	}
	if len(deliveries) > 0 || !r.dueForDelivery(p) {
		return all, nil
	}
	agreed, err := r.CountAgreed(ctx, p.ID)
	if err == nil && agreed.HandOver > 0 {
		all = append(all, todo{tn(ctx, "mobilisation.todo_list", agreed.HandOver), at + "delivery"})
	}
	return all, err
}

// dueForDelivery tells whether there is a reason to hand the signatures over: a milestone was reached, or the end.
func (r *Pages) dueForDelivery(p *mobilisation.Petition) bool {
	if p.State != mobilisation.Published {
		return true
	}
	for _, m := range p.Milestones {
		if !m.Reached.IsZero() {
			return true
		}
	}
	return false
}

// weekLink is where a thing is done: a place on the board is named from there.
func weekLink(slug, path string) string {
	if path[0] == '#' {
		return "/m/" + slug + "/team" + path
	}
	return path
}
