package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// pausePage is where moderators pause a petition, or lift its pause.
type pausePage struct {
	view.Page
	Slug, Title, TitleLang string
	Paused                 string // since when and why, in words; empty for not
	Articles               []view.Option
	Article, Reason        string
	Errors                 view.Errors
	Failure                string
	Done                   string
	Others                 []view.Row // what else is paused
}

func (r *Pages) showPause(w http.ResponseWriter, req *http.Request) error {
	return r.writePause(w, req, http.StatusOK, pausePage{Done: done(req, "pause", "paused", "lifted")})
}

func (r *Pages) writePause(w http.ResponseWriter, req *http.Request, status int, page pausePage) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	text, _ := p.TextIn(web.Lang(ctx))
	page.Page = view.Page{Title: t(ctx, "mobilisation.pause_title"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	page.Slug, page.Title, page.TitleLang, page.Paused = p.Slug, text.Title, text.Lang, pausedSince(ctx, p)
	if page.Articles, err = r.ArticleOptions(ctx); err != nil {
		return err
	}
	if page.Others, err = r.pausedRows(ctx, p.ID); err != nil {
		return err
	}
	return view.Write(ctx, w, status, pauseView(page))
}

// pausedSince says since when a petition is paused, "" when it is not.
func pausedSince(ctx context.Context, p *mobilisation.Petition) string {
	if !p.Paused() {
		return ""
	}
	return t(ctx, "mobilisation.paused_since", "date", i18n.From(ctx).Date(p.Pause.Since), "article", p.Pause.Article)
}

// pausedRows are the petitions that are paused, but for one: no list for everybody shows them.
func (r *Pages) pausedRows(ctx context.Context, but string) ([]view.Row, error) {
	ids, err := r.PausedIDs(ctx)
	if err != nil {
		return nil, err
	}
	var rows []view.Row
	for _, petitionID := range ids {
		if petitionID == but {
			continue
		}
		p, text, err := r.PetitionAndText(ctx, petitionID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, view.Row{Title: text.Title, Path: "/m/" + p.Slug + "/pause", Text: pausedSince(ctx, p)})
	}
	return rows, nil
}

// pause is the act of that page, both ways.
func (r *Pages) pause(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := pausePage{Article: form.Line("article"), Reason: form.Text("reason")}
	d := module.Decision{ID: p.ID, Verdict: form.Raw("act"), Article: page.Article, Reason: page.Reason, By: web.Actor(ctx)}
	after := map[string]string{mobilisation.VerdictPause: "paused", mobilisation.VerdictLift: "lifted"}[d.Verdict]
	if after == "" {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	err = r.SetPause(ctx, d)
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writePause(w, req, http.StatusUnprocessableEntity, page)
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Kind == fault.Conflict {
		page.Failure = t(ctx, f.Key, f.Args...)
		return r.writePause(w, req, http.StatusConflict, page)
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/pause?done="+after+"#contenu")
}

// charterPath is the article under which a petition is paused.
func charterPath(p mobilisation.Pause) string {
	return "/charter/" + strconv.FormatInt(p.Charter, 10) + "#article-" + p.Article
}
