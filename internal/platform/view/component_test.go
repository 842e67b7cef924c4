package view_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
)

func TestAFieldThatComesBackKeepsItsAnswerAndSaysWhatToDo(t *testing.T) {
	field := draw(t, french(t, "/"), view.Field(view.Input{
		Name: "email", Label: "Adresse", Type: "email", Value: `a"b`, Hint: "Jamais affichée.", Error: "Il manque une partie.", Required: true, Max: 254, Autocomplete: "email",
	}))
	for _, want := range []string{
		`<label for="f-email">Adresse`, `value="a&#34;b"`, `aria-invalid="true"`, `aria-describedby="f-email-error f-email-hint"`,
		`class="field bad"`, `id="f-email-error"`, `id="f-email-hint"`, ` required`, `maxlength="254"`, `autocomplete="email"`, `spellcheck="false"`,
	} {
		if !strings.Contains(field, want) {
			t.Errorf("no %s in %s", want, field)
		}
	}
}

func TestASelectKeepsItsAnswer(t *testing.T) {
	field := draw(t, french(t, "/"), view.Field(view.Input{Name: "country", Label: "Pays", Value: "BE", Options: []view.Option{{"FR", "France"}, {"BE", "Belgique"}}}))
	if !strings.Contains(field, `<option value="BE" selected>Belgique`) || strings.Contains(field, `value="FR" selected`) {
		t.Error(field)
	}
}

func TestABoxIsUntickedUnlessThePersonTickedIt(t *testing.T) {
	if got := draw(t, french(t, "/"), view.Checkbox(view.Choice{Name: "letters", Label: "Recevoir"})); strings.Contains(got, "checked") {
		t.Error(got)
	}
	if got := draw(t, french(t, "/"), view.Checkbox(view.Choice{Name: "letters", Label: "Recevoir", Checked: true})); !strings.Contains(got, "checked") {
		t.Error(got)
	}
}

func TestErrorsComeFromTheFaultInTheWordsOfThePage(t *testing.T) {
	err := fmt.Errorf("sign: %w", fault.InvalidForm(fault.Field{Name: "email", Key: "view.menu"}, fault.Field{Name: "code", Key: "view.language", Args: []any{"language", "br"}}))
	all := view.ErrorsFrom(french(t, "/"), err)
	if got := all.For("email"); got != "Menu" {
		t.Errorf("email: %q", got)
	}
	if got := all.For("code"); got != "Langue\u00a0: br" {
		t.Errorf("code: %q", got)
	}
	if got := all.For("name"); got != "" {
		t.Errorf("name: %q", got)
	}
	if view.ErrorsFrom(french(t, "/"), errors.New("disk on fire")) != nil {
		t.Error("an unknown error has fields")
	}
	summary := draw(t, french(t, "/"), view.ErrorSummary(all))
	if !strings.Contains(summary, "2 réponses à corriger") || !strings.Contains(summary, `href="#f-email"`) {
		t.Error(summary)
	}
	if got := draw(t, french(t, "/"), view.ErrorSummary(nil)); got != "" {
		t.Errorf("a form without mistakes says %q", got)
	}
}

func TestAGaugeAlwaysWritesItsNumber(t *testing.T) {
	for _, c := range []struct {
		measure view.Measure
		want    []string
	}{
		{view.Measure{Count: 18432, Goal: 25000, Size: "big"}, []string{
			`<span class="num">18` + "\u202f" + `432</span> signatures vérifiées`, `value="18432" max="25000"`,
			"aria-label=\"Signatures\u00a0: 18\u202f432 sur 25\u202f000\"", "Encore 6\u202f568 avant le prochain palier",
		}},
		{view.Measure{Count: 1, Goal: 100}, []string{`<span class="num">1</span> signature vérifiée<`}},
		{view.Measure{Count: 0, Goal: 100}, []string{`<span class="num">0</span> signature vérifiée<`, `value="0" max="100"`}},
		{view.Measure{Count: 641, Goal: 1000, Size: "sm"}, []string{"<b>641</b> sur 1\u202f000"}},
		{view.Measure{Count: 120, Goal: 100}, []string{`value="120" max="120"`, "Palier atteint"}},
		{view.Measure{Count: 12}, []string{`<span class="num">12</span> signatures vérifiées`}},
		{view.Measure{Count: 12, Goal: 20, Note: "Remise au ministère"}, []string{"Remise au ministère"}},
	} {
		got := draw(t, french(t, "/"), view.Gauge(c.measure))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: no %q in %s", c.measure, want, got)
			}
		}
		if c.measure.Goal == 0 && strings.Contains(got, "<progress") {
			t.Errorf("a bar without a goal: %s", got)
		}
	}
}

