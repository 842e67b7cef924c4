package words

import (
	"unicode"
	"unicode/utf8"

	"essaim/internal/platform/prose"

	"golang.org/x/text/unicode/norm"
)

// glyph is one letter or sign of a text as it is compared: in lower case, without accents, in its plain form.
type glyph struct {
	r          rune
	latin      rune  // the Latin letter that it looks like, when it is of another script; 0 for none
	start, end int32 // bytes of the text from which it came
}

// asLatin returns the Latin letter that a glyph looks like, itself for none.
func (g glyph) asLatin() rune {
	if g.latin != 0 {
		return g.latin
	}
	return g.r
}

// fold takes a text to pieces. What is never seen gives no glyph, "œ" gives two, and everything else one.
func fold(to []glyph, text string) []glyph {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if c >= ' ' || c == '\n' || c == '\t' {
				to = append(to, glyph{r: rune(c), start: int32(i), end: int32(i + 1)})
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		to = foldRune(to, text[i:i+size], r, int32(i))
		i += size
	}
	return to
}

// foldRune folds one character that is not of ASCII. Full decompositions (NFKD) are used character by character: what would be put
// into another order are marks, and those go.
func foldRune(to []glyph, raw string, r rune, at int32) []glyph {
	end := at + int32(len(raw))
	if plain := variants[r]; plain != 0 {
		return append(to, glyph{r: plain, start: at, end: end})
	}
	if unseen(r) {
		return to
	}
	parts := []byte(nil)
	if r != utf8.RuneError {
		parts = norm.NFKD.PropertiesString(raw).Decomposition()
	}
	if parts == nil {
		return foldPlain(to, r, at, end)
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		to, parts = foldPlain(to, part, at, end), parts[size:]
	}
	return to
}

func foldPlain(to []glyph, r rune, at, end int32) []glyph {
	if unseen(r) {
		return to
	}
	latin := alike[r]
	lower := unicode.ToLower(r)
	if latin == 0 {
		latin = alike[lower]
	}
	if plain := variants[lower]; plain != 0 {
		return append(to, glyph{r: plain, start: at, end: end})
	}
	for _, one := range prose.FoldLetter(lower) {
		to = append(to, glyph{r: one, latin: latin, start: at, end: end})
	}
	return to
}

// unseen tells whether a character is not seen, or only on top of another: accents, what joins, what turns the direction of text, the
// fillers of Hangul, the blank of Braille, the colours of skin.
func unseen(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || r >= 0x1F3FB && r <= 0x1F3FF
}

// isWord tells whether a folded character is part of a word.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.Nd, unicode.Mc)
}

// isPicture tells whether a character is a word by itself, as emoji are.
func isPicture(r rune) bool { return r > 0x2000 && unicode.Is(unicode.So, r) }
