package words_test

import (
	"fmt"
	"strings"
	"testing"

	"essaim/internal/platform/words"
)

func TestAListIsReadWithEveryFaultByItsLine(t *testing.T) {
	r := words.Read([]byte("\ufefflangue\tterme\tgenre\teffet\r\n# une note\r\n\r\nfr\tmerde\r\nfr\tMÉRDE\tmot\tretenir\nxx1\tbon\n\tx\tmot\t\nfr\ttrop\tmot\ttag\tde plus\n"+
		"en\tgo to hell\t\trefuse\nfr\tencul*\nfr\t/(/\n\tbien\tsouvent\tparfois\nfr\tm\xe9chant\n"), words.Entry{Effect: words.Tag})
	var got []string
	for _, e := range r.Entries {
		got = append(got, fmt.Sprintf("%s %s %s %s", e.Lang, e.Term, e.Kind, e.Effect))
	}
	if all := strings.Join(got, "|"); all != "fr merde word tag|en go to hell phrase refuse|fr encul prefix tag" {
		t.Error(all)
	}
	got = nil
	for _, f := range r.Faults {
		got = append(got, fmt.Sprintf("%d %s", f.Line, strings.TrimPrefix(f.Key, "words.")))
	}
	if all := strings.Join(got, "|"); all != "5 line_twice|6 lang_unknown|7 term_short|8 columns|11 pattern_broken|12 kind_unknown|12 effect_unknown|13 line_encoding" {
		t.Error(all)
	}
}

func TestALineIsEnough(t *testing.T) {
	r := words.Read([]byte("mot\nfils de rien\n/a+b/"), words.Entry{Lang: "fr", Effect: words.Hold})
	if len(r.Entries) != 3 || len(r.Faults) > 0 || r.Entries[0].Lang != "fr" || r.Entries[1].Kind != words.Phrase || r.Entries[2].Kind != words.Pattern {
		t.Errorf("%+v", r)
	}
	for _, bytes := range []string{"", "# rien\n", "\xff\xfem\x00o\x00t\x00", strings.Repeat("abc\n", 300_000)} {
		if r := words.Read([]byte(bytes), words.Entry{Effect: words.Tag}); len(r.Entries) > 0 || len(r.Faults) != 1 || r.Faults[0].Line != 0 {
			t.Errorf("%.20q: %d entries, %+v", bytes, len(r.Entries), r.Faults)
		}
	}
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, "a%d\tb\tc\td\te\n", i)
	}
	if r := words.Read([]byte(many.String()), words.Entry{Effect: words.Tag}); len(r.Faults) != 200 || r.More != 800 {
		t.Errorf("%d faults, %d more", len(r.Faults), r.More)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("langue\tterme\nfr\tmerde\nen\t/a|b/\n")
	f.Add("mot\n\tx\t\t\t\n#\n\r\r\n🖕\n")
	f.Fuzz(func(t *testing.T, list string) {
		r := words.Read([]byte(list), words.Entry{Effect: words.Tag})
		l := words.Compile(r.Entries)
		for _, e := range r.Entries {
			if again, err := e.Clean(); err != nil || again != e {
				t.Fatalf("%+v became %+v: %v", e, again, err)
			}
			if e.Kind != words.Pattern && l.Screen(e.Lang, e.Term).Effect == words.None {
				t.Fatalf("%+v does not meet itself", e)
			}
		}
	})
}
