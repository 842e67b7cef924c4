package mobilisation_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/mobilisation/page"
	"essaim/internal/platform/blob"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/hub"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/picture"
	"essaim/internal/platform/places"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/web/webtest"
)

// fixture is the room on a real database, with mails caught in memory and a clock that a test moves.
type fixture struct {
	*mobilisation.Room
	t        testing.TB
	db       *storage.DB
	queue    *jobs.Queue
	clock    *clock.Manual
	mails    *mail.Captured
	site     *webtest.Site
	petition *mobilisation.Petition
	pictures *blob.Folder
	visitors atomic.Int64
}

func migrations() []storage.Migrations {
	return []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}, {Room: "mobilisation", Files: mobilisation.Schema()}}
}

// each runs a test on both engines, with one published petition and working jobs.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		f := build(t, db, true)
		f.petition = f.publish("ligne-du-val", 3, 5)
		test(t, f)
	})
}

func build(t testing.TB, db *storage.DB, workers bool) *fixture {
	t.Helper()
	now := clock.NewManual(time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC))
	f := &fixture{t: t, db: db, clock: now, mails: mail.NewCaptured(now, 1000)}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	f.queue = jobs.New(db, now, log)
	f.site = webtest.New(t, now, mobilisation.Locales(), guard.Locales(), mail.Locales(), picture.Locales(), paper.Locales(), places.Locales())
	keys, err := vault.New(vault.Generate()...)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := guard.New(guard.Options{Key: keys.Key("guard"), Clock: now, Difficulty: 8})
	if err != nil {
		t.Fatal(err)
	}
	atlas, err := places.LoadSample(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pages := hub.New(hub.Options{Log: log})
	t.Cleanup(pages.Close)
	printer, err := paper.New()
	if err != nil {
		t.Fatal(err)
	}
	f.pictures = blob.NewFolder(t.TempDir(), now)
	f.Room = mobilisation.New(mobilisation.Deps{
		DB: db, Queue: f.queue, Vault: keys, Clock: now, Log: log, Places: places.NewHolder(atlas), Guard: keeper, Hub: pages,
		Mail: f.mails, Languages: f.site.Words(), SiteURL: webtest.URL, SiteName: "Essaim", Cookies: f.site.Server,
		Purge: f.site.Pages.Purge, Pictures: f.pictures, Printer: printer, Inspector: paper.NewInspector(),
		Carrier: func(context.Context, string) (mobilisation.Carrier, error) {
			return mobilisation.Carrier{Name: "Rail du Val", Path: "/organisation/rail-du-val", Line: "Montfaye"}, nil
		},
		CarriersOf: func(_ context.Context, actor perm.Actor) ([]mobilisation.Speaker, error) {
			if !slices.Contains(actor.Roles, perm.RoleOrganiser) {
				return nil, nil
			}
			return []mobilisation.Speaker{{ID: "o1", Name: "Rail du Val"}}, nil
		},
		Card: func(context.Context, mobilisation.Card) ([]byte, error) { return []byte("png"), nil },
	})
	module := page.New(f.Room).Module()
	f.queue.Register(module.Workers, module.Listeners, module.Schedules)
	f.site.Serve(t, module.Routes...)
	f.site.Session = func(_ context.Context, token string) (perm.Actor, error) {
		return perm.Actor{ID: "p", Name: token, Roles: []perm.Role{perm.Role(token)}}, nil
	}
	if err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Stop)
	if !workers {
		return f
	}
	if err := f.queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.queue.Stop)
	return f
}

func plan(slug string, goals ...int64) mobilisation.Plan {
	p := mobilisation.Plan{
		Slug: slug, OrganisationID: "o1", Lang: "fr", Area: "country:FR",
		Texts: []mobilisation.Text{{
			Lang: "fr", Title: "Rouvrons la ligne du Val", Points: []string{"42 km de rails.", "Plus un train.", "Huit allers-retours."},
			Addressee: "Conseil régional", Why: "Jusqu’en **2019**, six trains.", Letter: "Madame la Présidente,",
		}},
		Sources: map[string][]mobilisation.Source{"fr": {{Title: "Étude", URL: "https://example.org/etude"}}},
	}
	for _, goal := range goals {
		p.Milestones = append(p.Milestones, mobilisation.Milestone{Goal: goal, Words: map[string]string{"fr": "Courrier remis."}})
	}
	return p
}

func (f *fixture) publish(slug string, goals ...int64) *mobilisation.Petition {
	f.t.Helper()
	p, err := f.Create(f.t.Context(), plan(slug, goals...))
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.Publish(f.t.Context(), p.ID); err != nil {
		f.t.Fatal(err)
	}
	if p, err = f.Petition(f.t.Context(), slug); err != nil {
		f.t.Fatal(err)
	}
	return p
}

