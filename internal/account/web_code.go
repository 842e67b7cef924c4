package account

import (
	"net/http"

	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// codeForm is the tab that waits for the mail.
type codeForm struct {
	Email, Code string
	Open        bool // a mail left, whoever has the address
	Errors      view.Errors
}

// showCode is what everybody sees who asked for a link, whether a mail left or not.
func (r *Room) showCode(w http.ResponseWriter, req *http.Request) error {
	waiting, ok := r.waiting(req)
	if !ok {
		return web.SeeOther(w, req, "/signin")
	}
	return view.Write(req.Context(), w, http.StatusOK, codePage(codeForm{Email: waiting.Email, Open: r.Open}))
}

func (r *Room) enterByCode(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	waiting, ok := r.waiting(req)
	if !ok {
		return web.SeeOther(w, req, "/signin")
	}
	entered, err := r.EnterByCode(req.Context(), waiting.Link, form.Line("code"), req.UserAgent())
	if f, ok := toCorrect(err); ok {
		back := codeForm{Email: waiting.Email, Open: r.Open, Code: form.Line("code"), Errors: view.ErrorsFrom(req.Context(), f)}
		return view.Write(req.Context(), w, int(f.Kind), codePage(back))
	}
	if err != nil {
		return err
	}
	return r.welcome(w, req, entered)
}
