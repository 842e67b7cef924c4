package front_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/front"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/places"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// site is a site of this room alone, around what a test gives for the mobilisations.
func site(t *testing.T, d front.Deps) *webtest.Site {
	t.Helper()
	s := webtest.New(t, clock.NewManual(time.Date(2026, time.March, 28, 12, 0, 0, 0, time.UTC)), front.Locales(), places.Locales())
	if d.Petitions == nil {
		d.Petitions = cards()
	}
	atlas, err := places.LoadSample(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.Places, d.Languages, d.SiteName, d.SiteURL = places.NewHolder(atlas), s.Words(), "Essaim", webtest.URL
	room := front.New(d)
	api := web.NewAPI("Essaim", "1")
	room.AddAPI(api)
	s.Serve(t, room.Module().Routes...)
	s.Serve(t, api.Routes()...)
	return s
}

// cards answers like mobilisation.Room.Teasers.
func cards(all ...view.Teaser) func(context.Context, int) ([]view.Teaser, error) {
	return func(_ context.Context, limit int) ([]view.Teaser, error) {
		return append([]view.Teaser(nil), all[:min(limit, len(all))]...), nil
	}
}

func card(title string, local, open bool) view.Teaser {
	one := view.Teaser{Title: title, Path: "/m/" + strings.ToLower(title), Image: view.Motif(title), By: "Collectif", Local: local}
	if open {
		one.Gauge = &view.Measure{Count: 18432, Goal: 25000, Size: "sm"}
	} else {
		one.Foot = "terminée"
	}
	return one
}

var pages = []string{"/", "/about", "/privacy", "/accessibility"}

// key finds a message that has no words.
var key = regexp.MustCompile(`\b(front|view|web)\.[a-z_]+\b|\{/?[a-z]+\}`)

func TestEveryPageSpeaksBothLanguages(t *testing.T) {
	for _, contact := range []string{"", "essaim@localhost", "bonjour@essaim.example"} {
		s := site(t, front.Deps{
			Petitions: cards(card("Rail", false, true), card("Haies", true, true), card("Bac", true, false)),
			From:      contact, Source: "https://essaim.example/source",
		})
		for _, page := range append([]string{nearPath, searchPath}, pages...) {
			french, english := s.Visitor(t).Get(page), s.Visitor(t).Get("/en"+page)
			for lang, answer := range map[string]webtest.Answer{"fr": french, "en": english} {
				if answer.Status != http.StatusOK || !strings.Contains(answer.Body, `<html lang="`+lang+`"`) {
					t.Errorf("%s in %s: %d", page, lang, answer.Status)
				}
				if n := strings.Count(answer.Body, "<h1"); n != 1 {
					t.Errorf("%s in %s has %d h1", page, lang, n)
				}
				if found := key.FindString(answer.Body); found != "" {
					t.Errorf("%s in %s shows %q", page, lang, found)
				}
				if strings.Contains(answer.Body, "style=") || strings.Contains(answer.Body, "localhost") {
					t.Errorf("%s in %s: a style, or an address of this machine alone", page, lang)
				}
			}
			if main(french) == main(english) {
				t.Errorf("%s says the same in both languages", page)
			}
		}
	}
}

func main(a webtest.Answer) string {
	_, body, _ := strings.Cut(a.Body, "<main")
	body, _, _ = strings.Cut(body, "</main>")
	return body
}

func TestEveryPageIsTheSameForEverybody(t *testing.T) {
	s := site(t, front.Deps{Petitions: cards(card("Rail", false, true))})
	for _, page := range append(pages, "/robots.txt") {
		plain, other := s.Visitor(t), s.Visitor(t)
		other.Agent, other.Addr = "Mozilla/5.0 (canary)", "203.0.113.9:999"
		other.SetCookie("essaim_sign", "canary")
		first, second := plain.Get(page), other.Get(page+"?q=canary")
		if first.Body != second.Body || strings.Contains(second.Body, "canary") {
			t.Errorf("%s depends on who asks", page)
		}
		if len(first.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets a cookie before any act", page)
		}
		if cache := first.Header.Get("Cache-Control"); strings.Contains(cache, "private") || strings.Contains(cache, "no-store") {
			t.Errorf("%s: Cache-Control %q", page, cache)
		}
	}
}

func TestTheNewestLargeMobilisationStandsFirst(t *testing.T) {
	for name, test := range map[string]struct {
		cards []view.Teaser
		first string
		why   string
	}{
		"a local one is newer": {
			[]view.Teaser{card("Cantine", true, true), card("Rail", false, true), card("Climat", false, true)}, "Rail", "tout un pays",
		},
		"the large one has ended": {
			[]view.Teaser{card("Climat", false, false), card("Cantine", true, true)}, "Cantine", "La plus récente.",
		},
		"all have ended": {
			[]view.Teaser{card("Climat", false, false), card("Cantine", true, false)}, "Climat", "La plus récente.",
		},
	} {
		body := site(t, front.Deps{Petitions: cards(test.cards...)}).Visitor(t).Get("/").Body
		_, featured, _ := strings.Cut(body, `id="featured"`)
		featured, others, _ := strings.Cut(featured, `id="others"`)
		if !strings.Contains(featured, ">"+test.first+"</a>") || !strings.Contains(featured, test.why) {
			t.Errorf("%s: %s does not stand first because of %q", name, test.first, test.why)
		}
		at := 0
		for _, one := range test.cards {
			if one.Title == test.first {
				continue
			}
			next := strings.Index(others, ">"+one.Title+"</a>")
			if next <= at || strings.Count(body, ">"+one.Title+"</a>") != 1 {
				t.Errorf("%s: %s is not in its place", name, one.Title)
			}
			at = next
		}
	}
}

func TestTheHomePageCountsNothingIntoItsOrder(t *testing.T) {
	small, big := card("Petite", false, true), card("Grande", false, true)
	small.Gauge.Count, big.Gauge.Count = 3, 900_000
	body := site(t, front.Deps{Petitions: cards(small, big)}).Visitor(t).Get("/").Body
	if strings.Index(body, ">Petite</a>") > strings.Index(body, ">Grande</a>") {
		t.Error("the number of signatures changes the order")
	}
	if !strings.Contains(body, "Le nombre de signatures ne change pas l’ordre") {
		t.Error("the order is not stated")
	}
}

func TestAnEmptySiteSaysSo(t *testing.T) {
	body := site(t, front.Deps{}).Visitor(t).Get("/").Body
	if !strings.Contains(body, "Aucune mobilisation n’est encore publiée") || strings.Contains(body, "#mobilisations") {
		t.Error("an empty home page promises mobilisations")
	}
}

func TestAFullHomePageSaysThatThereAreMore(t *testing.T) {
	var many []view.Teaser
	for i := range 70 {
		many = append(many, card(fmt.Sprintf("N%d", i), i > 0, true))
	}
	body := site(t, front.Deps{Petitions: cards(many...)}).Visitor(t).Get("/").Body
	if !strings.Contains(body, "Les 60 plus récentes sont affichées.") || strings.Contains(body, ">N60</a>") {
		t.Error("the list ends without a word")
	}
}

func TestACardInAnotherLanguageSaysSo(t *testing.T) {
	manual := card("Manual", false, true)
	manual.Lang = "en"
	if body := site(t, front.Deps{Petitions: cards(manual)}).Visitor(t).Get("/").Body; !strings.Contains(body, `lang="en">Manual</a>`) {
		t.Error("an English title is read aloud in French")
	}
}

func TestMobilisationsThatCannotBeReadAreACalmPage(t *testing.T) {
	s := site(t, front.Deps{Petitions: func(context.Context, int) ([]view.Teaser, error) { return nil, errors.New("secret cause") }})
	answer := s.Visitor(t).Get("/")
	if answer.Status != http.StatusInternalServerError || strings.Contains(answer.Body, "secret") {
		t.Errorf("%d", answer.Status)
	}
}

func TestLostPagesProposeTheLatest(t *testing.T) {
	failing := front.New(front.Deps{Petitions: func(context.Context, int) ([]view.Teaser, error) { return nil, errors.New("down") }})
	if rows := failing.Suggestions(t.Context()); rows != nil {
		t.Errorf("%v", rows)
	}
	room := front.New(front.Deps{Petitions: cards(card("A", false, true), card("B", true, true), card("C", true, false), card("D", true, true))})
	rows := room.Suggestions(t.Context())
	if len(rows) != 3 || rows[0].Title != "A" || rows[0].Path != "/m/a" || rows[0].Image == "" || rows[0].Text != "Collectif" {
		t.Errorf("%+v", rows)
	}
}

func TestRobotsAreToldWhereNotToGo(t *testing.T) {
	answer := site(t, front.Deps{}).Visitor(t).Get("/robots.txt")
	if answer.Status != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain") || !strings.Contains(answer.Body, "Disallow: /c/\n") {
		t.Errorf("%d %q", answer.Status, answer.Body)
	}
}
