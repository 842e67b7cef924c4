package page

import (
	"errors"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// framePage is where a team changes what is no part of the demand.
type framePage struct {
	view.Page
	board
	Form, Seen mobilisation.Frame
	Themes     []view.Option
	Errors     view.Errors
	Done       bool
	Overtaken  bool // somebody has changed it meanwhile: Seen is what stands now
}

func (p framePage) path() string { return "/m/" + p.Slug + "/team/frame" }

func (r *Pages) showFrame(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.TeamOrHost)
	if err != nil {
		return err
	}
	return r.writeFrame(w, req, http.StatusOK, p, framePage{Form: p.Frame(), Seen: p.Frame(), Done: web.CleanQuery(req, "done", 5) == "1"})
}

func (r *Pages) writeFrame(w http.ResponseWriter, req *http.Request, status int, p *mobilisation.Petition, page framePage) (err error) {
	ctx := req.Context()
	page.Page = view.Page{Title: t(ctx, "mobilisation.frame_title"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	page.Themes = []view.Option{{Label: t(ctx, "mobilisation.theme_none")}}
	for _, theme := range mobilisation.Themes() {
		page.Themes = append(page.Themes, view.Option{Value: theme, Label: t(ctx, "mobilisation.theme_"+theme)})
	}
	return view.Write(ctx, w, status, frameView(page))
}

// keepFrame keeps it, unless somebody else has changed it since the form was drawn.
func (r *Pages) keepFrame(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.TeamOrHost)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := framePage{
		Form: mobilisation.Frame{Theme: form.Line("theme"), Goals: form.Text("goals"), Ends: form.Line("ends")},
		Seen: mobilisation.Frame{Theme: form.Line("seen_theme"), Goals: form.Text("seen_goals"), Ends: form.Line("seen_ends")},
	}
	err = r.SetFrame(ctx, p, page.Seen, page.Form)
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeFrame(w, req, http.StatusUnprocessableEntity, p, page)
	}
	if errors.Is(err, mobilisation.ErrOvertaken) {
		if p, err = r.PetitionByID(ctx, p.ID); err != nil {
			return err
		}
		page.Overtaken, page.Seen = true, p.Frame()
		return r.writeFrame(w, req, http.StatusConflict, p, page)
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/frame?done=1#contenu")
}
