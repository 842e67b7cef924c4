package demo

import (
	"time"

	"essaim/internal/mobilisation"
)

// Petitions are eight invented mobilisations, the oldest first. One is only in French, one only in English, one is closed, one is
// won; the newest of the large ones, which the home page features, is in both languages.
func Petitions() []Petition {
	all := []Petition{
		heating(), footpath(), manual(), hedges(), nightTrains(), maternity(), coach(), canteen(),
	}
	for i := range all {
		all[i].fill()
	}
	return all
}

const week = 7 * 24 * time.Hour

// goals are milestones whose words stand in the text files.
func goals(numbers ...int64) []mobilisation.Milestone {
	var steps []mobilisation.Milestone
	for _, n := range numbers {
		steps = append(steps, mobilisation.Milestone{Goal: n, Words: map[string]string{}})
	}
	return steps
}

func maternity() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "trente-minutes", Theme: "health", Lang: "fr", Motif: "maternite", Area: "country:FR", Milestones: goals(2_500, 5_000, 10_000),
		},
		Organisation: "trente-minutes", State: mobilisation.Published, Count: 4_812, Age: 7 * week, Abroad: 2,
	}
}

func nightTrains() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "trains-de-nuit", Theme: "transport", Lang: "fr", Motif: "rail", Area: "europe", Milestones: goals(1_000, 5_000, 20_000),
		},
		Organisation: "traverse", State: mobilisation.Published, Count: 3_276, Age: 8 * week, Abroad: 38,
	}
}

func hedges() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "haies-du-bocage", Theme: "environment", Lang: "fr", Motif: "haies", Area: "department:61", Milestones: goals(500, 1_500, 5_000),
		},
		Organisation: "haie-commune", State: mobilisation.Published, Count: 1_208, Age: 9 * week,
		Spread: []string{"61100", "61000", "61700", "61200", "61400", "61300", "61600"},
	}
}

func canteen() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "mercredi-a-table", Theme: "food", Lang: "fr", Motif: "cantine", Area: "commune:01344", Milestones: goals(100, 300, 600),
		},
		Organisation: "pas-de-porte", State: mobilisation.Published, Count: 214, Age: 4 * week, Spread: []string{"01000"},
	}
}

func coach() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "dernier-car", Theme: "transport", Lang: "fr", Motif: "place", Area: "commune:12145", Milestones: goals(250, 1_000, 2_000),
		},
		Organisation: "pas-de-porte", State: mobilisation.Published, Count: 643, Age: 6 * week, Abroad: 1,
		Spread: []string{"12100", "12100", "12100", "12000", "12400", "12200"},
	}
}

func manual() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "repair-manual", Theme: "environment", Lang: "en", Motif: "ruche", Area: "world", Milestones: goals(500, 1_000, 5_000),
		},
		Organisation: "mending-table", State: mobilisation.Published, Count: 877, Age: 10 * week, Abroad: 85,
	}
}

func footpath() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "sentier-de-la-sourdine", Theme: "environment", Lang: "fr", Motif: "riviere", Area: "department:87", Milestones: goals(500, 1_000, 1_500),
		},
		Organisation: "pas-de-porte", State: mobilisation.Closed, Count: 1_431, Age: 14 * week,
		Spread: []string{"87000", "87100", "87280"},
	}
}

func heating() Petition {
	return Petition{
		Plan: mobilisation.Plan{
			Slug: "chauffage-des-navettes", Theme: "housing", Lang: "fr", Motif: "loyers", Area: "commune:59512", Milestones: goals(250, 500, 1_000),
		},
		Organisation: "pas-de-porte", State: mobilisation.Victory, Count: 962, Age: 16 * week,
		Spread: []string{"59100", "59100", "59000", "59800"},
	}
}

// Proposed waits for moderators, so that a newcomer sees what they do.
func Proposed() mobilisation.Plan {
	return mobilisation.Plan{
		Slug: "bancs-a-l-ombre", Theme: "environment", Lang: "fr", Motif: "place", Area: "commune:12145", AuthorName: "Maïa Delprat", Milestones: goals(50, 200),
		Texts: []mobilisation.Text{{
			Lang: "fr", Title: "Des bancs à l’ombre le long du Tarn", Addressee: "Conseil municipal de Millau",
			Points: []string{
				"Deux kilomètres de berge, et trois bancs, tous en plein soleil.",
				"En juillet, les personnes âgées ne font plus la promenade.",
				"Nous demandons dix bancs sous les arbres avant l’été.",
			},
			Why: "Nous avons compté : entre le pont Lerouge et la plage, il y a onze platanes, et pas un banc dessous.",
		}},
	}
}
