package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"essaim/internal/platform/search"
)

func TestWordsMeetHoweverTheyAreWritten(t *testing.T) {
	for _, pair := range [][2]string{
		{"Œuvres", "oeuvre"}, {"L’Haÿ-les-Roses", "l'hay les roses"}, {"l'école", "ÉCOLES"}, {"hôpitaux", "hopital"}, {"locale", "locaux"},
		{"municipales", "municipal"}, {"fermée", "fermer"}, {"loyers", "loyer"}, {"haies", "haie"}, {"eaux", "eau"}, {"bureaux", "bureau"},
		{"maternelle", "maternels"}, {"cities", "city"}, {"companies", "Company"}, {"trees", "tree"}, {"houses", "house"}, {"trains", "train"},
		{"ﬁnancement", "financement"}, {"e\u0301cole", "école"}, {"STRASSE", "Straße"}, {"gare–centrale", "gare centrale"},
	} {
		if a, b := search.Words(pair[0]), search.Words(pair[1]); len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%q is %v, %q is %v", pair[0], a, pair[1], b)
		}
	}
	for _, pair := range [][2]string{{"train", "trait"}, {"mer", "maire"}, {"loi", "loyer"}, {"eau", "au"}, {"rail", "rallye"}} {
		if a, b := search.Words(pair[0]), search.Words(pair[1]); slices.Equal(a, b) {
			t.Errorf("%q and %q are both %v", pair[0], pair[1], a)
		}
	}
}

func TestCommonWordsAndSignsAreNoWords(t *testing.T) {
	for _, text := range []string{"", "   ", "la", "de la les des THE of and", `"*" AND (NEAR/2) - ^ : ~ %`, "à l'", "OR NOT", "_ _open %_ '' --", "🐝🐝", "\x00\x01"} {
		if words := search.Words(text); len(words) > 0 && !slices.Equal(words, []string{"near", "2"}) && !slices.Equal(words, []string{"open"}) {
			t.Errorf("%q says %v", text, words)
		}
	}
	words, cut := search.Says(strings.Repeat("gare ", 200_000))
	if len(words) != 1 || !cut {
		t.Errorf("a long query says %v, cut %v", words, cut)
	}
	if words, cut = search.Says("un deux trois quatre cinq six sept huit neuf dix onze douze"); len(words) != 10 || !cut {
		t.Errorf("twelve words say %v, cut %v", words, cut)
	}
}

// FuzzWords looks for a word that would be more than a word to an engine.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"L'hôpital", "a_b", `x" OR "y`, "t_train", "日本語 テスト", "\xff\xfe", "ﬀ", "ǅ ǆ", "१२३", strings.Repeat("é", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, word := range search.Words(text) {
			if word == "" || !utf8.ValidString(word) || strings.ContainsAny(word, "_'\"\\ \t\n\x00") || len(word) > 400 {
				t.Fatalf("%q says %q", text, word)
			}
		}
		place := search.ParsePlace(text)
		if again := search.ParsePlace(place.String()); again != place {
			t.Fatalf("%q is %v, and then %v", text, place, again)
		}
	})
}
