package words

import _ "embed"

//go:embed sample.tsv
var sample []byte

// Sample returns the small list that the program brings: insults of French and of English, written for it. A host copies it, and
// edits the copy.
func Sample() []Entry { return Read(sample, Entry{Effect: Tag}).Entries }
