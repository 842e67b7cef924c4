package organisation_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"essaim/internal/account"
	"essaim/internal/organisation"
	"essaim/internal/platform/clock"
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

// house is a site with this room and the one below it.
type house struct {
	t       *testing.T
	db      *storage.DB
	clock   *clock.Manual
	queue   *jobs.Queue
	account *account.Room
	room    *organisation.Room
	site    *webtest.Site
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	storagetest.Each(t, []storage.Migrations{
		{Room: "jobs", Files: jobs.Migrations()}, {Room: "account", Files: account.Schema()}, {Room: "organisation", Files: organisation.Schema()},
	}, func(t *testing.T, db *storage.DB) { test(t, build(t, db)) })
}

func build(t *testing.T, db *storage.DB) *house {
	t.Helper()
	keys, err := vault.New(vault.Generate()...)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: db, clock: clock.NewManual(noon)}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h.queue = jobs.New(db, h.clock, log)
	h.site = webtest.New(t, h.clock, account.Locales(), organisation.Locales(), mail.Locales())
	h.account = account.New(account.Deps{
		DB: db, Queue: h.queue, Vault: keys, Clock: h.clock, Log: log, Languages: h.site.Words(), Mail: mail.NewCaptured(h.clock, 10),
		Cookies: h.site, Addr: func(*http.Request) netip.Addr { return netip.Addr{} }, SiteURL: webtest.URL, SiteName: "Essaim",
	})
	h.room = organisation.New(organisation.Deps{
		DB: db, Queue: h.queue, Clock: h.clock, Log: log, Languages: h.site.Words(), Purge: h.site.Pages.Purge,
	})
	h.site.Session = h.account.Session
	h.site.Serve(t, h.account.Module().Routes...)
	m := h.room.Module()
	h.site.Serve(t, m.Routes...)
	h.queue.Register(m.Workers, m.Listeners, m.Schedules)
	if err := h.queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.queue.Stop)
	return h
}

// signedIn returns a browser of who has a role, and their account.
func (h *house) signedIn(email string, role perm.Role) (*webtest.Visitor, perm.Actor) {
	h.t.Helper()
	path, err := h.account.Add(h.t.Context(), email, role)
	if err != nil {
		h.t.Fatal(err)
	}
	v := h.site.Visitor(h.t)
	v.Post(path)
	actor, err := h.account.Session(h.t.Context(), v.Cookie(web.SessionCookie))
	if err != nil || !actor.SignedIn() {
		h.t.Fatalf("sign in: %v", err)
	}
	return v, actor
}

// rail is an organisation in French.
func rail() organisation.Plan {
	return organisation.Plan{
		Name:  "Rail du Val",
		Links: []organisation.Link{{Label: "Site", URL: "https://rail.example"}, {URL: "contact@rail.example"}},
		Texts: []organisation.Text{{
			Lang: "fr", Line: "Association loi 1901, Valbrune", Lede: "Nous défendons le retour du train.", About: "## Histoire\n\nNée en **2019**.",
		}},
	}
}

func (h *house) create(plan organisation.Plan, owner string) organisation.Profile {
	h.t.Helper()
	p, err := h.room.Create(h.t.Context(), plan, owner)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) get(id string) organisation.Profile {
	h.t.Helper()
	p, err := h.room.Get(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func mustHold(t *testing.T, a webtest.Answer, status int, words ...string) {
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

func mustNotHold(t *testing.T, a webtest.Answer, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(plainSpaces.Replace(a.Body), w) {
			t.Errorf("the page says %q", w)
		}
	}
}

// plainSpaces undoes the spaces that French typography sets, so that tests read as they are typed.
var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "&#39;", "'")

// within waits for work that is done later.
func within(t *testing.T, what string, done func(ctx context.Context) bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(t.Context()); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}
