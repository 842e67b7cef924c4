// Package words screens what people write for the words of lists that moderators keep.
//
// What it promises:
//   - a listed word is met as people disguise it: in capitals, with or without accents, in letters of other scripts that look the same,
//     with digits and signs for letters, with letters repeated three times or more, with its letters apart, with what is never seen
//     between them (fold.go, token.go);
//   - an ordinary word that merely holds a listed one is left alone: an entry meets whole words, unless it says that it is a beginning or
//     a pattern;
//   - the work is in proportion to the length of the text, whatever the number of words and whoever wrote them: one look-up for each word,
//     patterns in RE2, few and bounded (pattern.go);
//   - it says where in the text as it was written, so that a reader sees it marked (mark.go).
//
// Compile makes Lists of entries, Lists.Screen asks them, Read reads entries from a file or from what somebody pasted (read.go),
// Entry.Clean says what is wrong with one (entry.go). Who keeps the lists is no matter of this package. DESIGN.md says how words are met,
// and which disguises are not seen through.
package words

import (
	"embed"
	"io/fs"
)

// Bounds of what is kept and read.
const (
	MaxEntries  = 20_000  // of an instance
	MaxTerm     = 100     // characters of a term
	MaxPatterns = 50      // of an instance
	MaxFile     = 1 << 20 // bytes of a list to read
	MaxText     = 200_000 // bytes of a text that are screened; the rest is not looked at
	MaxMatches  = 200     // that a text is said to meet
)

//go:embed locales/*.po
var locales embed.FS

// Locales returns the package's words: what is wrong with an entry.
func Locales() fs.FS {
	sub, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
