package places_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"essaim/internal/platform/places"
)

func TestSearchForgivesSpelling(t *testing.T) {
	p := sample(t)
	for query, want := range map[string]string{
		"strasbourg": "Strasbourg", "STRASBOURG": "Strasbourg", "stras": "Strasbourg", "saint-etienne": "Saint-Étienne",
		"st etienne": "Saint-Étienne", "St.-Étienne": "Saint-Étienne", "saint etienne": "Saint-Étienne", "besancon": "Besançon",
		"bourg en bresse": "Bourg-en-Bresse", "bresse": "Bourg-en-Bresse", "bresse bourg": "Bourg-en-Bresse", "havre": "Le Havre",
		"le havre": "Le Havre", "pitre": "Pointe-à-Pitre", "saint-nazaire ": "Saint-Nazaire", "St-Denis 974": "Saint-Denis",
		"67000": "Strasbourg", "67000 Strasbourg": "Strasbourg", "2a ajac": "Ajaccio", "ajaccio 2A": "Ajaccio", "ｌｉｌｌｅ": "Lille",
		"st": "Strasbourg", "saint denis les bourg": "Saint-Denis-lès-Bourg", "denis bourg": "Saint-Denis-lès-Bourg",
	} {
		found := p.Search(query, 5)
		if len(found) == 0 || found[0].Name != want {
			t.Errorf("%q: %v", query, names(found))
		}
	}
	for _, query := range []string{"", " ", "-", "xyzzy", "\xff", "denis 75", "trasbourg", "99999", "\n", "strasbourg\nlyon", strings.Repeat("a ", 200)} {
		if found := p.Search(query, 5); len(found) > 0 {
			t.Errorf("%q: %v", query, names(found))
		}
	}
}

func TestSearchCostsTheSameWhateverIsAsked(t *testing.T) {
	if found := names(sample(t).Search("denis a e bourg i o u", 5)); !slices.Equal(found, []string{"Saint-Denis-lès-Bourg"}) {
		t.Errorf("single letters: %v", found)
	}
	if found := names(sample(t).Search("denis denis denis denis denis denis bourg bourg", 5)); !slices.Equal(found, []string{"Saint-Denis-lès-Bourg"}) {
		t.Errorf("the same words over and over: %v", found)
	}
	const six = "cordiers linotte sorans roche les sur"
	if found := names(whole(t).Search(six+" xx yy", 5)); !slices.Equal(found, []string{"Roche-sur-Linotte-et-Sorans-les-Cordiers"}) {
		t.Errorf("beyond six words: %v", found)
	}
	if found := whole(t).Search("cordiers linotte sorans roche xx", 5); len(found) > 0 {
		t.Errorf("a fifth word was passed over: %v", names(found))
	}
}

func TestSearchPutsTheNameItselfFirstThenTheMostPopulous(t *testing.T) {
	p := sample(t)
	if found := names(p.Search("saint-denis", 10)); !slices.Equal(found, []string{"Saint-Denis", "Saint-Denis", "Saint-Denis-lès-Bourg"}) {
		t.Errorf("%v", found)
	}
	if found := names(p.Search("paris", 3)); !slices.Equal(found, []string{"Paris", "Paris 20e Arrondissement", "Paris 18e Arrondissement"}) {
		t.Errorf("%v", found)
	}
	if found := names(p.Search("st", 20)); !slices.Contains(found, "Strasbourg") || !slices.Contains(found, "Saint-Pierre") {
		t.Errorf("st, still being typed: %v", found)
	}
	if found := names(p.Search("bour", 10)); !slices.Equal(found, []string{"Bourges", "Bourg-en-Bresse", "Saint-Denis-lès-Bourg"}) {
		t.Errorf("%v", found)
	}
	if found := names(p.Search("01000", 10)); !slices.Equal(found, []string{"Bourg-en-Bresse", "Saint-Denis-lès-Bourg"}) {
		t.Errorf("%v", found)
	}
	if found := p.Search("saint", 2); len(found) != 2 {
		t.Errorf("%v", names(found))
	}
	if found := p.Search("saint", 0); found != nil {
		t.Errorf("%v", names(found))
	}
}

func TestEveryCommuneIsFoundByItsName(t *testing.T) {
	p := whole(t)
	at := 0
	for commune := range p.Communes() {
		if at++; at%40 != 0 {
			continue // all of them pass, in twenty seconds
		}
		if !slices.ContainsFunc(p.Search(commune.Name+" "+commune.Department, 20), func(found places.Commune) bool { return found.Code == commune.Code }) {
			t.Errorf("%+v", commune)
		}
	}
	if found := p.Search("y", 3); len(found) == 0 || found[0].Name != "Y" {
		t.Errorf("the village of one letter: %v", names(found))
	}
}

func TestDistanceFollowsTheGlobe(t *testing.T) {
	paris, strasbourg := places.Point{Lat: 48.8566, Lon: 2.3522}, places.Point{Lat: 48.5734, Lon: 7.7521}
	noumea, wallis := places.Point{Lat: -22.2758, Lon: 166.458}, places.Point{Lat: -13.2825, Lon: -176.1736}
	for _, c := range []struct {
		a, b places.Point
		km   float64
	}{{paris, strasbourg, 397}, {paris, paris, 0}, {noumea, wallis, 2095}, {paris, places.Point{Lat: -48.8566, Lon: -177.6478}, 20015}} {
		if km := places.Distance(c.a, c.b); math.Abs(km-c.km) > 0.005*c.km {
			t.Errorf("%v to %v: %.0f km, not %.0f", c.a, c.b, km, c.km)
		}
	}
	if km := places.Distance(paris, places.Point{}); !math.IsInf(km, 1) {
		t.Errorf("the unknown is %.0f km away", km)
	}
}

func TestNearGivesTheNearestFirstWithinTheRadius(t *testing.T) {
	p := sample(t)
	strasbourg, _ := p.Commune("67482")
	if found := names(p.Near(strasbourg.Point, 10, 5)); !slices.Equal(found, []string{"Strasbourg", "Schiltigheim"}) {
		t.Errorf("%v", found)
	}
	if found := p.Near(strasbourg.Point, 500, 3); len(found) != 3 || found[0].Name != "Strasbourg" {
		t.Errorf("%v", names(found))
	}
	for _, found := range [][]places.Commune{p.Near(places.Point{}, 1e6, 5), p.Near(strasbourg.Point, -1, 5), p.Near(strasbourg.Point, 10, 0),
		p.Near(strasbourg.Point, 10, -1), p.Near(strasbourg.Point, math.NaN(), 5)} {
		if len(found) > 0 {
			t.Errorf("%v", names(found))
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"strasbourg", "st", "67", "2a", "saint denis 93", "œ", "\xff\n", "ﷺ", "a b c"} {
		f.Add(seed, 10)
	}
	p := sample(f)
	f.Fuzz(func(t *testing.T, query string, limit int) {
		found := p.Search(query, limit)
		if len(found) > max(limit, 0) {
			t.Fatalf("%d communes", len(found))
		}
		seen := map[string]bool{}
		for _, commune := range found {
			if seen[commune.Code] {
				t.Fatalf("%s twice", commune.Name)
			}
			seen[commune.Code] = true
		}
	})
}

func names(communes []places.Commune) (names []string) {
	for _, commune := range communes {
		names = append(names, commune.Name)
	}
	return names
}
