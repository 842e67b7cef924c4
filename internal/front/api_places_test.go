package front_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"essaim/internal/front"
)

type place struct {
	Code        string
	Name        string
	Department  string
	PostalCodes []string `json:"postal_codes"`
	Lat, Lon    float64
}

func TestProgramsFindPlaces(t *testing.T) {
	s := site(t, front.Deps{})
	for query, want := range map[string]string{
		"strasb": "67482", "STRASBOURG": "67482", "saint-denis les bourg": "01344", "12100": "12145", "st denis 93": "93066",
	} {
		answer := s.Visitor(t).Get("/api/v1/places?q=" + url.QueryEscape(query))
		var found []place
		if err := json.Unmarshal([]byte(answer.Body), &found); err != nil || answer.Status != http.StatusOK || len(found) == 0 {
			t.Errorf("%s: %d, %v: %s", query, answer.Status, err, answer.Body)
			continue
		}
		first := found[0]
		if first.Code != want || first.Name == "" || first.Department == "" || len(first.PostalCodes) == 0 || first.Lat == 0 || first.Lon == 0 {
			t.Errorf("%s: %+v, want %s", query, first, want)
		}
	}
}

func TestAPlaceThatNobodyKnowsIsAnEmptyList(t *testing.T) {
	answer := site(t, front.Deps{}).Visitor(t).Get("/api/v1/places?q=zzzzzz")
	if answer.Status != http.StatusOK || strings.TrimSpace(answer.Body) != "[]" {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
}

func TestAPlaceSearchThatMakesNoSenseIsAProblem(t *testing.T) {
	s := site(t, front.Deps{})
	for _, query := range []string{"", "?q=", "?q=" + strings.Repeat("a", 101), "?q=lyon&limit=0", "?q=lyon&limit=many"} {
		answer := s.Visitor(t).Get("/api/v1/places" + query)
		if answer.Status != http.StatusUnprocessableEntity || !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s", query, answer.Status, answer.Body)
		}
	}
}
