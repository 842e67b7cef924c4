package places_test

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"testing"

	"essaim/internal/platform/places"
)

func TestTheSampleSaysThatItIsOne(t *testing.T) {
	if p := sample(t); !p.Sample() {
		t.Error("the sample passes for the whole set")
	}
	p, err := places.Load(t.Context(), os.DirFS("sample"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Sample() {
		t.Error("a set given by the host passes for the sample")
	}
}

func TestTheSampleSpreadsOverTheWholeCountry(t *testing.T) {
	p := sample(t)
	regions, count := map[string]bool{}, 0
	for commune := range p.Communes() {
		department, ok := p.Department(commune.Department)
		if !ok || commune.Population == 0 || !commune.Point.Known() || len(commune.PostalCodes) == 0 || len(commune.Constituencies) == 0 {
			t.Errorf("%+v", commune)
		}
		regions[department.Region] = true
		count++
	}
	if count < 60 {
		t.Errorf("%d communes", count)
	}
	for _, region := range p.Regions() {
		if !regions[region.Code] {
			t.Errorf("no commune in %s", region.Name)
		}
	}
	if n := len(p.Departments()); n != 107 {
		t.Errorf("%d departments", n)
	}
}

func TestTheSampleTakesEveryFrenchCodeOfADepartment(t *testing.T) {
	p := sample(t)
	for code, department := range map[string]string{
		"67230": "67", "20110": "2A", "20290": "2B", "97133": "977", "97150": "978", "97180": "971", "98735": "987", "01999": "01",
	} {
		postal, ok := p.PostalCode("FR", code)
		if !ok || postal.Department != department || postal.Key != "FR-"+department || !postal.Point.Known() {
			t.Errorf("%s: %+v", code, postal)
		}
		if _, ok := postal.Main(); ok {
			t.Errorf("%s has a commune that nobody wrote down", code)
		}
		if place, ok := p.Place(postal.Key, "fr"); !ok || place.Name == "" || place.Department != department {
			t.Errorf("%s: %+v", postal.Key, place)
		}
	}
	if _, err := p.Normalise("FR", "99000"); key(err) != "places.postal_code_unknown" {
		t.Errorf("a code of no department: %v", err)
	}
}

// The sample is written by hand: what it says must be true.
func TestTheSampleAgreesWithTheReferenceData(t *testing.T) {
	p, truth := sample(t), whole(t)
	for commune := range p.Communes() {
		fact, ok := truth.Commune(commune.Code)
		if !ok || fact.Name != commune.Name || fact.Department != commune.Department || fact.Split != commune.Split ||
			fact.Parent != commune.Parent {
			t.Errorf("%+v, but in truth %+v", commune, fact)
		}
		if km := places.Distance(commune.Point, fact.Point); km > 12 {
			t.Errorf("%s is %.1f km away from itself", commune.Name, km)
		}
		if math.Abs(float64(commune.Population-fact.Population)) > 0.05*float64(fact.Population) {
			t.Errorf("%s: %d people, in truth %d", commune.Name, commune.Population, fact.Population)
		}
		for _, id := range commune.Constituencies {
			if !slices.Contains(fact.Constituencies, id) {
				t.Errorf("%s is not in %s", commune.Name, id)
			}
		}
		for _, code := range commune.PostalCodes {
			if !slices.Contains(fact.PostalCodes, code) {
				t.Errorf("%s has not the code %s", commune.Name, code)
			}
		}
	}
	for _, department := range p.Departments() {
		fact, ok := truth.Department(department.Code)
		if !ok || fact.Name != department.Name || fact.Region != department.Region {
			t.Errorf("%+v, but in truth %+v", department, fact)
		}
		if km := places.Distance(department.Point, fact.Point); km > 90 {
			t.Errorf("%s is %.0f km away from itself", department.Name, km)
		}
	}
	for _, country := range p.Countries("fr") {
		fact, _ := truth.Country(country.Code)
		if country.Constituency != "" && country.Constituency != fact.Constituency || country.Seats > 0 && country.Seats != fact.Seats {
			t.Errorf("%+v, but in truth %+v", country, fact)
		}
	}
}

func TestOpenFallsBackOnTheSampleOnlyWhenThereIsNoSet(t *testing.T) {
	empty := t.TempDir()
	for _, dir := range []string{"", empty, empty + "/absent"} {
		if p, err := places.Open(t.Context(), dir); err != nil || !p.Sample() {
			t.Errorf("%q: %v", dir, err)
		}
	}
	if err := os.WriteFile(empty+"/fr_departements.csv", []byte("code\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var bad *places.BadData
	if _, err := places.Open(t.Context(), empty); !errors.As(err, &bad) {
		t.Errorf("a set with missing files: %v", err)
	}
}

func TestLoadingStopsWhenAskedTo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := places.LoadSample(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
