package moderation

import (
	"strings"
	"testing"
)

// sides are the two texts that a comparison was made from.
func sides(all []change) (before, after string) {
	var a, b strings.Builder
	for _, c := range all {
		if c.Kind != "ins" {
			a.WriteString(c.Text)
		}
		if c.Kind != "del" {
			b.WriteString(c.Text)
		}
	}
	return a.String(), b.String()
}

func TestWhatStayedIsTold(t *testing.T) {
	all := compare("Ni haine ni injure.", "Ni haine ou menace, ni insulte.")
	want := []change{{"", "Ni haine "}, {"ins", "ou menace, "}, {"", "ni "}, {"del", "injure."}, {"ins", "insulte."}}
	if len(all) != len(want) {
		t.Fatalf("%q", all)
	}
	for i := range want {
		if all[i] != want[i] {
			t.Errorf("%q, not %q", all[i], want[i])
		}
	}
}

func FuzzBothTextsAreInTheComparison(f *testing.F) {
	for _, pair := range [][2]string{{"", ""}, {"a", ""}, {"", "a b"}, {"a  b\n\nc", "a b c"}, {" a", "a "}, {"\xff a", "a \xff"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if a, b := sides(compare(before, after)); a != before || b != after {
			t.Errorf("%q, %q became %q, %q", before, after, a, b)
		}
	})
}
