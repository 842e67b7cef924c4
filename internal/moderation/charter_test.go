package moderation_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"essaim/internal/moderation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
)

var host = perm.Actor{ID: "host", Roles: []perm.Role{perm.RoleHost}}

// inForce is the charter that stands.
func (h *house) inForce() moderation.Charter {
	h.t.Helper()
	c, err := h.Charter(h.t.Context(), 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// rewritten is the charter that stands with another text of article 3.
func (h *house) rewritten(text string) moderation.Charter {
	c := h.inForce()
	c.Articles[2] = moderation.Article{"fr": {Title: "Des sources", Text: text}, "en": {Title: "Sources", Text: text}}
	return c
}

func TestACharterStandsFromTheStartAndEachVersionIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.inForce()
		if first.Version != 1 || len(first.Articles) != 6 || first.Articles[5]["fr"].Title == "" || first.Articles[5]["en"].Text == "" {
			t.Fatalf("%+v", first)
		}
		next := h.rewritten("Tout a une source, *deux* au mieux.")
		next.Note = map[string]string{"fr": "Des sources, sans exception."}
		if c, err := h.Publish(t.Context(), next, host); err != nil || c.Version != 2 {
			t.Fatalf("%d, %v", c.Version, err)
		}
		if err := h.Module().Start(t.Context()); err != nil { // the next start of the program
			t.Fatal(err)
		}
		v := h.site.Visitor(t)
		if a := v.Get("/charter"); !strings.Contains(a.Body, "<em>deux</em>") || !strings.Contains(a.Body, "ersion 2") {
			t.Errorf("the charter in force:\n%s", a.Body)
		}
		if a := v.Get("/charter/2"); !strings.Contains(a.Body, "<ins>") || !strings.Contains(a.Body, "<del>") || !strings.Contains(a.Body, "sans exception") {
			t.Errorf("what changed:\n%s", a.Body)
		}
		if a := v.Get("/charter/1"); strings.Contains(a.Body, "deux") || !strings.Contains(a.Body, "Une autre version est en vigueur") {
			t.Errorf("the old version:\n%s", a.Body)
		}
		if a := v.Get("/charter/history"); !strings.Contains(a.Body, "/charter/1") || !strings.Contains(a.Body, "/charter/2") {
			t.Errorf("the history:\n%s", a.Body)
		}
		for _, path := range []string{"/charter/3", "/charter/0", "/charter/-1", "/charter/x", "/charter/99999999999999999999"} {
			if a := v.Get(path); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
	})
}

func TestARefusalCitesTheVersionOfItsDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		refuse := func() {
			if err := h.Decide(t.Context(), "test.thing", module.Decision{ID: "a", Verdict: "reject", Article: "3", Reason: "Sans source.", By: moderator}); err != nil {
				t.Fatal(err)
			}
		}
		refuse()
		if _, err := h.Publish(t.Context(), h.rewritten("Tout."), host); err != nil {
			t.Fatal(err)
		}
		refuse()
		page := h.log()
		if !strings.Contains(page, "3. Des faits que l’on peut vérifier (charte, version 1)") || !strings.Contains(page, "3. Des sources (charte, version 2)") {
			t.Errorf("the log:\n%s", page)
		}
		if h.asked[0].Charter != 1 || h.asked[1].Charter != 2 || h.asked[1].Entry == "" {
			t.Errorf("the room was told %+v", h.asked)
		}
	})
}

func TestACharterWithFlawsIsNotPublished(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		half := h.rewritten("Tout.")
		half.Articles[0] = moderation.Article{"fr": {Title: "Seul", Text: "Sans anglais."}}
		late := h.rewritten("Tout.")
		late.Version = 7
		for name, c := range map[string]moderation.Charter{
			"in one language": half, "of another version": late, "the same": h.inForce(), "empty": {Version: 1}, "endless": h.rewritten(strings.Repeat("a", 3001)),
		} {
			if _, err := h.Publish(t.Context(), c, host); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if c := h.inForce(); c.Version != 1 {
			t.Errorf("version %d stands", c.Version)
		}
	})
}

// form is a charter as the page sends it.
func form(c moderation.Charter, more ...string) []string {
	all := append([]string{"base", strconv.FormatInt(c.Version, 10)}, more...)
	for i, a := range c.Articles {
		for tag, w := range a {
			at := strconv.Itoa(i+1) + "_" + tag
			all = append(all, "title_"+at, w.Title, "text_"+at, w.Text)
		}
	}
	return all
}

func TestAHostLooksAtWhatChangesAndPublishes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.site.Enter(t, host)
		c := h.rewritten("Tout a une source.")
		a := v.Post("/moderation/charter", form(c, "act", "look", "drop_6", "1", "note_fr", "Plus court.")...)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "<ins>") || !strings.Contains(a.Body, `value="publish"`) || h.inForce().Version != 1 {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if a := v.Post("/moderation/charter", form(c, "act", "publish", "drop_6", "1", "note_fr", "Plus court.")...); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if c := h.inForce(); c.Version != 2 || len(c.Articles) != 5 || c.Note["fr"] != "Plus court." || c.By != "host" {
			t.Errorf("%+v", c)
		}
		a = v.Post("/moderation/charter", form(c, "act", "publish")...)
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Tout a une source.") || !strings.Contains(a.Body, "version 2") {
			t.Errorf("who comes late: %d\n%s", a.Status, a.Body)
		}
	})
}
