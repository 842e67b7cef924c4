package places_test

import (
	"slices"
	"testing"

	"essaim/internal/platform/places"
)

func TestACodeSharedByCommunesGivesAllOfThemLargestFirst(t *testing.T) {
	for name, p := range both(t) {
		postal, ok := p.PostalCode("FR", "01000")
		if !ok || len(postal.Communes) != 2 || postal.Communes[0].Name != "Bourg-en-Bresse" || postal.Communes[1].Name != "Saint-Denis-lès-Bourg" {
			t.Fatalf("%s: %+v", name, postal)
		}
		if !slices.Equal(postal.Constituencies, []string{"01-01", "01-04"}) {
			t.Errorf("%s: constituencies %v", name, postal.Constituencies)
		}
		main, ok := postal.Main()
		if !ok || main.Code != "01053" || postal.Key != "01053" || postal.Name != main.Name || postal.Department != "01" || postal.Region != "84" {
			t.Errorf("%s: counted for %q, %+v", name, postal.Key, main)
		}
	}
}

func TestACityGivesAllItsConstituencies(t *testing.T) {
	for name, p := range both(t) {
		postal, ok := p.PostalCode("FR", "67000")
		if !ok || !slices.Equal(postal.Constituencies, []string{"67-01", "67-02", "67-03"}) || postal.Key != "67482" {
			t.Errorf("%s: %+v", name, postal)
		}
		if main, _ := postal.Main(); !main.Split || !slices.Equal(main.PostalCodes, []string{"67000", "67100", "67200"}) {
			t.Errorf("%s: %+v", name, main)
		}
	}
}

func TestParisIsCountedByArrondissement(t *testing.T) {
	for name, p := range both(t) {
		postal, ok := p.PostalCode("FR", "75011")
		if !ok || postal.Key != "75111" || postal.Name != "Paris 11e Arrondissement" || !slices.Equal(postal.Constituencies, []string{"75-06", "75-07"}) {
			t.Fatalf("%s: %+v", name, postal)
		}
		main, _ := postal.Main()
		if !main.Arrondissement || main.Parent != "75056" {
			t.Errorf("%s: %+v", name, main)
		}
		if paris, ok := p.Commune(main.Parent); !ok || paris.Name != "Paris" || paris.Arrondissement || paris.Parent != "" {
			t.Errorf("%s: %+v", name, paris)
		}
	}
}

func TestCorsicaAndOverseas(t *testing.T) {
	for name, p := range both(t) {
		for code, want := range map[string][3]string{ // department, region, key
			"20000": {"2A", "94", "2A004"}, "20200": {"2B", "94", "2B033"}, "97400": {"974", "04", "97411"},
			"97110": {"971", "01", "97120"}, "98800": {"988", "", "98818"}, "97600": {"976", "06", "97611"},
		} {
			postal, ok := p.PostalCode("FR", code)
			if !ok || [3]string{postal.Department, postal.Region, postal.Key} != want || !postal.Point.Known() {
				t.Errorf("%s: %s: %+v", name, code, postal)
			}
		}
		if postal, ok := p.PostalCode("RE", "97400"); !ok || postal.Country != "FR" || postal.Key != "97411" {
			t.Errorf("%s: Réunion as a country: %+v", name, postal)
		}
	}
}

func TestCodesAbroad(t *testing.T) {
	for name, p := range both(t) {
		for _, c := range []struct{ country, typed, code, key, place, constituency string }{
			{"BE", "B-1000", "1000", "BE-1000", "Bruxelles", "099-04"},
			{"CH", "ch 8001", "8001", "CH-8001", "Zürich", "099-06"},
			{"DE", "D-10115", "10115", "DE-10115", "Berlin", "099-07"},
			{"NL", "1011aa", "1011 AA", "NL-1011", "Amsterdam", "099-04"},
			{"NL", "1011", "1011", "NL-1011", "Amsterdam", "099-04"},
			{"PT", "1000001", "1000-001", "PT-1000", "Lisboa", "099-05"},
			{"LU", "L-1111", "1111", "LU-1111", "Luxembourg", "099-04"},
			{"ES", "08001", "08001", "ES-08001", "Barcelona", "099-05"},
			{"GB", "sw1a1aa", "SW1A 1AA", "GB", "", "099-03"},
			{"GB", "M1", "M1", "GB", "", "099-03"},
			{"DE", "00000", "00000", "DE", "", "099-07"}, // well written, in no table: not a place of its own
			{"MA", "20 000", "20 000", "MA", "", "099-09"},
			{"SN", "", "", "SN", "", "099-09"},
		} {
			postal, ok := p.PostalCode(c.country, c.typed)
			if !ok || postal.Code != c.code || postal.Key != c.key || postal.Name != c.place || !slices.Equal(postal.Constituencies, []string{c.constituency}) {
				t.Errorf("%s: %+v gave %+v", name, c, postal)
			}
			if postal.Point.Known() != (c.place != "") || postal.Country != c.country {
				t.Errorf("%s: %+v gave %+v", name, c, postal)
			}
			if place, ok := p.Place(postal.Key, "en"); !ok || c.place != "" && place.Name != c.place || place.Country != c.country {
				t.Errorf("%s: the place %s: %+v", name, postal.Key, place)
			}
		}
	}
}

