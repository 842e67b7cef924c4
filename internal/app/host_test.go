package app_test

import (
	"net/http"
	"strings"
	"testing"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/front"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/toggle"
)

func TestNothingIsPublishedBeforeSomebodyAnswersForIt(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		h := apptest.Build(t, apptest.Settings(t, o, "https://essaim.example"), app.Options{})
		if err := h.Front.Ready(t.Context()); !fault.Is(err, fault.Conflict) {
			t.Fatalf("without a legal notice: %v", err)
		}
		n := front.Notice{Publisher: "Rail du Val", Address: "1 rue des Rails", Email: "nobody", Director: "Maud", Hosting: "Les Toits"}
		if err := h.Front.SetNotice(t.Context(), n, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("with a false address: %v", err)
		}
		n.Email = "bonjour@example.org"
		for range 2 { // two versions
			if err := h.Front.SetNotice(t.Context(), n, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Front.Ready(t.Context()); err != nil {
			t.Errorf("with one: %v", err)
		}
		if got, since, err := h.Front.Notice(t.Context()); err != nil || got != n || since.IsZero() {
			t.Errorf("%+v, %v, %v", got, since, err)
		}
	})
}

func TestAHostSwitchesPartsOffAndOnAgain(t *testing.T) {
	e := newEstate(t, engine(t))
	host := e.visitor(perm.RoleHost)
	flip := func(name toggle.Name, to string) {
		t.Helper()
		if a := host.Post("/host/switch", "name", string(name), "to", to); a.Status != http.StatusSeeOther {
			t.Fatalf("%s %s: %d", name, to, a.Status)
		}
	}
	sign := func() int {
		a := e.visitor(nobody).Post("/m/"+e.open.Slug+"/sign", "given_name", "Grace", "family_name", "Hopper", "email", "grace@example.org", "postal_code", "01000")
		if a.Status == http.StatusServiceUnavailable && (!strings.Contains(a.Body, "Hopper") || !strings.Contains(a.Body, "grace@example.org")) {
			t.Error("the answers are lost")
		}
		return a.Status
	}
	for name, try := range map[toggle.Name]func() int{
		toggle.Signing:  sign,
		toggle.Search:   func() int { return e.visitor(nobody).Get("/search?q=rail").Status },
		toggle.Counters: func() int { return e.visitor(nobody).Get("/m/" + e.open.Slug + "/count.sse").Status },
		toggle.Create: func() int {
			return e.visitor(nobody).Post("/create", "title", "Rouvrons le cinéma", "addressee", "Mairie").Status
		},
	} {
		flip(name, "off")
		if got := try(); got != http.StatusServiceUnavailable {
			t.Errorf("%s is off: %d", name, got)
		}
		flip(name, "on")
		if name != toggle.Counters { // a stream does not end by itself
			if got := try(); got >= 400 {
				t.Errorf("%s is on: %d", name, got)
			}
		}
	}
	flip(toggle.Mail, "off")
	before := e.mailsTo("late@example.org")
	if a := e.visitor(nobody).Post("/m/"+e.open.Slug+"/sign", "given_name", "Grace", "family_name", "Late", "email", "late@example.org", "postal_code", "01000"); a.Status != http.StatusSeeOther {
		t.Fatalf("signing while mail is off: %d", a.Status)
	}
	if n := e.mailsTo("late@example.org"); n != before {
		t.Errorf("%d mails left", n-before)
	}
	if a := host.Get("/host"); a.Status != http.StatusOK || !strings.Contains(a.Body, "mobilisation.letter") {
		t.Errorf("the board does not show what waits: %d", a.Status)
	}
	for _, who := range []perm.Role{nobody, known, perm.RoleModerator, perm.RoleOrganiser} {
		if a := e.visitor(who).Post("/host/switch", "name", "signing", "to", "off"); a.Status == http.StatusSeeOther {
			t.Errorf("%s switches", who)
		}
	}
}
