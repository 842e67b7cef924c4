package page

import (
	"context"
	"net/http"
	"slices"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// showMine lists what a person has proposed and is writing.
func (r *Pages) showMine(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	actor := web.Actor(ctx)
	page := minePage{Page: view.Page{Title: t(ctx, "mobilisation.mine_title"), Work: true, NoIndex: true}}
	drafts, err := r.DraftsOf(ctx, actor.ID)
	if err != nil {
		return err
	}
	ids, err := r.WorksOnAll(ctx, actor)
	if err != nil {
		return err
	}
	proposed := web.CleanQuery(req, "proposed", 100)
	for _, petitionID := range ids {
		p, err := r.PetitionByID(ctx, petitionID)
		if err != nil {
			return err
		}
		page.Petitions = append(page.Petitions, r.mineRow(ctx, p))
		page.Proposed = page.Proposed || p.Slug == proposed && p.State == mobilisation.Review
		drafts = slices.DeleteFunc(drafts, func(d *mobilisation.WorkingDraft) bool {
			return d.PetitionID == p.ID && p.State != mobilisation.Draft && p.State != mobilisation.Rejected
		})
	}
	for _, d := range drafts {
		title := d.Title
		if title == "" {
			title = t(ctx, "mobilisation.untitled")
		}
		page.Drafts = append(page.Drafts, view.Row{
			Title: title, Path: stepPath(d.ID, stepDemand), Text: t(ctx, "mobilisation.draft_saved", "date", i18n.From(ctx).DateTime(d.Saved)),
		})
	}
	return view.Write(ctx, w, http.StatusOK, mineView(page))
}

// minePage is what a person has proposed.
type minePage struct {
	view.Page
	Proposed  bool // just now
	Petitions []view.Row
	Drafts    []view.Row
}

func (r *Pages) mineRow(ctx context.Context, p *mobilisation.Petition) view.Row {
	text, _ := p.TextIn(web.Lang(ctx))
	row := view.Row{Title: text.Title, Image: p.Poster(), Text: t(ctx, "mobilisation.state_"+string(p.State)), Path: "/m/" + p.Slug + "/team"}
	if text.Lang != web.Lang(ctx) {
		row.Lang = text.Lang
	}
	if p.Shown() {
		row.Meta = []view.Meta{{Icon: "signature", Text: tn(ctx, "mobilisation.card_line", r.Count(p.ID))}}
	} else {
		row.Path = "/m/" + p.Slug + "/preview"
	}
	return row
}
