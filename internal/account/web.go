package account

import (
	"context"
	"errors"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

func (r *Room) routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/signin", Right: perm.Anyone, Handle: r.showSignIn},
		{Method: "POST", Path: "/signin", Right: perm.Anyone, Handle: r.signIn},
		{Method: "GET", Path: "/signin/code", Right: perm.Anyone, Handle: r.showCode},
		{Method: "POST", Path: "/signin/code", Right: perm.Anyone, Handle: r.enterByCode},
		{Method: "GET", Path: "/signin/passkey", Right: perm.Anyone, Handle: r.showProve},
		{Method: "POST", Path: "/signin/passkey", Right: perm.Anyone, Handle: r.enterByPasskey},
		{Method: "POST", Path: "/signin/passkey/challenge", Right: perm.Anyone, Handle: r.beginEntry, Raw: true},
		{Method: "GET", Path: "/signin/{token}", Right: perm.Token, Handle: r.showEnter},
		{Method: "POST", Path: "/signin/{token}", Right: perm.Token, Handle: r.enterByLink},
		{Method: "POST", Path: "/signout", Right: perm.Anyone, Handle: r.signOut},
		{Method: "GET", Path: "/account", Right: perm.SignedIn, Handle: r.showAccount},
		{Method: "POST", Path: "/account", Right: perm.SignedIn, Handle: r.saveAccount},
		{Method: "GET", Path: "/account/export.json", Right: perm.SignedIn, Handle: r.export, Raw: true},
		{Method: "POST", Path: "/account/erase", Right: perm.SignedIn, Handle: r.eraseAccount},
		{Method: "POST", Path: "/account/session/revoke", Right: perm.SignedIn, Handle: r.revokeSessions},
		{Method: "POST", Path: "/account/session/{id}/revoke", Right: perm.SignedIn, Bond: perm.Mine, Handle: r.revokeSession},
		{Method: "POST", Path: "/account/passkeys", Right: perm.SignedIn, Handle: r.addPasskey},
		{Method: "POST", Path: "/account/passkeys/challenge", Right: perm.SignedIn, Handle: r.beginPasskey, Raw: true},
		{Method: "GET", Path: "/account/passkeys/{id}", Right: perm.SignedIn, Bond: perm.Mine, Handle: r.showPasskey},
		{Method: "POST", Path: "/account/passkeys/{id}", Right: perm.SignedIn, Bond: perm.Mine, Handle: r.renamePasskey},
		{Method: "POST", Path: "/account/passkeys/{id}/remove", Right: perm.SignedIn, Bond: perm.Mine, Handle: r.removePasskey},
		{Method: "GET", Path: "/account/people", Right: perm.Host, Handle: r.showPeople},
		{Method: "POST", Path: "/account/people", Right: perm.Host, Handle: r.invite},
		{Method: "POST", Path: "/account/people/{id}/revoke", Right: perm.Host, Handle: r.revokeRole},
	}
}

// toCorrect returns the fault when err is one whose form comes back to be corrected.
func toCorrect(err error) (*fault.Fault, bool) {
	f, ok := errors.AsType[*fault.Fault](err)
	return f, ok && len(f.Fields) > 0
}

func tr(ctx context.Context, key string, args ...any) string { return i18n.From(ctx).T(key, args...) }
