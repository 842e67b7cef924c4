package account

import (
	"encoding/json"
	"errors"
	"net/http"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// accountView is a person's own page.
type accountView struct {
	Person   Person
	Name     string // as typed, when it comes back
	Sessions []Session
	Passkeys passkeysView
	Langs    []view.Option
	Done     string // what was just done: a key of doneKeys
	LastHost bool   // who may not leave
	Errors   view.Errors
}

// scripts are the page's modules: the one for passkeys only where they can be.
func (v accountView) scripts() []string {
	if v.Passkeys.Site == "" {
		return []string{"form.js"}
	}
	return []string{"form.js", "passkey.js"}
}

func (r *Room) showAccount(w http.ResponseWriter, req *http.Request) error {
	v, err := r.accountView(req)
	if err != nil {
		return err
	}
	v.Done = doneKey(web.CleanQuery(req, "done", 20))
	return view.Write(req.Context(), w, http.StatusOK, accountPage(v))
}

// doneKey turns the word in the address into the message that tells what was done, empty for any other word.
func doneKey(word string) string {
	switch word {
	case "saved":
		return "account.done_saved"
	case "revoked":
		return "account.done_revoked"
	case "invited":
		return "account.done_invited"
	case "removed":
		return "account.done_removed"
	case "passkey":
		return "account.done_passkey"
	case "passkey_removed":
		return "account.done_passkey_removed"
	}
	return ""
}

func (r *Room) accountView(req *http.Request) (v accountView, err error) {
	ctx, actor := req.Context(), web.Actor(req.Context())
	if v.Person, err = r.Person(ctx, actor.ID); err != nil {
		if errors.Is(err, storage.ErrNoRows) { // erased on another node, a moment ago
			return v, fault.New(fault.Unsigned, "web.sign_in_first")
		}
		return v, err
	}
	v.Name = v.Person.Name
	for _, tag := range r.Languages.Tags() {
		v.Langs = append(v.Langs, view.Option{Value: tag, Label: i18n.Name(tag)})
	}
	if v.LastHost, err = r.onlyHost(ctx, v.Person); err != nil {
		return v, err
	}
	if v.Passkeys, err = r.passkeysView(req); err != nil {
		return v, err
	}
	v.Sessions, err = r.Sessions(ctx, actor.ID, actor.Session)
	return v, err
}

func (r *Room) saveAccount(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	err = r.Rename(req.Context(), web.Actor(req.Context()).ID, form.Line("name"), form.Line("lang"))
	if f, ok := toCorrect(err); ok {
		name := form.Line("name")
		return r.accountBack(w, req, f, &name)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/account?done=saved")
}

// accountBack shows the page again with what is to correct, and the name as it was typed, nil where none was.
func (r *Room) accountBack(w http.ResponseWriter, req *http.Request, f *fault.Fault, name *string) error {
	v, err := r.accountView(req)
	if err != nil {
		return err
	}
	if name != nil {
		v.Name = *name
	}
	v.Errors = view.ErrorsFrom(req.Context(), f)
	return view.Write(req.Context(), w, int(f.Kind), accountPage(v))
}

func (r *Room) revokeSession(w http.ResponseWriter, req *http.Request) error {
	actor := web.Actor(req.Context())
	if !id.Valid(req.PathValue("id")) {
		return fault.New(fault.NotFound, "web.not_found")
	}
	if err := r.RevokeSession(req.Context(), actor.ID, req.PathValue("id")); err != nil {
		return err
	}
	if req.PathValue("id") == actor.Session {
		return r.leave(w, req, "/signin")
	}
	return web.SeeOther(w, req, "/account?done=revoked")
}

func (r *Room) revokeSessions(w http.ResponseWriter, req *http.Request) error {
	if err := r.RevokeSessions(req.Context(), web.Actor(req.Context()).ID); err != nil {
		return err
	}
	return r.leave(w, req, "/signin")
}

func (r *Room) eraseAccount(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	if !form.Ticked("sure") {
		f := fault.InvalidForm(fault.Field{Name: "sure", Key: "account.erase_sure_missing"})
		return r.accountBack(w, req, f, nil)
	}
	if err := r.Erase(req.Context(), web.Actor(req.Context()).ID); err != nil {
		return err
	}
	return r.leave(w, req, "/")
}

func (r *Room) export(w http.ResponseWriter, req *http.Request) error {
	v, err := r.accountView(req)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="essaim-account.json"`)
	_ = json.NewEncoder(w).Encode(exportOf(v.Person, v.Sessions, v.Passkeys.All)) // the person has gone: nobody is left to tell
	return nil
}
