package organisation_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"essaim/internal/organisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
)

func TestAPageShowsWhoCarries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.create(rail(), "")
		if p.Slug != "rail-du-val" || p.Path() != "/organisation/rail-du-val" || p.LineIn("en") != "Association loi 1901, Valbrune" {
			t.Errorf("%q %q %q", p.Slug, p.Path(), p.LineIn("en"))
		}
		mustHold(t, h.site.Visitor(t).Get(p.Path()), http.StatusOK,
			"<h1>Rail du Val</h1>", `aria-hidden="true">RV</span>`, "Association loi 1901, Valbrune", "Nous défendons le retour du train.",
			"<strong>2019</strong>", `<h3>Histoire</h3>`, `href="https://rail.example" rel="me noopener"`, `href="mailto:contact@rail.example"`,
			"contact@rail.example", "Rien n'est en cours")
	})
}

func TestWhatIsMissingInALanguageIsSaid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.create(rail(), "")
		visitor := h.site.Visitor(t)
		mustHold(t, visitor.Get("/en"+p.Path()), http.StatusOK, "not translated here yet", "Français", `lang="fr"`, "Nous défendons")
		mustNotHold(t, visitor.Get(p.Path()), "pas encore traduit")
		change := organisation.Change{Name: p.Name, Emblem: p.Emblem, Links: p.Links, Text: organisation.Text{Lang: "en", Lede: "We defend trains."}}
		if err := h.room.Edit(t.Context(), p.ID, change); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(2 * time.Second)
		page := visitor.Get("/en" + p.Path())
		mustHold(t, page, http.StatusOK, "We defend trains.")
		mustNotHold(t, page, "not translated", "Nous défendons")
		if missing := h.get(p.ID).Missing([]string{"fr", "en", "br"}); len(missing) != 1 || missing[0] != "br" {
			t.Errorf("missing in %v", missing)
		}
	})
}

func TestAPageIsMadeOnceForAllAndAnewAfterAChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.create(rail(), "")
		visitor := h.site.Visitor(t)
		before := h.site.Pages.Renders()
		for range 20 {
			visitor.Get(p.Path())
			visitor.Get("/organisation")
		}
		if n := h.site.Pages.Renders() - before; n != 2 {
			t.Errorf("%d renders", n)
		}
		h.clock.Advance(2 * time.Second)
		change := organisation.Change{Name: "Train du Val", Emblem: p.Emblem, Links: p.Links, Text: p.Texts["fr"]}
		if err := h.room.Edit(t.Context(), p.ID, change); err != nil {
			t.Fatal(err)
		}
		mustHold(t, visitor.Get(p.Path()), http.StatusOK, "<h1>Train du Val</h1>")
		mustHold(t, visitor.Get("/organisation"), http.StatusOK, "Train du Val")
	})
}

func TestTheCachedPageKnowsNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		owner, actor := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		p := h.create(rail(), actor.ID)
		mustHold(t, owner.Get(p.Path()), http.StatusOK, "Modifier la page")
		mustNotHold(t, h.site.Visitor(t).Get(p.Path()), "Modifier la page")
		mustNotHold(t, h.site.Visitor(t).Get("/organisation"), "Créer une organisation")
		mustHold(t, owner.Get("/organisation"), http.StatusOK, "Créer une organisation")
	})
}

func TestOtherRoomsShowTheirPartsInOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.create(rail(), "")
		part := func(text string) func(context.Context, string) (view.Component, error) {
			return func(_ context.Context, subject string) (view.Component, error) {
				if subject != p.ID {
					return nil, errors.New("another subject")
				}
				return words(text), nil
			}
		}
		h.room.SetSlots(module.Slots{
			{Place: "organisation.page", Order: 20, Fill: part("SECOND")}, {Place: "organisation.page", Order: 10, Fill: part("FIRST")},
			{Place: "elsewhere", Fill: part("NOWHERE")},
		})
		page := h.site.Visitor(t).Get(p.Path())
		mustNotHold(t, page, "NOWHERE", "Rien n'est en cours")
		if first, second := strings.Index(page.Body, "FIRST"), strings.Index(page.Body, "SECOND"); first < 0 || second < first {
			t.Errorf("parts at %d and %d", first, second)
		}
	})
}

// words is the simplest component.
type words string

func (c words) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(c))
	return err
}

func TestTheListIsByNameAndLeafed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mustHold(t, h.site.Visitor(t).Get("/organisation"), http.StatusOK, "Aucune organisation")
		for _, name := range []string{"zèbre Vert", "Élan commun", "elan Brun", "Abeilles"} {
			plan := rail()
			plan.Name = name
			h.create(plan, "")
		}
		for i := range 60 {
			plan := rail()
			plan.Name = fmt.Sprintf("Milieu %02d", i)
			h.create(plan, "")
		}
		h.clock.Advance(2 * time.Second)
		page := h.site.Visitor(t).Get("/organisation")
		mustHold(t, page, http.StatusOK, "Association loi 1901", "/organisation?after=milieu-56")
		at := -1
		for _, name := range []string{"Abeilles", "elan Brun", "Élan commun", "Milieu 00", "Milieu 56"} {
			next := strings.Index(page.Body, ">"+name+"<")
			if next < at {
				t.Errorf("%s stands at %d, before its neighbour at %d", name, next, at)
			}
			at = next
		}
		rest := h.site.Visitor(t).Get("/organisation?after=milieu-56")
		mustHold(t, rest, http.StatusOK, "Milieu 57", "zèbre Vert")
		mustNotHold(t, rest, "Milieu 56", "after=")
		for _, after := range []string{"%00%ff", "nobody", "Abeilles"} {
			mustHold(t, h.site.Visitor(t).Get("/organisation?after="+after), http.StatusNotFound)
		}
	})
}

func TestUnknownOrganisationsAreNotFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, slug := range []string{"nobody", "Rail-du-Val", "a--b", "%00", "%ff", "..", strings.Repeat("a", 900), "' OR 1=1"} {
			a := h.site.Visitor(t).Get("/organisation/" + strings.ReplaceAll(slug, " ", "%20"))
			if a.Status != http.StatusNotFound && a.Location() == "" {
				t.Errorf("%q: %d", slug, a.Status)
			}
		}
		for _, id := range []string{"", "x", "\x00", strings.Repeat("0", 24)} {
			if _, err := h.room.Get(t.Context(), id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestEveryWordIsInBothLanguages(t *testing.T) {
	words, err := i18n.Load(organisation.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if missing, uneven := words.Missing(), words.Uneven(); len(missing) > 0 || len(uneven) > 0 {
		t.Errorf("missing %v, uneven %v", missing, uneven)
	}
}
