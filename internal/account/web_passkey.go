package account

import (
	"net/http"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// ceremonyCookie is what the browser keeps while it looks for a passkey, or makes one.
const ceremonyCookie = "essaim_passkey"

// passkeysView is the part of a person's page about their passkeys.
type passkeysView struct {
	All      []Passkey
	Site     string // host name at which they work; empty where there are none
	Withheld bool   // one has to be proved first
	Name     string // offered for a new one: the device
	Error    string // what went wrong when one was added
}

// passkeyView is the page of one.
type passkeyView struct {
	Passkey  Passkey
	Site     string
	Name     string // as typed, when it comes back
	Withheld bool
	Errors   view.Errors
}

func (r *Room) passkeysView(req *http.Request) (v passkeysView, err error) {
	actor := web.Actor(req.Context())
	v.Site, v.Withheld, v.Name = r.host(), len(actor.Withheld) > 0, DeviceOf(req.UserAgent())
	v.All, err = r.PasskeysOf(req.Context(), actor.ID)
	return v, err
}

// askPasskey hands a question to the script, which a browser answers only here.
func (r *Room) askPasskey(w http.ResponseWriter, c Ceremony) error {
	r.Cookies.SetCookie(w, web.Cookie{Name: ceremonyCookie, Value: c.Sealed, Life: ceremonyLife})
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(c.Options) // the browser has gone: nobody is left to tell
	return nil
}

func (r *Room) beginPasskey(w http.ResponseWriter, req *http.Request) error {
	c, err := r.BeginPasskey(req.Context(), web.Actor(req.Context()))
	if err != nil {
		return err
	}
	return r.askPasskey(w, c)
}

func (r *Room) addPasskey(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	err = r.AddPasskey(req.Context(), web.Actor(req.Context()), web.CookieValue(req, ceremonyCookie), form.Raw("credential"), form.Line("passkey_name"))
	if f, ok := toCorrect(err); ok {
		r.endCeremony(w, req)
		return r.passkeysBack(w, req, f, form.Line("passkey_name"))
	}
	if err != nil {
		return err
	}
	r.endCeremony(w, req)
	return web.SeeOther(w, req, "/account?done=passkey")
}

// passkeysBack shows the account with what went wrong beside the passkeys, and the name as it was typed.
func (r *Room) passkeysBack(w http.ResponseWriter, req *http.Request, f *fault.Fault, name string) error {
	v, err := r.accountView(req)
	if err != nil {
		return err
	}
	v.Passkeys.Name, v.Passkeys.Error = name, view.ErrorsFrom(req.Context(), f).For("passkey")
	return view.Write(req.Context(), w, int(f.Kind), accountPage(v))
}

// endCeremony has the browser forget its ceremony, if it has one.
func (r *Room) endCeremony(w http.ResponseWriter, req *http.Request) {
	if web.CookieValue(req, ceremonyCookie) != "" {
		r.Cookies.ClearCookie(w, ceremonyCookie, "/")
	}
}

// passkeyView reads the passkey of a path.
func (r *Room) passkeyView(req *http.Request) (v passkeyView, err error) {
	actor := web.Actor(req.Context())
	if !id.Valid(req.PathValue("id")) {
		return v, fault.New(fault.NotFound, "web.not_found")
	}
	v.Passkey, err = r.passkey(req.Context(), actor.ID, req.PathValue("id"))
	v.Name, v.Site, v.Withheld = v.Passkey.Name, r.host(), len(actor.Withheld) > 0
	return v, err
}

func (r *Room) showPasskey(w http.ResponseWriter, req *http.Request) error {
	v, err := r.passkeyView(req)
	if err != nil {
		return err
	}
	return view.Write(req.Context(), w, http.StatusOK, passkeyPage(v))
}

func (r *Room) renamePasskey(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	v, err := r.passkeyView(req)
	if err != nil {
		return err
	}
	err = r.RenamePasskey(req.Context(), web.Actor(req.Context()).ID, v.Passkey.ID, form.Line("name"))
	if f, ok := toCorrect(err); ok {
		v.Name = form.Line("name")
		return r.passkeyBack(w, req, v, f)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/account?done=saved")
}

func (r *Room) removePasskey(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	v, err := r.passkeyView(req)
	if err != nil {
		return err
	}
	if !form.Ticked("sure") {
		return r.passkeyBack(w, req, v, fault.InvalidForm(fault.Field{Name: "sure", Key: "account.passkey_sure_missing"}))
	}
	if err := r.RemovePasskey(req.Context(), web.Actor(req.Context()), v.Passkey.ID); err != nil {
		return err
	}
	return web.SeeOther(w, req, "/account?done=passkey_removed")
}

func (r *Room) passkeyBack(w http.ResponseWriter, req *http.Request, v passkeyView, f *fault.Fault) error {
	v.Errors = view.ErrorsFrom(req.Context(), f)
	return view.Write(req.Context(), w, int(f.Kind), passkeyPage(v))
}
