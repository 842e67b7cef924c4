package picture_test

import (
	"slices"
	"strings"
	"testing"
)

func TestAHeadlineIsLargeBrokenAtSpacesAndEven(t *testing.T) {
	p := press(t)
	for title, want := range map[string][]string{
		"Oui":                      {"Oui"},
		"Rouvrons la ligne du Val": {"Rouvrons la", "ligne du Val"},
		"Une maternité à moins de trente minutes": {"Une maternité", "à moins de", "trente minutes"},
		"":       nil,
		" \t\n ": nil,
	} {
		if got, _, _ := p.Headline(title, 800, 296); !slices.Equal(got, want) {
			t.Errorf("%q is broken into %q", title, got)
		}
	}
}

func TestAnEndlessHeadlineEndsWithAnEllipsis(t *testing.T) {
	lines, _, size := press(t).Headline(strings.Repeat("encore et ", 90), 800, 296)
	if !strings.HasSuffix(lines[len(lines)-1], "…") || size > 60 {
		t.Errorf("%q at %g", lines, size)
	}
}

// FuzzHeadline looks for a title that runs out of its box.
func FuzzHeadline(f *testing.F) {
	p := press(f)
	f.Add("Rouvrons la ligne du Val")
	f.Add(strings.Repeat("W", 500))
	f.Add(strings.Repeat("-", 300) + strings.Repeat(" a", 300))
	f.Add("e\u0301\u0489\U0001F1EB \u00a0\u202f \xff")
	f.Add("Верните поезд — Επαναφέρετε το τρένο")
	f.Fuzz(func(t *testing.T, title string) {
		lines, widths, size := p.Headline(title, 800, 296)
		if len(lines) > 5 || float64(len(lines))*size > 296 {
			t.Fatalf("%d lines at %g", len(lines), size)
		}
		for i, width := range widths {
			if width > 800.5 || lines[i] == "" {
				t.Fatalf("%q is %g pixels wide", lines[i], width)
			}
		}
	})
}
