package view_test

import (
	"context"
	"strings"
	"testing"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
)

// bare returns a context of a site that has nothing but a name.
func bare(t testing.TB, site view.Site, request view.Request) context.Context {
	t.Helper()
	locale, ok := catalogue(t).Locale(request.Lang)
	if !ok {
		locale, _ = catalogue(t).Locale("fr")
	}
	ctx := view.WithSite(i18n.With(t.Context(), locale), &site)
	return view.WithRequest(ctx, request)
}

func twoLanguages() view.Site {
	return view.Site{
		Name: "Essaim", URL: "https://essaim.example",
		Languages: []view.Language{{Tag: "fr", Name: "Français"}, {Tag: "en", Name: "English"}},
	}
}

func TestASiteWithoutSectionsHasNoDeadLink(t *testing.T) {
	page := draw(t, bare(t, view.Site{Name: "Essaim"}, view.Request{Path: "/", Lang: "fr"}), view.Layout(view.Page{Title: "Accueil"}))
	for _, n := range elements(t, page) {
		href, ok := attribute(n, "href")
		if n.Data == "a" && (!ok || href != "/" && href != "#contenu") {
			t.Errorf("link to %q", href)
		}
	}
	if strings.Contains(page, "Des copies existent") {
		t.Error("the footer speaks of copies that nobody can verify")
	}
}

func TestTheHeadSaysWhereThePageIsInEachLanguage(t *testing.T) {
	ctx := bare(t, twoLanguages(), view.Request{Path: "/m/val", Lang: "en"})
	page := draw(t, ctx, view.Layout(view.Page{Title: "The valley line", Description: "Sign."}))
	for _, want := range []string{
		`<html lang="en">`,
		`<title>The valley line — Essaim</title>`,
		`<link rel="canonical" href="https://essaim.example/en/m/val">`,
		`<link rel="alternate" hreflang="fr" href="https://essaim.example/m/val">`,
		`<link rel="alternate" hreflang="en" href="https://essaim.example/en/m/val">`,
		`<link rel="alternate" hreflang="x-default" href="https://essaim.example/m/val">`,
		`<meta property="og:title" content="The valley line">`,
		`<meta name="description" content="Sign.">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestAPrivatePageIsNotForSearchEngines(t *testing.T) {
	page := draw(t, bare(t, twoLanguages(), view.Request{Path: "/confirmer/secret", Lang: "fr"}), view.Layout(view.Page{Title: "Confirmer", NoIndex: true}))
	if !strings.Contains(page, `<meta name="robots" content="noindex">`) {
		t.Error("no robots")
	}
	if strings.Contains(page, "canonical") || strings.Contains(page, "og:") {
		t.Error("the address of a private page stands in its head")
	}
}

func TestTheTitleOfAFormComeBackBeginsWithTheError(t *testing.T) {
	page := draw(t, bare(t, twoLanguages(), view.Request{Path: "/m/val", Lang: "fr"}), view.Layout(view.Page{Title: "Rouvrons", Errors: true}))
	if want := "<title>Erreur\u00a0: Rouvrons — Essaim</title>"; !strings.Contains(page, want) {
		t.Errorf("no %s", want)
	}
}

func TestThePagesAfterSigningLeaveNothingToWanderTo(t *testing.T) {
	site := twoLanguages()
	site.Nav = []view.NavItem{{Label: "Mobilisations", Path: "/m"}}
	site.Footer = []view.NavItem{{Label: "Aide", Path: "/aide", Short: true}, {Label: "Presse", Path: "/presse"}}
	page := draw(t, bare(t, site, view.Request{Path: "/merci", Lang: "fr"}), view.Layout(view.Page{Title: "Merci", Funnel: true}))
	if strings.Contains(page, "<nav") || strings.Contains(page, "/presse") {
		t.Error("a menu or a long footer")
	}
	if !strings.Contains(page, `href="/aide"`) {
		t.Error("no help in the short footer")
	}
}

func TestTheMenuShowsWhatThePersonMayDo(t *testing.T) {
	site := twoLanguages()
	site.Account = []view.NavItem{{Label: "Modération", Path: "/moderation", Right: perm.Moderate}, {Label: "Compte", Path: "/compte"}}
	site.SignOut = "/sortir"
	organiser := perm.Actor{ID: "1", Name: "Maud Kerrien", Roles: []perm.Role{perm.RoleOrganiser}}
	page := draw(t, bare(t, site, view.Request{Path: "/", Lang: "fr", Actor: organiser}), view.Layout(view.Page{}))
	if strings.Contains(page, "/moderation") || !strings.Contains(page, "/compte") {
		t.Error("an organiser sees what a moderator may")
	}
	if !strings.Contains(page, `<form method="post" action="/sortir">`) {
		t.Error("signing out is not a POST")
	}
	if !strings.Contains(page, "Maud") || strings.Contains(page, "Kerrien") {
		t.Error("the menu bears more or less than the first name")
	}
}

func TestLinkKeepsTheLanguageOfThePage(t *testing.T) {
	english := bare(t, twoLanguages(), view.Request{Lang: "en"})
	first := bare(t, twoLanguages(), view.Request{Lang: "fr"})
	for path, want := range map[string][2]string{
		"/m/val":                {"/m/val", "/en/m/val"},
		"/":                     {"/", "/en/"},
		"#signer":               {"#signer", "#signer"},
		"https://other.example": {"https://other.example", "https://other.example"},
		"//other.example":       {"//other.example", "//other.example"},
		"mailto:a@example.org":  {"mailto:a@example.org", "mailto:a@example.org"},
		"/static/public.css":    {"/static/public.css", "/static/public.css"},
	} {
		if got := [2]string{view.Link(first, path), view.Link(english, path)}; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestAFailingComponentWritesNothing(t *testing.T) {
	var out strings.Builder
	ctx := bare(t, twoLanguages(), view.Request{Lang: "fr"})
	if err := view.Render(ctx, &out, view.Icon("no-such-drawing")); err == nil {
		t.Fatal("an unknown icon is drawn")
	}
	if out.Len() > 0 {
		t.Fatalf("half a page: %q", out.String())
	}
}

func TestWordsAreInEveryLanguage(t *testing.T) {
	if missing := catalogue(t).Missing(); len(missing) > 0 {
		t.Error("missing:", missing)
	}
	if uneven := catalogue(t).Uneven(); len(uneven) > 0 {
		t.Error("not the same placeholders:", uneven)
	}
}
