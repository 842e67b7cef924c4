package moderation_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/moderation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web/webtest"
	"essaim/internal/platform/words"
)

// house is the room on a real database, with one kind of thing that another room would offer.
type house struct {
	*moderation.Room
	t     *testing.T
	db    *storage.DB
	queue *jobs.Queue
	clock *clock.Manual
	mails *mail.Captured
	site  *webtest.Site
	asked []module.Decision // what the other room was asked to do

	moderators []moderation.Person
	reversed   []module.Decision // what it was asked to take back
}

var moderator = perm.Actor{ID: "moderator", Roles: []perm.Role{perm.RoleModerator}}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	schema := []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}, {Room: "toggle", Files: toggle.Migrations()}, {Room: "moderation", Files: moderation.Schema()}}
	storagetest.Each(t, schema, func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC))
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		keys, err := vault.New(vault.Generate()...)
		if err != nil {
			t.Fatal(err)
		}
		warden, err := guard.New(guard.Options{Key: keys.Key("guard"), Clock: now})
		if err != nil {
			t.Fatal(err)
		}
		h := &house{t: t, db: db, clock: now, queue: jobs.New(db, now, log), mails: mail.NewCaptured(now, 100)}
		h.moderators = []moderation.Person{{ID: "m1", Email: "one@example.org", Lang: "fr"}, {ID: "m2", Email: "two@example.org", Lang: "en"}}
		h.site = webtest.New(t, now, moderation.Locales(), mail.Locales(), words.Locales())
		folder := t.TempDir()
		h.Room = moderation.New(moderation.Deps{
			ListsFolder: folder, Spool: func() (*os.File, error) { return os.CreateTemp(folder, "spool") },
			DB: db, Queue: h.queue, Vault: keys, Clock: now, Log: log, Guard: warden, Mail: h.mails, Languages: h.site.Words(),
			Switches: toggle.New(db, now, log), SiteURL: webtest.URL, SiteName: "Essaim", Purge: func(...string) {},
			Moderators: func(context.Context) ([]moderation.Person, error) {
				return h.moderators, nil
			},
		})
		m := h.Module()
		h.SetReviews(append(module.Reviews{h.things()}, m.Reviews...))
		h.site.Serve(t, m.Routes...)
		if err := m.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.queue.Register(m.Workers, m.Listeners, nil)
		if err := h.queue.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(h.queue.Stop)
		test(t, h)
	})
}

// things is what another room would offer: it refuses the thing "gone".
func (h *house) things() module.Review {
	return module.Review{
		Kind: "test.thing", Label: "moderation.all",
		Verdicts: []module.Verdict{
			{Name: "publish", Icon: "check"}, {Name: "reject", Icon: "x", Reason: true, Article: true, Two: true}, {Name: "hide", Icon: "x", Article: true, Tell: true},
		},
		Waiting: func(context.Context, int) ([]module.ReviewItem, error) {
			return []module.ReviewItem{{ID: "a", Since: h.clock.Now().Add(-4 * time.Hour), Title: "Une chose", Body: view.Tag("", "", "des mots")}}, nil
		},
		Count: func(context.Context) (int64, error) { return 1, nil },
		Decide: func(_ context.Context, _ *storage.Tx, d module.Decision) error {
			if d.ID == "gone" {
				return fault.New(fault.Conflict, "moderation.decided_already")
			}
			h.asked = append(h.asked, d)
			return nil
		},
		Appeal: &module.Appeal{
			Verdicts: []string{"reject", "hide"},
			Concerned: func(_ context.Context, id string) (module.Concerned, error) {
				return module.Concerned{Email: "paul@example.org", Lang: "fr", Title: "La chose " + id, Path: "/thing/" + id}, nil
			},
			Reverse: func(_ context.Context, _ *storage.Tx, d module.Decision) error {
				h.reversed = append(h.reversed, d)
				return nil
			},
		},
	}
}

// log is the public log as somebody signed in sees it, who gets no page that was kept.
func (h *house) log() string { return h.site.Enter(h.t, host).Get("/moderation/log").Body }

func TestADecisionIsCarriedOutAndLoggedTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		refusal := module.Decision{ID: "a", Verdict: "reject", Article: "2", Reason: "Nomme un particulier.", By: moderator}
		if err := h.Decide(t.Context(), "test.thing", refusal); err != nil {
			t.Fatal(err)
		}
		if len(h.asked) == 0 || h.asked[0].Reason != "Nomme un particulier." || h.asked[0].At.IsZero() {
			t.Errorf("the room was asked %+v", h.asked)
		}
		page := h.log()
		if !strings.Contains(page, "Refuser") || !strings.Contains(page, "Pas de personne privée") || strings.Contains(page, "particulier.") {
			t.Errorf("the log:\n%s", page)
		}
		if err := h.Decide(t.Context(), "test.thing", module.Decision{ID: "gone", Verdict: "publish", By: moderator}); !fault.Is(err, fault.Conflict) {
			t.Errorf("decided before: %v", err)
		}
		if strings.Contains(h.log(), "Publier") {
			t.Error("what the room refused stands in the log")
		}
	})
}