func TestPlacesAreNamedInBothLanguages(t *testing.T) {
	p := sample(t)
	for key, want := range map[string][2]string{
		"67482": {"Strasbourg", "Strasbourg"}, "FR-988": {"Nouvelle-Calédonie", "New Caledonia"}, "DE": {"Allemagne", "Germany"},
		"JP": {"Japon", "Japan"}, "BE-4000": {"Liège", "Liège"},
	} {
		fr, ok := p.Place(key, "fr")
		en, _ := p.Place(key, "en")
		if !ok || fr.Name != want[0] || en.Name != want[1] || fr.Key != key {
			t.Errorf("%s: %+v, %+v", key, fr, en)
		}
	}
	for _, key := range []string{"", "-", "FR-", "FR-99", "ZZ", "ZZ-1000", "BE-9999", "BE-", "99999", "fr-67", "RE", "67482 ", "MA-20000"} {
		if place, ok := p.Place(key, "fr"); ok {
			t.Errorf("%q is a place: %+v", key, place)
		}
	}
	if bretagne, ok := p.Region("53"); !ok || bretagne.In("fr") != "Bretagne" || bretagne.In("en") != "Brittany" {
		t.Errorf("%+v", bretagne)
	}
}

func TestCountriesStandInTheOrderOfTheirNames(t *testing.T) {
	p := sample(t)
	for lang, want := range map[string][]string{
		"fr": {"Afghanistan", "Afrique du Sud", "Équateur", "Érythrée", "Espagne", "États-Unis", "Éthiopie", "Zimbabwe"},
		"en": {"Afghanistan", "Ecuador", "Germany", "South Africa", "Zimbabwe"},
	} {
		var names []string
		for _, country := range p.Countries(lang) {
			if country.In(lang) == "" {
				t.Errorf("%s has no name in %s", country.Code, lang)
			}
			names = append(names, country.In(lang))
		}
		at := 0
		for _, name := range names {
			if at < len(want) && name == want[at] {
				at++
			}
		}
		if at < len(want) || len(names) < 230 {
			t.Errorf("%s: %d names, %q out of order", lang, len(names), want[min(at, len(want)-1)])
		}
	}
	if germany, ok := p.Country("de"); !ok || !germany.Union || germany.Seats != 96 || germany.Local != "Deutschland" || germany.Constituency != "099-07" {
		t.Errorf("%+v", germany)
	}
}

func TestConstituenciesAreFoundByID(t *testing.T) {
	for name, p := range both(t) {
		if c, ok := p.Constituency("2A-02"); !ok || c.Department != "2A" || c.Number != 2 || !slices.Contains(c.Towns, "Ajaccio") {
			t.Errorf("%s: %+v", name, c)
		}
		if c, ok := p.Constituency("099-11"); !ok || c.Department != "" || c.Point.Known() {
			t.Errorf("%s: %+v", name, c)
		}
		if _, ok := p.Constituency("67-99"); ok {
			t.Errorf("%s: there is no 67-99", name)
		}
	}
}

// both returns the sample, and the whole set where it is at hand.
func both(t *testing.T) map[string]*places.Places {
	sets := map[string]*places.Places{"sample": sample(t)}
	if p := wholeOrNil(t); p != nil {
		sets["whole"] = p
	}
	return sets
}
