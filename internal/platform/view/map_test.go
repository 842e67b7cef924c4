package view_test

import (
	"strings"
	"testing"

	"essaim/internal/platform/view"
)

func TestTheAreaOfADotSaysItsNumber(t *testing.T) {
	m := view.DotMap{ID: "map", Title: "Carte", Text: "Où.", Dots: []view.Dot{
		{X: 10, Y: 20, N: 400, Name: "Ain (400)"}, {X: 30, Y: 40, N: 100, Name: "Aisne (100)"}, {X: 50.04, Y: 60},
	}}
	html := draw(t, french(t, "/"), view.Map(m))
	for _, want := range []string{`r="5.5"`, `r="2.8"`, `r="1"`, `cx="50"`, `<title>Aisne (100)</title>`, `aria-labelledby="map-title map-text"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in\n%s", want, html)
		}
	}
	if n := strings.Count(html, `class="on"`); n != 2 {
		t.Errorf("%d dots have a number", n)
	}
	if html := draw(t, french(t, "/"), view.Map(view.DotMap{})); strings.Contains(html, "<circle") {
		t.Errorf("dots of nothing:\n%s", html)
	}
}
