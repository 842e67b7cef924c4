package prose

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form under which text is stored to be searched, and a query is searched: "Œuvres de L’Haÿ" and
// "oeuvres de l'hay" are one. Compatibility forms are resolved (NFKD), accents taken off, letters that are two spelt as
// two, everything in lower case, spaces single, apostrophes and dashes of one kind each. Both databases fold differently,
// so neither does. Folding twice changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case isSpace(r) || unicode.Is(unicode.Cc, r):
			space = true
			continue
		case hidden(r):
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(FoldLetter(unicode.ToLower(r)))
	}
	return norm.NFC.String(b.String()) // Hangul, which NFKD takes to pieces
}

// FoldLetter spells the letters that Unicode does not take apart, given in lower case, and writes apostrophes and dashes in one way.
func FoldLetter(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	case 'þ':
		return "th"
	case 'ł':
		return "l"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	case '’', '‘', 'ʼ', '`', '′':
		return "'"
	case '‐', '‑', '–', '—', '−':
		return "-"
	}
	return string(r)
}
