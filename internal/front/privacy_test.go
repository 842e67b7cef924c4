package front_test

import (
	"strings"
	"testing"

	"essaim/internal/front"
)

func TestThePageOnDataSaysWhatIsKeptAndHowLong(t *testing.T) {
	s := site(t, front.Deps{From: "bonjour@essaim.example"})
	for path, wanted := range map[string][]string{
		"/privacy": {
			"7 jours, puis elle est effacée", "Jusqu’à ce que vous la retiriez", "Jamais l’adresse électronique", "24 heures",
			"mailto:bonjour@essaim.example", "RGPD, article 9", "Avant quinze ans",
		},
		"/en/privacy": {
			"7 days, then it is erased", "Until you withdraw it", "Never the email address", "24 hours", "GDPR, article 9", "under fifteen",
		},
	} {
		body := s.Visitor(t).Get(path).Body
		for _, words := range wanted {
			if !strings.Contains(strings.ReplaceAll(body, "\u00a0", " "), words) {
				t.Errorf("%s does not say %q", path, words)
			}
		}
		if rows, cells := strings.Count(body, `<th scope="row"`), strings.Count(body, "<td>"); rows != 11 || cells != 3*rows {
			t.Errorf("%s: %d rows, %d cells", path, rows, cells)
		}
	}
}

func TestTheContentsLeadToTheirSections(t *testing.T) {
	body := site(t, front.Deps{}).Visitor(t).Get("/privacy").Body
	_, contents, _ := strings.Cut(body, `id="contents"`)
	contents, _, _ = strings.Cut(contents, "</nav>")
	parts := strings.Split(contents, `href="#`)[1:]
	for _, part := range parts {
		id, _, _ := strings.Cut(part, `"`)
		if !strings.Contains(body, `id="`+id+`"`) {
			t.Errorf("no section %s", id)
		}
	}
	if len(parts) != 5 {
		t.Errorf("%d sections", len(parts))
	}
}