func TestALiveGaugeCarriesThePluralsOfItsLanguage(t *testing.T) {
	got := draw(t, french(t, "/"), view.Gauge(view.Measure{Count: 2, Goal: 100, Live: view.Live{Stream: "/count", JSON: "/count.json"}}))
	for _, want := range []string{
		`data-count-url="/count"`, `data-count-json="/count.json"`, `data-one="{n} signature vérifiée"`, `data-other="{n} signatures vérifiées"`,
		"data-label=\"Signatures\u00a0: {n} sur {goal}\"", `data-other="Encore {n} avant le prochain palier"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestASentencePutsItsLinksWhereTheTranslationWantsThem(t *testing.T) {
	ctx := bare(t, twoLanguages(), view.Request{Lang: "en"})
	charter := []view.Part{{Name: "link", Path: "/charte"}, {Name: "b"}}
	for key, want := range map[string]string{
		// A message that nobody has is its own key: enough to see what becomes of its parts.
		"Read {link}the charter{/link}.": `Read <a href="/en/charte">the charter</a>.`,
		"{b}Read{/b} <it>":               `<b>Read</b> &lt;it&gt;`,
		"{link}never closed":             `{link}never closed`,
		"nothing":                        `nothing`,
	} {
		if got := draw(t, ctx, view.Sentence(key, charter)); got != want {
			t.Errorf("%s: %s", key, got)
		}
	}
	hostile := []view.Part{{Name: "link", Path: `javascript:alert("1")`}}
	if got := draw(t, ctx, view.Sentence("{link}x{/link}", hostile)); strings.Contains(got, "javascript") {
		t.Error(got)
	}
}

func TestShareLinksSayTheSameToEveryone(t *testing.T) {
	got := draw(t, french(t, "/"), view.ShareLinks(view.Share{URL: "https://essaim.example/m/val", Title: "La ligne & le Val", Text: "Tu signes ?"}))
	for _, want := range []string{
		`href="sms:?&amp;body=Tu%20signes%20%3F%20https%3A%2F%2Fessaim.example%2Fm%2Fval"`,
		`href="mailto:?subject=La%20ligne%20%26%20le%20Val&amp;body=`,
		`href="https://share.joinmastodon.org/#text=`,
		`essaim.example/m/val</span>`,
		`data-copy="https://essaim.example/m/val"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestAMotifSuitsItsSlugAndNeverChanges(t *testing.T) {
	for slug, want := range map[string]string{
		"rouvrons-la-ligne-du-val": "rail", "replantons-les-haies": "haies", "une-maternite-a-trente-minutes": "maternite", "save-our-rivers": "riviere",
	} {
		if got := view.Motif(slug); got != view.Asset("motif/"+want+".svg") {
			t.Errorf("%s: %s", slug, got)
		}
	}
	seen := map[string]bool{}
	for i := range 60 {
		slug := fmt.Sprintf("une-cause-%d", i)
		poster := view.Motif(slug)
		if again := view.Motif(slug); again != poster {
			t.Fatal("two posters for one slug")
		}
		seen[poster] = true
	}
	if len(seen) < 3 {
		t.Errorf("sixty causes share %d posters", len(seen))
	}
	if view.Motif("") == "" {
		t.Error("no poster without a slug")
	}
}

func TestAnEmblemBearsTheInitialsOfAName(t *testing.T) {
	for name, want := range map[string]string{
		"Rail du Val": "RV", "Usagers de la Lise": "UL", "Haute-Lise à vélo": "HL", "Collectif pour l’hôpital": "CH", "éléphants": "É", "": "", "🐝 2 ruches": "2R",
	} {
		if got := draw(t, french(t, "/"), view.Emblem(name, "")); !strings.Contains(got, `aria-hidden="true">`+want+`</span>`) {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestAnErrorPageSearchesTheWordsOfTheAddress(t *testing.T) {
	site := twoLanguages()
	site.Search = "/recherche"
	request := view.Request{Path: "/m/marche-rail_2026", Lang: "fr", Actor: perm.Actor{}}
	got := draw(t, bare(t, site, request), view.ErrorPage(view.Failure{Status: 404, Title: "Cette page n’est pas ici.", Text: "Rien n’est perdu."}))
	if !strings.Contains(got, `value="marche rail 2026"`) {
		t.Error("the search field is not filled in")
	}
	site.Search = ""
	if got := draw(t, bare(t, site, request), view.ErrorPage(view.Failure{Status: 404, Title: "Non"})); strings.Contains(got, `role="search"`) {
		t.Error("a search that does not exist")
	}
}

func TestOneTabIsCurrentAndItIsTheNearest(t *testing.T) {
	sections := []view.NavItem{{Label: "Vue", Path: "/m/val/team"}, {Label: "Textes", Path: "/m/val/team/text"}}
	for path, want := range map[string]string{
		"/m/val/team": `<a href="/m/val/team" aria-current="page">`, "/m/val/team/text": `<a href="/m/val/team/text" aria-current="page">`,
		"/m/val/team/text/drop": `<a href="/m/val/team/text" aria-current="true">`, "/m/val/team/news": `<a href="/m/val/team" aria-current="true">`,
	} {
		got := draw(t, french(t, path), view.Tabs("Rubriques", sections...))
		if !strings.Contains(got, want) || strings.Count(got, "aria-current") != 1 {
			t.Errorf("%s:\n%s", path, got)
		}
	}
}
