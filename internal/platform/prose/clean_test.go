package prose_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"essaim/internal/platform/prose"
)

func TestALineHoldsNothingThatHides(t *testing.T) {
	for in, want := range map[string]string{
		"  Zoé   Dupont ":                  "Zoé Dupont",
		"Zoe\u0301":                        "Zoé",
		"a\tb\nc\r\nd\u00a0e\u2003f":       "a b c d e f",
		"a\u202eb\u202ac\u2066d\u2069e":    "abcde",
		"a\u200eb\u200fc\u061cd":           "abcd",
		"a\u200bb\ufeffc\u00add\u2060e":    "abcde",
		"a\x00b\x1bc\x7fd\u0085e":          "abcd e",
		"Jean\u200dDupont":                 "JeanDupont",
		"می\u200cخواهم":                    "می\u200cخواهم",
		"क्\u200dष":                        "क्\u200dष",
		"👩\u200d👧":                         "👩\u200d👧",
		"\u200dZoé\u200d":                  "Zoé",
		"\u3164\u2800":                     "",
		"a\xffb\xc3":                       "ab",
		"a\U000e0041b\ue000c\ufffed":       "abcd",
		"Z" + strings.Repeat("\u0336", 50): "Z" + strings.Repeat("\u0336", 4),
		"Nguyễn Thị Ngọc":                  "Nguyễn Thị Ngọc",
		"O'Neil":                           "O'Neil",
		"":                                 "",
		" ":                                "",
		"a ":                               "a",
	} {
		if got := prose.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestATextKeepsItsLines(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\u2028d":                             "a\nb\nc\nd",
		"\n\n a  b \n\n\n\nc\n\n":                      " a b\n\nc",
		"- a\n\t- b\n" + strings.Repeat(" ", 40) + "c": "- a\n    - b\n" + strings.Repeat(" ", 12) + "c",
		"a\u202e\n\u202e\nb":                           "a\n\nb",
		" \n\t\n":                                      "",
	} {
		if got := prose.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanedTextIsClean(f *testing.F) {
	for _, seed := range []string{"Zoe\u0301\u202e ", "می\u200cخواهم", "a\xff\r\n\tb", "\u3164\u200d\u0336", "각\u1161"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line, text := prose.Line(s), prose.Text(s)
		for _, r := range line {
			if unicode.Is(unicode.Cc, r) || (unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d') {
				t.Errorf("Line(%q) kept %U", s, r)
			}
		}
		if !utf8.ValidString(text) || !norm.NFC.IsNormalString(line) || strings.TrimSpace(line) != line || strings.Contains(line, "  ") {
			t.Errorf("Line(%q) = %q", s, line)
		}
		if again := prose.Line(line); again != line {
			t.Errorf("Line is not stable: %q, then %q", line, again)
		}
		if again := prose.Text(text); again != text {
			t.Errorf("Text is not stable: %q, then %q", text, again)
		}
	})
}
