package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/app/demo"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/prose"
)

func signatures(t testing.TB, slug string) (demo.Petition, []mobilisation.Planted) {
	t.Helper()
	for _, p := range demo.Petitions() {
		if p.Plan.Slug == slug {
			return p, slices.Collect(demo.Signatures(p, sample(t), noon))
		}
	}
	t.Fatalf("no petition %s", slug)
	return demo.Petition{}, nil
}

func TestEveryInventedPersonIsAnotherAndReachesNobody(t *testing.T) {
	for _, p := range demo.Petitions() {
		seen := map[string]bool{}
		for s := range demo.Signatures(p, sample(t), noon) {
			address, err := mail.ParseAddress(s.Email)
			if err != nil || seen[mail.Canonical(address)] {
				t.Fatalf("%s: address %q: %v, or twice", p.Plan.Slug, s.Email, err)
			}
			seen[mail.Canonical(address)] = true
			if domain := mail.Domain(address); !slices.Contains([]string{"example.org", "example.net", "example.com"}, domain) {
				t.Fatalf("%s is somebody's", domain)
			}
			if prose.SuspectName(s.GivenName) || prose.SuspectName(s.FamilyName) {
				t.Errorf("%s %s is no name", s.GivenName, s.FamilyName)
			}
		}
		if len(seen) != p.Count {
			t.Errorf("%s: %d signatures, want %d", p.Plan.Slug, len(seen), p.Count)
		}
	}
}

func TestTheSameCrowdComesOnEveryRun(t *testing.T) {
	_, first := signatures(t, "dernier-car")
	_, again := signatures(t, "dernier-car")
	if !slices.Equal(first, again) {
		t.Error("two runs differ")
	}
	_, other := signatures(t, "mercredi-a-table")
	if first[0].Email == other[0].Email {
		t.Error("two petitions have the same crowd")
	}
}

func TestSignaturesCameOverTheAgeOfThePetition(t *testing.T) {
	p, all := signatures(t, "trente-minutes")
	early := 0
	for i, s := range all {
		ago := noon.Sub(s.At)
		if ago < 0 || ago > p.Age || i > 0 && s.At.Before(all[i-1].At) {
			t.Fatalf("the %dth came %s ago", i, ago)
		}
		if ago > p.Age-5*24*time.Hour {
			early++
		}
	}
	if share := float64(early) / float64(len(all)); share < 0.3 || share > 0.5 {
		t.Errorf("%.0f %% came in the first five days", 100*share)
	}
}

func TestLocalPetitionsAreSignedNearby(t *testing.T) {
	_, all := signatures(t, "dernier-car")
	near, far := 0, 0
	for _, s := range all {
		switch {
		case s.Country != "FR":
			far++
		case strings.HasPrefix(s.PostalCode, "12"):
			near++
		}
	}
	if share := float64(near) / float64(len(all)); share < 0.75 || share > 0.9 || far == 0 {
		t.Errorf("%.0f %% in the department, %d abroad", 100*share, far)
	}
}

func TestLargePetitionsAreSignedEverywhere(t *testing.T) {
	for slug, abroad := range map[string]float64{"trente-minutes": 0.02, "trains-de-nuit": 0.38, "repair-manual": 0.85} {
		_, all := signatures(t, slug)
		places, away := map[string]int{}, 0
		for _, s := range all {
			places[s.Country+s.PostalCode]++
			if s.Country != "FR" {
				away++
			}
		}
		if share := float64(away) / float64(len(all)); share < abroad-0.04 || share > abroad+0.04 {
			t.Errorf("%s: %.0f %% abroad", slug, 100*share)
		}
		if len(places) < 50 {
			t.Errorf("%s: signed in %d places", slug, len(places))
		}
	}
}

func TestTheLatestSayWhy(t *testing.T) {
	for _, p := range demo.Petitions() {
		want := map[string]bool{}
		for _, all := range p.Messages {
			for _, words := range all {
				want[words] = true
			}
		}
		ticked := 0
		for s := range demo.Signatures(p, sample(t), noon) {
			if s.Message != "" {
				delete(want, s.Message)
			}
			if s.Consents.Has(mobilisation.PublicName) {
				ticked++
			}
			if s.Consents.Has(mobilisation.Under15) && (s.Consents != mobilisation.Under15 || s.Message != "") {
				t.Errorf("%s: a child with consents or a message", p.Plan.Slug)
			}
		}
		if len(want) > 0 {
			t.Errorf("%s: nobody says %v", p.Plan.Slug, want)
		}
		if share := float64(ticked) / float64(p.Count); share < 0.2 || share > 0.4 {
			t.Errorf("%s: %.0f %% show their name", p.Plan.Slug, 100*share)
		}
	}
}
