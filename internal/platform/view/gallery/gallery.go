// Package gallery shows every component of package view on two pages: a list of parts, and a whole mobilisation.
//
// It serves those who draw (look at both themes and two widths before and after a change) and the tests (no style attribute,
// levels of titles, accessibility). Its organisations and people are invented, its words are French only: it is no page of the
// product, and no room imports it. Serve it with
//
//	go test ./internal/platform/view -run TestServe -serve localhost:8080 -timeout 0
package gallery

import (
	"context"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
)

// Pages lists the pages of the gallery by path.
func Pages() map[string]view.Component {
	return map[string]view.Component{
		"/":            parts(),
		"/m/ligne":     mobilisation(nil),
		"/m/ligne/422": mobilisation(mistakes()),
		"/merci":       thanks(),
		"/introuvable": notFound(),
		"/accueil":     home(),
		"/tableau":     board(),
	}
}

// Context returns what a page is drawn in: a site of three sections in two languages, read at path by actor.
func Context(ctx context.Context, locale *i18n.Locale, path string, actor perm.Actor) context.Context {
	ctx = i18n.With(ctx, locale)
	ctx = view.WithSite(ctx, site())
	return view.WithRequest(ctx, view.Request{Path: path, Lang: locale.Tag(), Actor: actor})
}

func site() *view.Site {
	return &view.Site{
		Name:      "Essaim",
		URL:       "https://essaim.example",
		Languages: []view.Language{{Tag: "fr", Name: "Français"}, {Tag: "en", Name: "English"}},
		Nav: []view.NavItem{
			{Label: "Composants", Path: "/", Icon: "megaphone"},
			{Label: "Mobilisation", Path: "/m/ligne", Icon: "signature"},
			{Label: "Accueil", Path: "/accueil", Icon: "house"},
		},
		Account: []view.NavItem{
			{Label: "Tableau de bord", Path: "/tableau", Icon: "activity"},
			{Label: "Réservé à l’hôte", Path: "/hote", Right: perm.Host},
		},
		Footer: []view.NavItem{
			{Label: "Accessibilité : partiellement conforme", Path: "/accessibilite", Short: true},
			{Label: "Données personnelles", Path: "/donnees", Short: true},
			{Label: "Mentions légales et charte", Path: "/mentions"},
			{Label: "Code source", Path: "https://essaim.example/source"},
		},
		Launch:  view.NavItem{Label: "Lancer une mobilisation", Path: "/lancer"},
		Search:  "/recherche",
		SignIn:  "/connexion",
		SignOut: "/deconnexion",
		Verify:  "/verifier",
		Demo:    true,
	}
}

func mistakes() view.Errors {
	return view.Errors{
		{Name: "email", Text: "Il manque une partie de l’adresse, par exemple « @exemple.fr »"},
		{Name: "postal_code", Text: "Le code postal compte cinq chiffres"},
	}
}

func valley() view.Teaser {
	return view.Teaser{
		Title: "Rouvrons la ligne du Val", Path: "/m/ligne", Image: view.Motif("rouvrons-la-ligne-du-val"), By: "Rail du Val · à 3 km",
		Gauge: &view.Measure{Count: 18432, Goal: 25000, Size: "sm"},
	}
}

func teasers() []view.Teaser {
	return []view.Teaser{
		valley(),
		{
			Title: "Replantons les haies du bocage", Path: "/m/haies", Image: view.Motif("haies"), By: "Haies vivantes · à 12 km", Lazy: true,
			Gauge: &view.Measure{Count: 2210, Goal: 5000, Size: "sm"},
		},
		{
			Title: "Une cantine publique et bio à Saint-Elme", Path: "/m/cantine", Image: view.Motif("cantine"), Lazy: true,
			By: "Parents d’élèves de Saint-Elme · à 18 km", Gauge: &view.Measure{Count: 641, Goal: 1000, Size: "sm"},
		},
	}
}

func featured() view.Teaser {
	return view.Teaser{
		Title: "Une maternité à moins de trente minutes de chez soi", Path: "/m/maternite", Image: view.Motif("maternite"),
		Tag:   "Dans toute la France",
		Text:  "Chaque fermeture allonge la route des naissances. Nous demandons un moratoire sur les fermetures et un plan de réouverture, département par département.",
		Gauge: &view.Measure{Count: 184302, Goal: 200000},
		Foot:  "Collectif Naître ici, avec 61 organisations.",
	}
}

func rows() []view.Row {
	return []view.Row{
		{
			Title: "Marche des rails, de Montfaye à Valbrune", Path: "/r/marche", Date: &view.Badge{Above: "sam.", Day: "28", Below: "mars"},
			Meta: []view.Meta{{Icon: "clock", Text: "10 h"}, {Icon: "map-pin", Text: "Gare de Montfaye, 6 km"}, {Icon: "users", Text: "147 inscriptions"}},
		},
		{Title: "Rouvrons la ligne du Val", Path: "/m/ligne", Image: view.Motif("ligne"), Text: "Rail du Val"},
		{Title: "La Région accepte de nous recevoir", Path: "/m/ligne", Name: "Usagers de la Lise", Meta: []view.Meta{{Text: "19 mars"}}},
	}
}

func milestones() []view.Milestone {
	return []view.Milestone{
		{State: view.Reached, Title: "10 000 signatures, atteint le 12 février", Text: "Courrier remis en mains propres au conseil régional."},
		{State: view.Next, Title: "25 000 signatures, en cours", Text: "Demande d’inscription à l’ordre du jour de l’assemblée régionale."},
		{State: view.Todo, Title: "50 000 signatures", Text: "Train citoyen : nous louons une rame et nous faisons le trajet."},
	}
}

func share() view.Share {
	return view.Share{
		URL: "https://essaim.example/m/ligne", Title: "Rouvrons la ligne du Val",
		Text: "Je viens de signer pour la réouverture de la ligne du Val. Tu signes aussi ?",
	}
}

// demand is what prose.Markdown would return for the text of a mobilisation.
const demand = `<p>Jusqu’en 2019, six allers-retours par jour reliaient Montfaye à Valbrune en trente-huit minutes. Il en faut aujourd’hui soixante-dix par la route, quand l’autocar passe.</p>
<p>La voie existe, les gares aussi. L’étude commandée par la Région chiffre la remise en service à 61 millions d’euros, moins que le contournement routier voté la même année.</p>
<h3>Nous demandons</h3>
<ul><li>l’inscription de la ligne au prochain contrat de plan ;</li><li>la reprise d’au moins huit allers-retours par jour ;</li><li>une place pour les usagers dans le comité de ligne.</li></ul>`
