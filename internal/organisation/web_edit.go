package organisation

import (
	"net/http"
	"slices"
	"strconv"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// editView is the page that edits the words of one language.
type editView struct {
	Profile Profile
	Form    form
	Langs   []string
	// Theirs is what somebody else saved meanwhile, when the form comes back for that.
	Theirs *Text
}

// editable returns the organisation of the address, for who may edit it.
func (r *Room) editable(req *http.Request) (Profile, error) {
	p, err := r.BySlug(req.Context(), req.PathValue("slug"))
	if err == nil && !r.Can(req.Context(), web.Actor(req.Context()), Edit, p.ID) {
		err = fault.New(fault.Forbidden, "organisation.edit_forbidden")
	}
	return p, err
}

func (r *Room) showEdit(w http.ResponseWriter, req *http.Request) error {
	p, err := r.editable(req)
	if err != nil {
		return err
	}
	lang := web.CleanQuery(req, "lang", 20)
	if !slices.Contains(r.Languages.Tags(), lang) {
		lang = p.Lang
	}
	return view.Write(req.Context(), w, http.StatusOK, editPage(editView{Profile: p, Form: formOf(p, lang), Langs: r.Languages.Tags()}))
}

func (r *Room) edit(w http.ResponseWriter, req *http.Request) error {
	p, err := r.editable(req)
	if err != nil {
		return err
	}
	read, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := readForm(read)
	if !slices.Contains(r.Languages.Tags(), typed.Text.Lang) {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	err = r.Edit(req.Context(), p.ID, Change{Name: typed.Name, Emblem: typed.Emblem, Links: typed.Links, Text: typed.Text})
	v := editView{Profile: p, Form: typed, Langs: r.Languages.Tags()}
	if f, ok := toCorrect(err); ok {
		v.Form.Errors = view.ErrorsFrom(req.Context(), f)
		return view.Write(req.Context(), w, int(f.Kind), editPage(v))
	}
	if fault.Is(err, fault.Conflict) {
		return r.overtaken(w, req, v)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, p.Path())
}

// overtaken shows what somebody else saved beside what was typed. Saving again replaces it, knowingly.
func (r *Room) overtaken(w http.ResponseWriter, req *http.Request, v editView) error {
	p, err := r.Get(req.Context(), v.Profile.ID)
	if err != nil {
		return err
	}
	theirs := p.Texts[v.Form.Text.Lang]
	v.Theirs = &theirs
	v.Form.Version = strconv.FormatInt(theirs.Version, 10)
	return view.Write(req.Context(), w, http.StatusConflict, editPage(v))
}
