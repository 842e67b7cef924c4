package words

import (
	_ "embed"
	"slices"
)

//go:embed sample.tsv
var sample []byte

// Sample returns the small list that the program brings: insults of French and of English, written for it. A host copies it, and
// edits the copy.
func Sample() []Entry { return Read(sample, Entry{Effect: Tag}).Entries }

// SampleFile returns the same as a file, as Read takes it.
func SampleFile() []byte { return slices.Clone(sample) }
