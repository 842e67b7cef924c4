package moderation_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/moderation"
	"essaim/internal/platform/fault"
)

func TestATextIsKeptTakenWithoutAScriptEditedAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.site.Enter(t, moderator)
		if a := v.Post("/moderation/saved", "title", "Source", "lang", "fr", "text", " "); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `value="Source"`) {
			t.Errorf("without a text: %d\n%s", a.Status, a.Body)
		}
		if a := v.Post("/moderation/saved", "title", "Source", "lang", "fr", "text", "Une source, svp.", "kinds", "test.thing"); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		var savedID string
		if err := h.db.QueryRow(t.Context(), `SELECT id FROM moderation_saved`).Scan(&savedID); err != nil {
			t.Fatal(err)
		}
		if a := v.Get("/moderation"); !strings.Contains(a.Body, "FR · Source") {
			t.Errorf("the queue does not offer it:\n%s", a.Body)
		}
		for typed, want := range map[string]string{"": ">Une source, svp.<", "Bonjour.": ">Bonjour.\n\nUne source, svp.<", "Une source, svp. Merci.": ">Une source, svp. Merci.<"} {
			a := v.Post("/moderation/test.thing/a", "fill", "1", "saved", savedID, "reason", typed, "article", "2")
			if a.Status != http.StatusOK || !strings.Contains(a.Body, want) || !regexp.MustCompile(`value="2" selected`).MatchString(a.Body) || len(h.asked) > 0 {
				t.Errorf("%q: %d\n%s", typed, a.Status, a.Body)
			}
		}
		if a := v.Post("/moderation/saved", "id", savedID, "title", "Source", "lang", "en", "text", "A source, please."); a.Status != http.StatusSeeOther {
			t.Errorf("edited: %d", a.Status)
		}
		if a := v.Get("/moderation/saved/" + savedID); !strings.Contains(a.Body, "A source, please.") {
			t.Errorf("edited:\n%s", a.Body)
		}
		v.Post("/moderation/saved/" + savedID + "/remove")
		if a := v.Get("/moderation/saved/" + savedID); a.Status != http.StatusNotFound {
			t.Errorf("removed: %d", a.Status)
		}
		if a := v.Post("/moderation/test.thing/a", "fill", "1", "saved", savedID, "reason", "Bonjour."); a.Status != http.StatusNotFound {
			t.Errorf("taken after it was removed: %d", a.Status)
		}
		if err := h.Keep(t.Context(), moderation.Saved{ID: savedID, Title: "x", Lang: "fr", Text: "x"}, moderator); !fault.Is(err, fault.NotFound) {
			t.Errorf("edited after it was removed: %v", err)
		}
		if err := h.Keep(t.Context(), moderation.Saved{Title: "x", Lang: "tlh", Text: "x", Kinds: []string{"none"}}, moderator); !fault.Is(err, fault.Invalid) {
			t.Errorf("in Klingon: %v", err)
		}
	})
}
