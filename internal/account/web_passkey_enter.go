package account

import (
	"net/http"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// proveForm is the page on which somebody who came in by mail proves a passkey, and goes on.
type proveForm struct {
	Next   string
	Errors view.Errors
}

// showProve is for who is signed in; others find the same button at the door.
func (r *Room) showProve(w http.ResponseWriter, req *http.Request) error {
	next := wanted(req, web.CleanQuery(req, "next", maxNext))
	if !web.Actor(req.Context()).SignedIn() || r.party == nil {
		return web.SeeOther(w, req, SignInPath(next))
	}
	return view.Write(req.Context(), w, http.StatusOK, provePage(proveForm{Next: next}))
}

func (r *Room) beginEntry(w http.ResponseWriter, _ *http.Request) error {
	c, err := r.BeginEntry()
	if err != nil {
		return err
	}
	return r.askPasskey(w, c)
}

func (r *Room) enterByPasskey(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	next := wanted(req, form.Line("next"))
	entered, err := r.EnterByPasskey(req.Context(), web.CookieValue(req, ceremonyCookie), form.Raw("credential"), next, req.UserAgent())
	if f, ok := toCorrect(err); ok {
		r.endCeremony(w, req)
		return r.entryBack(w, req, next, f)
	}
	if err != nil {
		return err
	}
	r.endCeremony(w, req)
	return r.welcome(w, req, entered)
}

// entryBack shows the page again on which the button stood, with what went wrong.
func (r *Room) entryBack(w http.ResponseWriter, req *http.Request, next string, f *fault.Fault) error {
	ctx := req.Context()
	errs := view.ErrorsFrom(ctx, f)
	if web.Actor(ctx).SignedIn() {
		return view.Write(ctx, w, int(f.Kind), provePage(proveForm{Next: next, Errors: errs}))
	}
	return view.Write(ctx, w, int(f.Kind), signInPage(signInForm{Next: next, Open: r.Open, Passkeys: r.Passkeys(), Errors: errs}))
}
