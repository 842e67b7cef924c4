package page

import (
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// questionsPage is where a team answers what it is asked, one language at a time.
type questionsPage struct {
	view.Page
	board
	Lang      string // of the questions
	Tongue    string // its name
	Kept      bool   // just now
	Pairs     []pair
	Errors    view.Errors
	Languages []more // the other languages: path and name
}

// showQuestions is GET of it.
func (r *Pages) showQuestions(w http.ResponseWriter, req *http.Request) error {
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	lang := web.CleanQuery(req, "in", 20)
	if _, known := r.Languages.Locale(lang); !known {
		lang = p.Lang
	}
	return r.writeQuestions(w, req, http.StatusOK, p, questionsPage{Lang: lang, Pairs: pairsOf(p.Questions[lang], originals(p, lang))})
}

// originals are the questions that those of another language translate.
func originals(p *mobilisation.Petition, lang string) []mobilisation.Question {
	if lang == p.Lang {
		return nil
	}
	return p.Questions[p.Lang]
}

func (r *Pages) writeQuestions(w http.ResponseWriter, req *http.Request, status int, p *mobilisation.Petition, page questionsPage) (err error) {
	ctx := req.Context()
	if !p.Shown() { // its draft has them
		return web.SeeOther(w, req, "/m/"+p.Slug+"/preview")
	}
	page.Page = view.Page{Title: t(ctx, "mobilisation.questions"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	page.Tongue, page.Kept = i18n.Name(page.Lang), status == http.StatusOK && req.URL.Query().Has("kept")
	for _, tag := range r.Languages.Tags() {
		if tag != page.Lang {
			page.Languages = append(page.Languages, more{"/m/" + p.Slug + "/team/questions?in=" + tag, i18n.Name(tag)})
		}
	}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	return view.Write(ctx, w, status, questionsView(page))
}

// keepQuestions is POST of the same.
func (r *Pages) keepQuestions(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	if !p.Shown() {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/preview")
	}
	lang := form.Line("in")
	if _, known := r.Languages.Locale(lang); !known {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	list := readQuestions(form)
	err = r.SetQuestions(ctx, p.ID, lang, list)
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		return r.writeQuestions(w, req, http.StatusUnprocessableEntity, p, questionsPage{Lang: lang, Pairs: pairsOf(list, originals(p, lang)), Errors: errs})
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/questions?kept&in="+lang+"#contenu")
}