func TestARefusalOwesReasonsAndAnArticle(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, d := range map[string]module.Decision{
			"no reason":   {ID: "a", Verdict: "reject", Article: "2"},
			"no article":  {ID: "a", Verdict: "reject", Reason: "Non."},
			"a false one": {ID: "a", Verdict: "reject", Reason: "Non.", Article: "99"},
			"too long":    {ID: "a", Verdict: "reject", Article: "2", Reason: strings.Repeat("a", 2001)},
		} {
			d.By = moderator
			if err := h.Decide(t.Context(), "test.thing", d); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.Decide(t.Context(), "test.other", module.Decision{ID: "a", Verdict: "publish"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown kind: %v", err)
		}
		if err := h.Decide(t.Context(), "test.thing", module.Decision{ID: "a", Verdict: "burn"}); !fault.Is(err, fault.Malformed) {
			t.Errorf("an unknown verdict: %v", err)
		}
		if len(h.asked) > 0 {
			t.Error("the room was asked all the same")
		}
	})
}

func TestAnybodyReportsGetsANumberAndAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.site.Visitor(t)
		if a := v.Post("/report", "about", "/m/x", "words", "", "email", "not an address"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "not an address") {
			t.Fatalf("%d", a.Status)
		}
		a := v.Post("/report", "about", "/m/x", "words", "Vise ma voisine Odile.", "email", "paul@example.org", "article", "2")
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "1001") {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		var reportID string
		if err := h.db.QueryRow(t.Context(), `SELECT id FROM moderation_report`).Scan(&reportID); err != nil {
			t.Fatal(err)
		}
		d := module.Decision{ID: reportID, Verdict: "uphold", Article: "2", Reason: "Le nom est retiré.", By: moderator}
		if err := h.Decide(t.Context(), "moderation.report", d); err != nil {
			t.Fatal(err)
		}
		if err := h.Decide(t.Context(), "moderation.report", d); !fault.Is(err, fault.Conflict) {
			t.Errorf("answered twice: %v", err)
		}
		for deadline := time.Now().Add(10 * time.Second); h.mails.Count() == 0; time.Sleep(2 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("no answer")
			}
		}
		m, _ := h.mails.Get(1)
		if m.To != "paul@example.org" || !strings.Contains(m.Text, "Le nom est retiré.") {
			t.Errorf("%s\n%s", m.To, m.Text)
		}
		if strings.Contains(h.log(), "Odile") || strings.Contains(h.log(), "paul@") {
			t.Error("the log names people")
		}
	})
}

func TestModeratorsAreCalledOnceForWhatComesTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 3 {
			err := h.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				return h.queue.Emit(ctx, tx, mobilisation.Proposed{Petition: "p"})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) { // all three are heard of before time goes on
			n, err := h.queue.Waiting(t.Context(), "mobilisation.proposed → moderation")
			if err == nil && n == 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d events wait, %v", n, err)
			}
		}
		h.clock.Advance(11 * time.Minute) // at once: time that runs on would end the leases of jobs under way
		for deadline := time.Now().Add(10 * time.Second); h.mails.Count() < 2; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d mails", h.mails.Count())
			}
		}
		time.Sleep(300 * time.Millisecond)
		if n := h.mails.Count(); n != 2 {
			t.Errorf("%d mails to two moderators", n)
		}
	})
}

func TestReportsSentTogetherHaveEachTheirNumber(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var mu sync.Mutex
		numbers := map[int64]bool{}
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				n, err := h.Report(t.Context(), moderation.Report{Path: "/", Words: "x", Lang: "fr"})
				mu.Lock()
				defer mu.Unlock()
				if err != nil || numbers[n] {
					t.Errorf("%d, %v", n, err)
				}
				numbers[n] = true
			})
		}
		group.Wait()
		if _, err := h.Report(t.Context(), moderation.Report{Path: "/", Words: "x", Lang: "fr"}); !fault.Is(err, fault.TooMany) {
			t.Errorf("the twenty-first from one place: %v", err)
		}
	})
}

func TestReportsAreForgottenAYearAfterTheirAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.Report(t.Context(), moderation.Report{Path: "/", Words: "x", Lang: "fr"}); err != nil {
			t.Fatal(err)
		}
		left := func() (n int) {
			if err := h.Module().Schedules[0].Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM moderation_report`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		h.clock.Advance(400 * 24 * time.Hour)
		if left() != 1 {
			t.Fatal("a report that waits is gone")
		}
		var reportID string
		if err := h.db.QueryRow(t.Context(), `SELECT id FROM moderation_report`).Scan(&reportID); err != nil {
			t.Fatal(err)
		}
		if err := h.Decide(t.Context(), "moderation.report", module.Decision{ID: reportID, Verdict: "dismiss", Reason: "Non.", By: moderator}); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(364 * 24 * time.Hour)
		if left() != 1 {
			t.Error("gone before a year")
		}
		h.clock.Advance(2 * 24 * time.Hour)
		if left() != 0 {
			t.Error("kept beyond a year")
		}
	})
}
