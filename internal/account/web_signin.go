package account

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"essaim/internal/platform/guard"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// waitingCookie is what the tab keeps that asked for a link: sealed, so that the page after can show the address.
const waitingCookie = "essaim_signin"

// signInForm is the door with what was typed.
type signInForm struct {
	Email, Next string
	Open        bool // everybody may have an account
	Passkeys    bool // the site offers them
	Errors      view.Errors
}

// mailErrors are those of the form for who comes by mail.
func (f signInForm) mailErrors() view.Errors {
	if f.Errors.For("passkey") != "" {
		return nil
	}
	return f.Errors
}

func (f signInForm) scripts() []string {
	if !f.Passkeys {
		return []string{"form.js", "guard.js"}
	}
	return []string{"form.js", "guard.js", "passkey.js"}
}

func (r *Room) showSignIn(w http.ResponseWriter, req *http.Request) error {
	next := wanted(req, web.CleanQuery(req, "next", maxNext))
	if web.Actor(req.Context()).SignedIn() {
		return web.SeeOther(w, req, orAccount(next))
	}
	return view.Write(req.Context(), w, http.StatusOK, signInPage(signInForm{Next: next, Open: r.Open, Passkeys: r.Passkeys()}))
}

func (r *Room) signIn(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := signInForm{Email: form.Line("email"), Next: wanted(req, form.Line("next")), Open: r.Open, Passkeys: r.Passkeys()}
	if _, err := r.addressOf(form.Raw("email")); err != nil { // before the guard: a typing error is no flood
		f, ok := toCorrect(err)
		if !ok {
			return err
		}
		typed.Errors = view.ErrorsFrom(req.Context(), f)
		return view.Write(req.Context(), w, int(f.Kind), signInPage(typed))
	}
	request := r.atTheDoor(req, form)
	if r.Guard.Check(request) != guard.Pass { // also the honeypot: a person whose browser filled it passes after the wait
		return r.askToWait(w, req, typed, request)
	}
	waiting, err := r.Ask(req.Context(), form.Raw("email"), web.Lang(req.Context()), typed.Next, r.lateness(request))
	if err != nil {
		return err
	}
	r.keepWaiting(w, waiting)
	return web.SeeOther(w, req, "/signin/code")
}

// wanted reads the page that a person was on the way to, without the language that our own links add.
func wanted(req *http.Request, next string) string {
	prefix := web.InfoFrom(req.Context()).Prefix
	if rest, ok := strings.CutPrefix(next, prefix+"/"); ok {
		next = "/" + rest
	}
	return localPath(next)
}

func (r *Room) keepWaiting(w http.ResponseWriter, waiting Waiting) {
	plain, err := json.Marshal(waiting)
	if err != nil {
		panic(err) // three plain fields
	}
	r.Cookies.SetCookie(w, web.Cookie{Name: waitingCookie, Value: r.Vault.SealText(purposeWaiting, plain, nil), Life: askedLife})
}

// waiting reads what this tab asked for; ok is false when it asked for nothing, or too long ago.
func (r *Room) waiting(req *http.Request) (waiting Waiting, ok bool) {
	plain, err := r.Vault.OpenText(purposeWaiting, web.CookieValue(req, waitingCookie), nil)
	if err != nil || json.Unmarshal(plain, &waiting) != nil {
		return Waiting{}, false
	}
	return waiting, r.Clock.Now().Before(waiting.Until)
}

// welcome gives the browser its session and sends it to the page wanted.
func (r *Room) welcome(w http.ResponseWriter, req *http.Request, entered Entered) error {
	if old := web.CookieValue(req, web.SessionCookie); isToken(old) {
		if err := r.SignOut(req.Context(), old); err != nil { // one browser, one session
			return err
		}
	}
	r.Cookies.SetCookie(w, web.Cookie{Name: web.SessionCookie, Value: entered.Token, Life: sessionMost})
	r.Cookies.ClearCookie(w, waitingCookie, "/")
	return web.SeeOther(w, req, entered.Next)
}

func (r *Room) signOut(w http.ResponseWriter, req *http.Request) error {
	if token := web.CookieValue(req, web.SessionCookie); isToken(token) {
		if err := r.SignOut(req.Context(), token); err != nil {
			return err
		}
	}
	return r.leave(w, req, "/")
}

// leave has the browser forget its session.
func (r *Room) leave(w http.ResponseWriter, req *http.Request, path string) error {
	r.Cookies.ClearCookie(w, web.SessionCookie, "/")
	r.Cookies.ClearCookie(w, waitingCookie, "/")
	return web.SeeOther(w, req, path)
}

// inMinutes is how long a link asked for lives, for the pages.
func inMinutes(d time.Duration) int64 { return int64(d.Minutes()) }
