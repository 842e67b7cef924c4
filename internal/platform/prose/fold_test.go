package prose_test

import (
	"strings"
	"testing"

	"essaim/internal/platform/prose"
)

func TestFoldMakesOneOfWhatPeopleTypeDifferently(t *testing.T) {
	for in, want := range map[string]string{
		"Saint-Étienne":       "saint-etienne",
		"L’Haÿ-les-Roses":     "l'hay-les-roses",
		"Œuvre, ŒUVRE":        "oeuvre, oeuvre",
		"Straße STRAẞE":       "strasse strasse",
		"Łódź Ærø Þór đ":      "lodz aero thor d",
		"ﬁn １２":               "fin 12",
		"  a\u00a0 b\tc ":     "a b c",
		"İstanbul ısı":        "istanbul isi",
		"ΣΊΣΥΦΟΣ":             "σισυφοσ",
		"한국":                  "한국",
		"a\u200bb\u202ec":     "abc",
		"Île‑de‑France – été": "ile-de-france - ete",
		"":                    "",
	} {
		if got := prose.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzFoldIsStable(f *testing.F) {
	for _, seed := range []string{"L’Haÿ", "İ", "ẞ", "각", "ﬁ\u0301", "\xff", "´", "ϓ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := prose.Fold(s)
		if twice := prose.Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, then %q", s, once, twice)
		}
		if upper := strings.ToUpper(once); strings.ToLower(upper) == once && prose.Fold(upper) != once {
			t.Errorf("Fold(%q) = %q, not %q", upper, prose.Fold(upper), once)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		prose.Fold("Saint-Étienne-du-Rouvray")
	}
}
