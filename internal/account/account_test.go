package account_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/account"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

// house is a site with only this room.
type house struct {
	t     testing.TB
	db    *storage.DB
	clock *clock.Manual
	queue *jobs.Queue
	mail  *mail.Captured
	room  *account.Room
	keys  []vault.Key
	site  *webtest.Site
	log   *bytes.Buffer
}

func migrations() []storage.Migrations {
	return []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}, {Room: "account", Files: account.Schema()}}
}

// each runs test in a house on each engine.
func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) { test(t, build(t, db, nil)) })
}

// build makes the house. A nil sender keeps the mail in memory.
func build(t testing.TB, db *storage.DB, sender mail.Sender) *house {
	t.Helper()
	return buildAt(t, db, sender, webtest.URL)
}

// buildAt makes the house of a site that believes to stand at another address.
func buildAt(t testing.TB, db *storage.DB, sender mail.Sender, site string) *house {
	t.Helper()
	h := &house{t: t, db: db, clock: clock.NewManual(noon), log: &bytes.Buffer{}, keys: vault.Generate()}
	keys, err := vault.New(h.keys...)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.queue = jobs.New(db, h.clock, log)
	h.mail = mail.NewCaptured(h.clock, 1000)
	if sender == nil {
		sender = h.mail
	}
	h.site = webtest.New(t, h.clock, account.Locales(), guard.Locales(), mail.Locales())
	h.room = account.New(account.Deps{
		DB: db, Queue: h.queue, Vault: keys, Clock: h.clock, Log: log, Languages: h.site.Words(), Mail: sender,
		Cookies: h.site, Guard: keeper(t, h.clock, guard.Options{Off: true, Loopback: true}), Addr: peer, SiteURL: site, SiteName: "Essaim",
	})
	m := h.room.Module()
	h.site.Session = h.room.Session
	h.site.Serve(t, m.Routes...)
	h.queue.Register(m.Workers, []jobs.Listener{{Event: "account.erased", Name: "test", Work: func(context.Context, jobs.Job) error { return nil }}}, nil)
	if err := h.queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.queue.Stop)
	return h
}

// keeper returns a guard whose work is soon done.
func keeper(t testing.TB, c clock.Clock, o guard.Options) *guard.Guard {
	t.Helper()
	o.Key, o.Clock, o.Difficulty = make([]byte, 32), c, 6
	g, err := guard.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr()
}

// add gives an address a role and returns the path of its link.
func (h *house) add(email string, role perm.Role) string {
	h.t.Helper()
	path, err := h.room.Add(h.t.Context(), email, role)
	if err != nil {
		h.t.Fatal(err)
	}
	return path
}

// enter returns a browser that is signed in by a link.
func (h *house) enter(path string) *webtest.Visitor {
	h.t.Helper()
	v := h.site.Visitor(h.t)
	v.Agent = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
	if a := v.Post(path); a.Status != http.StatusSeeOther || v.Cookie(web.SessionCookie) == "" {
		h.t.Fatalf("sign in: %d %s", a.Status, a.Body)
	}
	return v
}

// signedIn returns a browser of who has a role.
func (h *house) signedIn(email string, role perm.Role) *webtest.Visitor {
	h.t.Helper()
	return h.enter(h.add(email, role))
}

// letters waits until every mail is written, and returns them, the newest first.
func (h *house) letters() []mail.Caught {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		n, err := h.queue.Waiting(h.t.Context(), "account.letter")
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			return h.mail.All()
		}
		if time.Now().After(deadline) {
			h.t.Fatal("mails are not written within ten seconds")
		}
	}
}

var (
	linkIn = regexp.MustCompile(regexp.QuoteMeta(webtest.URL) + `(/(?:en/)?signin/[0-9a-z]+)`)
	codeIn = regexp.MustCompile(`\b(\d{3}) (\d{3})\b`)
)

// linkOf returns the path in a mail.
func linkOf(t testing.TB, m mail.Caught) string {
	t.Helper()
	found := linkIn.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link in the mail:\n%s", m.Text)
	}
	return found[1]
}

// codeOf returns the six digits in a mail.
func codeOf(t *testing.T, m mail.Caught) string {
	t.Helper()
	found := codeIn.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no code in the mail:\n%s", m.Text)
	}
	return found[1] + found[2]
}

// asked returns a tab that asked for a link, and the mail that it got.
func (h *house) asked(email string) (*webtest.Visitor, mail.Caught) {
	h.t.Helper()
	tab := h.site.Visitor(h.t)
	if a := tab.Post("/signin", "email", email); a.Status != http.StatusSeeOther {
		h.t.Fatalf("ask: %d %s", a.Status, a.Body)
	}
	return tab, h.letters()[0]
}

// in tells whether a browser is signed in.
func in(v *webtest.Visitor) bool { return v.Get("/account").Status == http.StatusOK }

func mustHold(t testing.TB, a webtest.Answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d instead of %d\n%s", a.Status, status, a.Body)
	}
	body := plainSpaces.Replace(a.Body)
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

// plainSpaces undoes the spaces that French typography sets, so that tests read as they are typed.
var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "&#39;", "'")
