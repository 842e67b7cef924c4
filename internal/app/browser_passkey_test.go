package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
)

const (
	addPasskey   = "form[data-passkey=create] button"
	enterPasskey = "form[data-passkey=get] button"
)

// passkeySite is a site under a name, for browsers make no passkeys for an address.
func passkeySite(t *testing.T, more ...string) (*apptest.Process, config.Settings) {
	t.Helper()
	listen := apptest.FreeAddress(t)
	s := apptest.Settings(t, storage.Options{}, "http://localhost"+listen[strings.LastIndex(listen, ":"):])
	return apptest.Start(t, apptest.Args(s, listen, more...)...), s
}

// signInLink gives somebody a role, and returns the path of their link.
func signInLink(t *testing.T, s config.Settings, email string) string {
	t.Helper()
	return regexp.MustCompile(`/signin/\S+`).FindString(mustRun(t, s, "admin", "add", email))
}

// TestAPasskeyInARealBrowser adds one, signs out, comes in with it, and removes it.
func TestAPasskeyInARealBrowser(t *testing.T) {
	browser := apptest.NewBrowser(t)
	p, s := passkeySite(t)
	tab := browser.Open(t, s.URL, apptest.Phone())
	tab.Authenticator()
	tab.Go(signInLink(t, s, "maud@rail.example"))
	tab.Press("main form button")
	tab.At("/account")
	if apptest.Eval[bool](tab, `document.querySelector("[data-passkey-without]").checkVisibility()`) {
		t.Error("a browser that can is told that it cannot")
	}
	draw(t, tab, "passkey-none")
	tab.Fill("passkey_name", "Téléphone de Maud")
	tab.Press(addPasskey)
	tab.Until(`document.querySelector(".notice.ok")`)
	draw(t, tab, "passkey-added")
	tab.Press(addPasskey)
	tab.Until(`document.querySelector("[data-passkey-status]").textContent.includes("déjà une clé")`)
	signOut(tab)

	tab.Go("/en/signin?next=/account/people")
	draw(t, tab, "passkey-door")
	tab.Press(enterPasskey)
	tab.At("/en/account/people")
	tab.Go("/account")
	draw(t, tab, "passkey-used")
	tab.Press(`#passkeys .item a`)
	tab.Until(`document.querySelector("[name=sure]")`)
	draw(t, tab, "passkey-one")
	tab.Press("[name=sure]")
	tab.Press("main form button.danger")
	tab.Until(`document.querySelector(".notice.ok") && !document.querySelector("#passkeys .item")`)
	signOut(tab)
	tab.Expect(http.StatusUnprocessableEntity)
	tab.Go("/signin")
	tab.Press(enterPasskey)
	tab.Until(`document.querySelector(".errors")?.textContent.includes("aucun compte")`)
	draw(t, tab, "passkey-unknown")
	tab.Check()
	if strings.Contains(p.Output(), "request failed") {
		t.Error(p.Output())
	}
}

// TestWithoutScriptThereIsTheMail looks at the two pages as a browser that runs no script.
func TestWithoutScriptThereIsTheMail(t *testing.T) {
	browser := apptest.NewBrowser(t)
	_, s := passkeySite(t)
	view := apptest.Phone()
	view.NoScript = true
	tab := browser.Open(t, s.URL, view)
	tab.Go("/signin")
	if apptest.Eval[bool](tab, `document.querySelector("form[data-passkey]").checkVisibility()`) {
		t.Error("a button that does nothing is shown")
	}
	tab.Go(signInLink(t, s, "maud@rail.example"))
	tab.Press("main form button")
	tab.At("/account")
	if apptest.Eval[bool](tab, `document.querySelector("form[data-passkey]").checkVisibility()`) ||
		!apptest.Eval[bool](tab, `document.querySelector("[data-passkey-without]").checkVisibility()`) {
		t.Error("the page does not say what works")
	}
	draw(t, tab, "passkey-no-script")
	tab.Check()
}

// TestWhoCameInByMailShowsThePasskey is a host's way where passkeys come first.
func TestWhoCameInByMailShowsThePasskey(t *testing.T) {
	browser := apptest.NewBrowser(t)
	_, s := passkeySite(t, "--passkey-first")
	tab := browser.Open(t, s.URL, apptest.Phone())
	tab.Authenticator()
	tab.Go(signInLink(t, s, "maud@rail.example"))
	tab.Press("main form button")
	tab.At("/account")
	tab.Press(addPasskey)
	tab.Until(`document.querySelector(".notice.ok")`)
	signOut(tab)
	tab.Go(signInLink(t, s, "maud@rail.example"))
	tab.Press("main form button")
	tab.At("/account")
	draw(t, tab, "passkey-withheld")
	tab.Expect(http.StatusForbidden)
	tab.Go("/host")
	draw(t, tab, "passkey-refused")
	tab.Press(`main a[href^="/signin/passkey"]`)
	tab.At("/signin/passkey")
	draw(t, tab, "passkey-prove")
	tab.Press(enterPasskey)
	tab.At("/host")
	tab.Check()
}

func signOut(tab *apptest.Tab) {
	apptest.Eval[bool](tab, `document.querySelector("form[action$='/signout']").submit() ?? true`)
	tab.At("/")
}

// draw looks for barriers in a page, in both widths and themes, and leaves pictures, where they are wanted.
func draw(t *testing.T, tab *apptest.Tab, name string) {
	t.Helper()
	folder, script := os.Getenv(screenshotVariable), ""
	if os.Getenv(axeVariable) != "" && !strings.HasSuffix(name, "no-script") {
		script = axe(t)
	}
	for suffix, view := range map[string]apptest.View{"390": apptest.Phone(), "1280": apptest.Desk()} {
		for _, view.Dark = range []bool{false, true} {
			tab.Look(view)
			theme := map[bool]string{false: "light", true: "dark"}[view.Dark]
			if script != "" {
				for _, barrier := range barriers(tab, script) {
					t.Errorf("%s, %s, %s: %s", name, theme, suffix, barrier)
				}
			}
			if folder == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(folder, name+"-"+theme+"-"+suffix+".png"), tab.Screenshot(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	tab.Look(apptest.Phone())
}
