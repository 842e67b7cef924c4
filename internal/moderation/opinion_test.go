package moderation_test

import (
	"net/http"
	"strings"
	"testing"

	"essaim/internal/moderation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/toggle"
)

var twoOfThem = []moderation.Person{{ID: moderator.ID, Email: "one@example.org", Name: "Maud"}, {ID: colleague.ID, Email: "two@example.org", Name: "Ali"}}

func TestAModeratorAsksForASecondOpinionAndGetsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.moderators = twoOfThem
		maud, ali := h.site.Enter(t, moderator), h.site.Enter(t, colleague)
		if a := ali.Post("/moderation/test.thing/a/opinion", "stance", "agree"); a.Status != http.StatusConflict {
			t.Errorf("nobody asked: %d", a.Status)
		}
		if a := maud.Post("/moderation/test.thing/a/opinion", "stance", "ask", "verdict", "reject", "note", "Je doute."); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if a := maud.Post("/moderation/test.thing/a/opinion", "stance", "agree"); a.Status != http.StatusConflict {
			t.Errorf("with oneself: %d", a.Status)
		}
		if a := ali.Get("/moderation"); !strings.Contains(a.Body, "Maud") || !strings.Contains(a.Body, "Je doute.") || !strings.Contains(a.Body, `value="agree"`) {
			t.Errorf("what the other sees:\n%s", a.Body)
		}
		if a := ali.Post("/moderation/test.thing/a/opinion", "stance", "disagree", "note", "Une ministre."); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if a := maud.Get("/moderation"); !strings.Contains(a.Body, "Ali") || !strings.Contains(a.Body, "Une ministre.") {
			t.Errorf("what comes back:\n%s", a.Body)
		}
		if strings.Contains(h.log(), "Je doute") {
			t.Error("a note stands in the log")
		}
		if err := h.Decide(t.Context(), "test.thing", module.Decision{ID: "a", Verdict: "publish", By: moderator}); err != nil {
			t.Fatal(err)
		}
		if a := ali.Get("/moderation"); strings.Contains(a.Body, "Je doute.") {
			t.Error("an opinion outlives the decision")
		}
		for _, wrong := range []moderation.Opinion{{Kind: "none", Subject: "a", Stance: "ask", Verdict: "reject"}, {Kind: "test.thing", Subject: "a", Stance: "ask", Verdict: "burn"}, {Kind: "test.thing", Subject: "a", Stance: "shout"}} {
			if err := h.Opine(t.Context(), wrong, moderator); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Malformed) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}

func TestARefusalNeedsTwoWhereTheHostWantsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.moderators = twoOfThem
		refuse := func() error {
			return h.Decide(t.Context(), "test.thing", module.Decision{ID: "a", Verdict: "reject", Article: "2", Reason: "Non.", By: moderator})
		}
		if err := h.Switches.Set(t.Context(), toggle.Alone, false, "host"); err != nil {
			t.Fatal(err)
		}
		if err := refuse(); !fault.Is(err, fault.Invalid) || len(h.asked) > 0 {
			t.Fatalf("one alone: %v", err)
		}
		if err := h.Opine(t.Context(), moderation.Opinion{Kind: "test.thing", Subject: "a", Stance: "ask", Verdict: "reject"}, moderator); err != nil {
			t.Fatal(err)
		}
		if err := refuse(); !fault.Is(err, fault.Invalid) {
			t.Fatalf("one who asked themselves: %v", err)
		}
		give := func(stance string) {
			if err := h.Opine(t.Context(), moderation.Opinion{Kind: "test.thing", Subject: "a", Stance: stance}, colleague); err != nil {
				t.Fatal(err)
			}
		}
		give("disagree")
		if err := refuse(); !fault.Is(err, fault.Invalid) {
			t.Fatalf("against the other: %v", err)
		}
		give("agree")
		if a := h.site.Enter(t, moderator).Get("/moderation"); !strings.Contains(a.Body, "favorables : 2") && !strings.Contains(a.Body, "favorables\u202f: 2") && !strings.Contains(a.Body, "favorables\u00a0: 2") {
			t.Errorf("the queue does not count:\n%s", a.Body)
		}
		if err := refuse(); err != nil {
			t.Fatal(err)
		}
		if err := refuse(); !fault.Is(err, fault.Invalid) {
			t.Errorf("an agreement serves once: %v", err)
		}
		h.moderators = twoOfThem[:1]
		if err := refuse(); err != nil || !strings.Contains(h.log(), "seule personne") {
			t.Errorf("who moderates alone: %v", err)
		}
	})
}