// visitor is a browser with an address of its own, so that the limits of one address are met only where a test wants it.
func (f *fixture) visitor() *webtest.Visitor {
	v := f.site.Visitor(f.t)
	v.Addr = fmt.Sprintf("[2001:db8:%x:1::1]:1234", f.visitors.Add(1))
	return v
}

// within waits until done says so, and fails after ten seconds.
func (f *fixture) within(what string, done func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("not within ten seconds: %s", what)
		}
	}
}

// mail waits for the n-th mail since the start, from 1.
func (f *fixture) mail(n int) mail.Message {
	f.t.Helper()
	f.within(fmt.Sprintf("mail %d", n), func() bool { return f.mails.Count() >= n })
	caught, _ := f.mails.Get(n)
	return caught.Message
}

// quiet waits until no mail is waiting, and returns how many there were.
func (f *fixture) quiet() int {
	f.t.Helper()
	f.within("no mail waits", func() bool {
		n, err := f.queue.Waiting(f.t.Context(), "mobilisation.letter")
		return err == nil && n == 0
	})
	return f.mails.Count()
}

// counts says that exactly n signatures count in the database, by sums and by rows, and waits until the number in memory is the same.
func (f *fixture) counts(n int64) {
	f.t.Helper()
	var sums, rows int64
	err := f.db.QueryRow(f.t.Context(), `
		SELECT (SELECT COALESCE(SUM(n), 0) FROM mobilisation_total WHERE petition_id = $1) +
			(SELECT COALESCE(SUM(n), 0) FROM mobilisation_delta WHERE petition_id = $1),
			(SELECT COUNT(*) FROM mobilisation_signature WHERE petition_id = $1 AND state = 1)`, f.petition.ID).Scan(&sums, &rows)
	if err != nil || sums != n || rows != n {
		f.t.Fatalf("the sums say %d, the rows %d, not %d; %v", sums, rows, n, err)
	}
	f.within(fmt.Sprintf("the count is %d, not %d", n, f.Count(f.petition.ID)), func() bool { return f.Count(f.petition.ID) == n })
}

var (
	linkShape = regexp.MustCompile(`https://essaim\.example(/[^\s"<]*/?c/[0-9a-z]+/[0-9a-z]+|/c/[0-9a-z]+/[0-9a-z]+)`)
	awayShape = regexp.MustCompile(`https://essaim\.example((?:/en)?/w/[0-9a-z]+/[0-9a-z]+)`)
	codeShape = regexp.MustCompile(`\b(\d{3}) (\d{3})\b`)
)

func link(t testing.TB, m mail.Message) string {
	t.Helper()
	found := linkShape.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link in:\n%s", m.Text)
	}
	return found[1]
}

func away(t testing.TB, m mail.Message) string {
	t.Helper()
	found := awayShape.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link to withdraw in:\n%s", m.Text)
	}
	return found[1]
}

func code(t testing.TB, m mail.Message) string {
	t.Helper()
	found := codeShape.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no code in:\n%s", m.Text)
	}
	return found[1] + found[2]
}

// answers are a form's, changed by pairs.
func answers(pairs ...string) []string {
	all := []string{"given_name", "Ada", "family_name", "Martin", "email", "ada@example.org", "postal_code", "75011"}
	for i := 0; i+1 < len(pairs); i += 2 {
		for j := 0; j < len(all); j += 2 {
			if all[j] == pairs[i] {
				all[j+1] = pairs[i+1]
				pairs[i] = ""
			}
		}
		if pairs[i] != "" {
			all = append(all, pairs[i], pairs[i+1])
		}
	}
	return all
}

// sign sends the form as a visitor and expects the step page.
func (f *fixture) sign(v *webtest.Visitor, pairs ...string) {
	f.t.Helper()
	got := v.Post("/m/ligne-du-val/sign", answers(pairs...)...)
	if got.Status != 303 || got.Location() != "/m/ligne-du-val/confirm#contenu" {
		f.t.Fatalf("sign: %d %s\n%s", got.Status, got.Location(), got.Body)
	}
}

// confirmed signs and confirms by the link of the mail.
func (f *fixture) confirmed(pairs ...string) mail.Message {
	f.t.Helper()
	n := f.quiet()
	v := f.visitor()
	f.sign(v, pairs...)
	m := f.mail(n + 1)
	if got := v.Post(link(f.t, m)); got.Status != 303 || !strings.HasSuffix(got.Location(), "/thanks#contenu") {
		f.t.Fatalf("confirm: %d %s\n%s", got.Status, got.Location(), got.Body)
	}
	return m
}
