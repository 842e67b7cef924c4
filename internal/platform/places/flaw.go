package places

import (
	"fmt"
	"strings"
)

// maxFlaws is how many flaws are kept word for word: a file of another kind has one on every line.
const maxFlaws = 100

// Flaw is one thing that is wrong in one file, in words for the host.
type Flaw struct {
	File   string
	Line   int // 1 is the header; 0 when the whole file is meant
	Reason string
}

// String writes the flaw as compilers do, so that editors jump to it.
func (f Flaw) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Reason
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Reason)
}

// BadData is the error of a set that cannot be used: every flaw that was found, the first hundred word for word.
type BadData struct {
	Flaws []Flaw
	More  int // flaws beyond those kept
}

// Error lists the flaws, one a line.
func (b *BadData) Error() string {
	var text strings.Builder
	text.WriteString("the reference data cannot be used")
	for _, flaw := range b.Flaws {
		text.WriteString("\n" + flaw.String())
	}
	if b.More > 0 {
		fmt.Fprintf(&text, "\nand %d more", b.More)
	}
	return text.String()
}

// flaws gathers what is wrong while reading goes on, so that a host mends everything in one go.
type flaws struct {
	kept []Flaw
	more int
}

func (f *flaws) add(file string, line int, format string, args ...any) {
	if len(f.kept) >= maxFlaws {
		f.more++
		return
	}
	f.kept = append(f.kept, Flaw{File: file, Line: line, Reason: fmt.Sprintf(format, args...)})
}

func (f *flaws) merge(other *flaws) {
	f.kept = append(f.kept, other.kept...)
	f.more += other.more
	if excess := len(f.kept) - maxFlaws; excess > 0 {
		f.kept = f.kept[:maxFlaws]
		f.more += excess
	}
}

// err returns the gathered flaws as *BadData, nil when there are none.
func (f *flaws) err() error {
	if len(f.kept) == 0 {
		return nil
	}
	return &BadData{Flaws: f.kept, More: f.more}
}
