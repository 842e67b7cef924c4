package places_test

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/places"
)

func TestFrenchCodesAreUnderstoodAsPeopleTypeThem(t *testing.T) {
	p := sample(t)
	for _, typed := range []string{
		"75011", " 75011 ", "75 011", "7 5 0 1 1", "75.011", "F-75011", "f 75011", "FR-75011", "F75011", "75011 Paris", "75011 PARIS 11",
		"75011, Paris", "75011-Paris", "Paris 75011", "Paris (75011)", "L'Haÿ 75011", "75\u00a0011", "75\u202f011", "\u200b75011\u200e", "７５０１１",
		"75011\t", "F\u201175011", "Évry 75011",
	} {
		if code, err := p.Normalise("fr", typed); err != nil || code != "75011" {
			t.Errorf("%q becomes %q, %v", typed, code, err)
		}
	}
}

func TestWhatIsNoCodeIsToldWhy(t *testing.T) {
	p := whole(t)
	for _, c := range []struct{ country, typed, key string }{
		{"FR", "", "places.postal_code_missing"},
		{"FR", " \u00a0 ", "places.postal_code_missing"},
		{"FR", "7501", "places.postal_code_digits"},
		{"FR", "750112", "places.postal_code_digits"},
		{"FR", "75011 2", "places.postal_code_digits"},
		{"FR", "Strasbourg", "places.postal_code_digits"},
		{"FR", "12 rue de Paris 75011", "places.postal_code_digits"},
		{"FR", "2A004", "places.postal_code_digits"},
		{"FR", "D-79100", "places.postal_code_digits"},
		{"FR", "-75011-1", "places.postal_code_digits"},
		{"FR", "٧٥٠١١", "places.postal_code_digits"},
		{"FR", "99999", "places.postal_code_unknown"},
		{"FR", "00000", "places.postal_code_unknown"},
		{"FR", "67070", "places.postal_code_unknown"}, // Strasbourg Cedex
		{"FR", "67070 STRASBOURG CEDEX", "places.cedex"},
		{"FR", "67000 Strasbourg cedex 2", "places.cedex"},
		{"FR", "Cedex 67000", "places.cedex"},
		{"FR", "75011\x00", "places.postal_code_characters"},
		{"FR", "75\n011\x1b", "places.postal_code_characters"},
		{"FR", "75011\xff", "places.postal_code_characters"},
		{"FR", strings.Repeat("7", 65), "places.postal_code_characters"},
		{"BE", "", "places.postal_code_missing"},
		{"BE", "100", "places.postal_code_shape"},
		{"BE", "10000", "places.postal_code_shape"},
		{"NL", "1011 A1", "places.postal_code_shape"},
		{"DE", "<b>1</b>", "places.postal_code_characters"},
		{"MA", "é", "places.postal_code_characters"},
		{"MA", "=20000", "places.postal_code_characters"},
		{"MA", "1234567890123", "places.postal_code_long"},
		{"", "75011", "places.country_unknown"},
		{"ZZ", "75011", "places.country_unknown"},
		{"France", "75011", "places.country_unknown"},
	} {
		code, err := p.Normalise(c.country, c.typed)
		if key(err) != c.key || code != "" || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s %q: %q, %v; not %s", c.country, c.typed, code, err, c.key)
		}
		if _, ok := p.PostalCode(c.country, c.typed); ok {
			t.Errorf("%s %q is a code after all", c.country, c.typed)
		}
	}
}

func TestAnErrorBecomesTheCorrectionOfAField(t *testing.T) {
	_, err := sample(t).Normalise("BE", "1")
	field := places.Field("postal_code", err)
	if field.Name != "postal_code" || field.Key != "places.postal_code_shape" || !slices.Equal(field.Args, []any{"example", "1000"}) {
		t.Errorf("%+v", field)
	}
}

func TestEveryWordIsThereInBothLanguages(t *testing.T) {
	keys, err := i18n.Keys(places.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(keys["fr"], keys["en"]) {
		t.Errorf("fr has %v, en has %v", keys["fr"], keys["en"])
	}
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range regexp.MustCompile(`"(places\.[a-z_]+)"`).FindAllStringSubmatch(string(source), -1) {
			if !slices.Contains(keys["fr"], key[1]) {
				t.Errorf("%s: %s has no words", name, key[1])
			}
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range [][2]string{
		{"FR", "75011"}, {"FR", "F-67000 STRASBOURG CEDEX 9"}, {"NL", "1011aa"}, {"GB", "sw1a 1aa"}, {"PT", "1000-001"}, {"LU", "L-1009"},
		{"MA", "１２３４"}, {"FR", "7\u0301 5\u200b011"}, {"DE", "D-"}, {"\xff", "\xff"}, {"BE", "ﷺ"},
	} {
		f.Add(seed[0], seed[1])
	}
	p := sample(f)
	f.Fuzz(func(t *testing.T, country, raw string) {
		code, err := p.Normalise(country, raw)
		if err != nil {
			if key(err) == "" || code != "" {
				t.Fatalf("%q, %v", code, err)
			}
			return
		}
		if len(code) > 64 || !utf8.ValidString(code) || strings.ContainsFunc(code, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("%q", code)
		}
		postal, ok := p.PostalCode(country, code)
		if !ok || postal.Code != code {
			t.Fatalf("%q becomes %q, then %q", raw, code, postal.Code)
		}
		if _, ok := p.Place(postal.Key, "fr"); !ok {
			t.Fatalf("%q counts nowhere: %q", code, postal.Key)
		}
	})
}

// key returns the message of a fault, "" for another error.
func key(err error) string {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.Key
	}
	return ""
}
