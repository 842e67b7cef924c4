package demo

import (
	"essaim/internal/front"
	"essaim/internal/organisation"
)

// Organisations are the five that carry the petitions.
func Organisations() []organisation.Plan {
	all := []organisation.Plan{
		{Slug: "trente-minutes", Name: "Les Trente Minutes", Emblem: organisation.Emblem{Letters: "30", Colour: organisation.Poppy}},
		{Slug: "traverse", Name: "Traverse", Emblem: organisation.Emblem{Letters: "T", Colour: organisation.Petrol}},
		{Slug: "haie-commune", Name: "La Haie commune", Emblem: organisation.Emblem{Letters: "HC", Colour: organisation.Leaf}},
		{Slug: "pas-de-porte", Name: "Pas-de-Porte", Emblem: organisation.Emblem{Letters: "PP", Colour: organisation.Honey}},
		{Slug: "mending-table", Name: "The Mending Table", Emblem: organisation.Emblem{Letters: "MT", Colour: organisation.Petrol}},
	}
	for i := range all {
		for _, lang := range languages() {
			words, ok := read("organisation", all[i].Slug, lang)
			if !ok {
				continue
			}
			all[i].Texts = append(all[i].Texts, organisation.Text{
				Lang: lang, Line: words.one("line"), Lede: words.one("lede"), About: words.one("about"),
			})
		}
		all[i].Links = []organisation.Link{
			{URL: "https://example.org/" + all[i].Slug}, {URL: "mailto:" + all[i].Slug + "@example.org"},
		}
	}
	return all
}

// Notice says who would publish the site.
func Notice() front.Notice {
	return front.Notice{
		Publisher: "Les Ruches de démonstration, association inventée", Address: "1 rue de l’Exemple, 01000 Bourg-en-Bresse", Email: "bonjour@example.org",
		Director: "Maud Exemple", Hosting: "Cette machine, tant que la démonstration tourne",
	}
}
