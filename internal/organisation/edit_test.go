package organisation_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"essaim/internal/organisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
)

func TestAnOrganiserCreatesAndOwns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, actor := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		mustHold(t, v.Get("/organisation/new"), http.StatusOK, "Créer une organisation", "link_url_1")
		a := v.Post("/organisation/new", "name", " Rail  du Val ", "colour", "leaf", "line", "Association", "lede", "Nous défendons le train.",
			"about", "Bonjour", "link_label_3", "", "link_url_3", "rail.example")
		if a.Location() != "/organisation/rail-du-val" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		p, err := h.room.BySlug(t.Context(), "rail-du-val")
		if err != nil || p.Name != "Rail du Val" || p.Emblem != (organisation.Emblem{Letters: "RV", Colour: organisation.Leaf}) || p.Lang != "fr" {
			t.Errorf("%+v, %v", p, err)
		}
		if len(p.Links) != 1 || p.Links[0] != (organisation.Link{Label: "rail.example", URL: "https://rail.example"}) {
			t.Errorf("links %v", p.Links)
		}
		if !h.room.Can(t.Context(), actor, organisation.Own, p.ID) {
			t.Error("who creates does not own")
		}
	})
}

func TestAFormComesBackWithEveryAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, actor := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		p := h.create(rail(), actor.ID)
		for _, path := range []string{"/organisation/new", p.Path() + "/edit"} {
			a := v.Post(path, "name", "!!!", "slug", "Pas Bon", "letters", "R V", "colour", "pink", "lang", "fr", "version", "1",
				"line", strings.Repeat("l", 101), "lede", "", "about", "gardez-moi", "link_label_0", "piège", "link_url_0", "javascript:alert(1)",
				"link_label_1", "bon", "link_url_1", "https://bon.example")
			mustHold(t, a, http.StatusUnprocessableEntity, "<title>Erreur", `value="!!!"`, `value="R V"`, `value="`+strings.Repeat("l", 101)+`"`,
				">gardez-moi</textarea>", `value="piège"`, `value="javascript:alert(1)"`, `value="https://bon.example"`,
				`href="#f-name"`, `href="#f-letters"`, `href="#f-colour"`, `href="#f-line"`, `href="#f-lede"`, `href="#f-link_url_0"`)
			mustNotHold(t, a, `href="javascript`, `href="#f-link_url_1"`)
			at := -1
			for _, name := range []string{"name", "letters", "colour", "line", "lede", "link_url_0"} { // as they stand in the form
				next := strings.Index(a.Body, `href="#f-`+name+`"`)
				if next < at {
					t.Errorf("the summary names %s too early", name)
				}
				at = next
			}
		}
		mustHold(t, v.Post("/organisation/new", "name", "!!!", "slug", "Pas Bon"), http.StatusUnprocessableEntity, `value="Pas Bon"`, `href="#f-slug"`)
	})
}

func TestReservedAndTakenSlugsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.create(rail(), "")
		for slug, word := range map[string]string{
			"": "rail-du-val", "rail-du-val": "rail-du-val", "new": "new", "edit": "edit", "en": "en", "api": "api", "-a": "-a", "a--b": "a--b", "é": "é",
			strings.Repeat("a", 61): "aaa",
		} {
			plan := rail()
			plan.Slug = slug
			if _, err := h.room.Create(t.Context(), plan, ""); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "organisation.slug_") {
				t.Errorf("%q (%s): %v", slug, word, err)
			}
		}
		plan := rail()
		plan.Name = "New" // a name that makes a reserved slug
		if _, err := h.room.Create(t.Context(), plan, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
	})
}

func TestTwoWhoTakeOneSlugAtOnceAreOneAndOneRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var made, refused int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := h.room.Create(t.Context(), rail(), "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					made++
				case fault.Is(err, fault.Invalid):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made != 1 || refused != 19 {
			t.Errorf("%d made, %d refused", made, refused)
		}
	})
}

func TestEverySaveKeepsTheVersionBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, actor := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		p := h.create(rail(), actor.ID)
		edit := p.Path() + "/edit"
		mustHold(t, v.Get(edit), http.StatusOK, `name="version" value="1"`, "Nous défendons le retour du train.", "à traduire", `value="mailto:contact@rail.example"`)
		for _, want := range []struct{ version, lede string }{{"1", "Deuxième."}, {"2", "Troisième."}} {
			a := v.Post(edit, "name", "Rail du Val", "colour", "petrol", "lang", "fr", "version", want.version, "lede", want.lede)
			if a.Location() != p.Path() {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
		}
		mustHold(t, v.Post(edit, "name", "Rail", "colour", "poppy", "lang", "fr", "version", "3", "lede", "Troisième."), http.StatusSeeOther)
		now := h.get(p.ID)
		if now.Texts["fr"].Version != 3 || now.Texts["fr"].Lede != "Troisième." || now.Name != "Rail" || len(now.Links) != 0 {
			t.Errorf("%+v", now)
		}
		var versions int
		if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM organisation_text WHERE profile_id = $1`, p.ID).Scan(&versions); err != nil || versions != 3 {
			t.Errorf("%d versions, %v", versions, err)
		}
	})
}

func TestWhoSavesOverSomebodyElseSeesTheirWordsFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, actor := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		p := h.create(rail(), actor.ID)
		edit := p.Path() + "/edit"
		mine := []string{"name", "Rail du Val", "colour", "petrol", "lang", "fr", "lede", "MINE", "about", "kept", "version"}
		theirs := organisation.Change{Name: p.Name, Emblem: p.Emblem, Text: organisation.Text{Lang: "fr", Version: 1, Lede: "THEIRS"}}
		if err := h.room.Edit(t.Context(), p.ID, theirs); err != nil {
			t.Fatal(err)
		}
		mustHold(t, v.Post(edit, append(mine, "1")...), http.StatusConflict, "pendant que vous écriviez", "THEIRS", ">MINE</textarea>", ">kept</textarea>", `name="version" value="2"`)
		if now := h.get(p.ID).Texts["fr"]; now.Lede != "THEIRS" || now.Version != 2 {
			t.Fatalf("%+v", now)
		}
		mustHold(t, v.Post(edit, append(mine, "2")...), http.StatusSeeOther)
		if now := h.get(p.ID).Texts["fr"]; now.Lede != "MINE" || now.Version != 3 {
			t.Errorf("%+v", now)
		}
		if err := h.room.Edit(t.Context(), p.ID, theirs); !fault.Is(err, fault.Conflict) {
			t.Errorf("an old version was saved: %v", err)
		}
	})
}

func TestManyWhoSaveAtOnceMakeOneVersionAndConflicts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.create(rail(), "")
		var saved int
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				text := organisation.Text{Lang: "fr", Version: 1, Lede: strings.Repeat("x", i+1)}
				err := h.room.Edit(t.Context(), p.ID, organisation.Change{Name: p.Name, Emblem: p.Emblem, Text: text})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					saved++
				} else if !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if saved != 1 || h.get(p.ID).Texts["fr"].Version != 2 {
			t.Errorf("%d saved, version %d", saved, h.get(p.ID).Texts["fr"].Version)
		}
	})
}

func TestATranslationMayBeTakenBackAndTheOriginalMayNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.create(rail(), "")
		save := func(text organisation.Text) error {
			return h.room.Edit(t.Context(), p.ID, organisation.Change{Name: p.Name, Emblem: p.Emblem, Text: text})
		}
		if err := save(organisation.Text{Lang: "en", Lede: "Trains"}); err != nil {
			t.Fatal(err)
		}
		if err := save(organisation.Text{Lang: "en", Version: 1}); err != nil {
			t.Fatal(err)
		}
		if text, ok := h.get(p.ID).TextIn("en"); ok || text.Lang != "fr" {
			t.Errorf("%+v", text)
		}
		if err := save(organisation.Text{Lang: "fr", Version: 1}); !fault.Is(err, fault.Invalid) {
			t.Errorf("the original was emptied: %v", err)
		}
		if err := save(organisation.Text{Lang: "xx", Lede: "Trains"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("an unknown language: %v", err)
		}
	})
}
