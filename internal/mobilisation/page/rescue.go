package page

import (
	"net/http"
	"reflect"
	"slices"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/web"
)

// rescue keeps what somebody typed into a step of a draft that does not open any more: the session has ended, the browser has forgotten
// the key, the draft is gone. It goes into a new draft, and the other one stays as it is. err is why the draft does not open: the same
// for one that there is not, and the answer when nothing was typed.
func (r *Pages) rescue(w http.ResponseWriter, req *http.Request, step string, form web.Form, err error) error {
	ctx := req.Context()
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	d := &mobilisation.WorkingDraft{Lang: web.Lang(ctx), PersonID: web.Actor(ctx).ID}
	if step == stepCheck || !slices.Contains(steps, step) && !r.addsTo(d, step) {
		return err
	}
	readStep(d, step, form)
	blank := &mobilisation.WorkingDraft{}
	readStep(blank, step, web.FormOf())
	if reflect.DeepEqual(d.Answers, blank.Answers) || r.Off(ctx, toggle.Create) || !r.drafts.Allow(draftsFrom, "draft", guard.Near(r.Guard.Addr(req))) {
		return err
	}
	if err := r.SaveDraft(ctx, d); err != nil {
		return refuse(err)
	}
	r.Cookies.SetCookie(w, web.Cookie{Name: draftCookie, Value: d.ID + "." + r.DraftKey(d), Life: mobilisation.StrayLife})
	return web.SeeOther(w, req, stepPath(d.ID, step)+"?rescued#contenu")
}
