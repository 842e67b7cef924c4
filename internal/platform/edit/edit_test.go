package edit_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"essaim/internal/platform/edit"
)

// sides are the two texts that a comparison was made from.
func sides(all []edit.Piece) (before, after string) {
	var a, b strings.Builder
	for _, p := range all {
		if p.Mark != edit.Added {
			a.WriteString(p.Text)
		}
		if p.Mark != edit.Removed {
			b.WriteString(p.Text)
		}
	}
	return a.String(), b.String()
}

func TestWhatStayedIsTold(t *testing.T) {
	all := edit.Compare("Ni haine ni injure.", "Ni haine ou menace, ni insulte.")
	want := []edit.Piece{{"", "Ni haine "}, {"ins", "ou menace, "}, {"", "ni "}, {"del", "injure."}, {"ins", "insulte."}}
	if !slices.Equal(all, want) {
		t.Errorf("%q, not %q", all, want)
	}
	if n := edit.Words(all); n != 4 {
		t.Errorf("%d words", n)
	}
}

// long is a text of n lines of ten words.
func long(n int, word string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(word+strconv.Itoa(i)+" ", 10) + "\n")
	}
	return b.String()
}

func TestAWordInALongTextIsTold(t *testing.T) {
	before := long(800, "a")
	lines := strings.Split(before, "\n")
	lines[3], lines[700] = "one new line", strings.Replace(lines[700], "a700", "b", 1)
	all := edit.Compare(before, strings.Join(lines, "\n"))
	if n := edit.Words(all); n != 10+3+2 {
		t.Errorf("%d words differ", n)
	}
}

func TestTextsThatShareNothingTakeEachOthersPlace(t *testing.T) {
	before, after := long(3000, "a"), long(3000, "b")
	if all := edit.Compare(before, after); len(all) != 2 {
		t.Errorf("%d pieces", len(all))
	}
}

func FuzzBothTextsAreInTheComparison(f *testing.F) {
	for _, pair := range [][2]string{{"", ""}, {"a", ""}, {"", "a b"}, {"a  b\n\nc", "a b c"}, {" a", "a "}, {"\xff a", "a \xff"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if a, b := sides(edit.Compare(before, after)); a != before || b != after {
			t.Errorf("%q, %q became %q, %q", before, after, a, b)
		}
	})
}
