package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// showPreview is a petition that is not public yet, for its author and moderators.
func (r *Pages) showPreview(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	page := r.preview(ctx, p)
	if page.Carrier, err = r.CarrierOf(ctx, p); err != nil {
		return err
	}
	page.Page = view.Page{Title: page.Text.Title, Work: true, NoIndex: true}
	verdicts, err := r.VerdictsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, previewView(page, t(ctx, "mobilisation.state_"+string(p.State)), r.contestable(ctx, p, verdicts)))
}

// preview is the page of a petition that nobody may sign yet.
func (r *Pages) preview(ctx context.Context, p *mobilisation.Petition) petitionPage {
	text := p.Texts[p.Lang]
	page := petitionPage{Petition: p, Open: true, AreaName: r.areaName(p.Area, web.Lang(ctx)), Sources: p.Sources[p.Lang], SourceLang: p.Lang}
	page.speak(text)
	page.stamp(ctx, 0)
	page.Documents = documentViews(ctx, p.Documents, "/m/"+p.Slug, "")
	for _, tag := range r.Languages.Tags() {
		if words, there := p.Texts[tag]; there && tag != p.Lang {
			other := petitionPage{Petition: p}
			other.speak(words)
			if other.QuestionLang != tag { // they were shown above
				other.Questions = nil
			}
			page.Others = append(page.Others, other)
		}
	}
	return page
}

// ruled is what moderators said, with where it is contested; nowhere for whom it does not concern.
type ruled struct {
	mobilisation.Verdict
	Appeal string
}

// contestable adds to what moderators said the way to contest it, for who proposed the petition and those of its organisation.
func (r *Pages) contestable(ctx context.Context, p *mobilisation.Petition, all []mobilisation.Verdict) []ruled {
	actor := web.Actor(ctx)
	var list []ruled
	for _, v := range all {
		one := ruled{Verdict: v}
		if p.AuthorID == actor.ID || !actor.May(perm.Moderate) {
			one.Appeal = r.AppealPath(v)
		}
		list = append(list, one)
	}
	return list
}
