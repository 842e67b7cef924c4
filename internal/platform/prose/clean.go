package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	zwnj = '\u200c' // Persian and several Indian scripts spell with it
	zwj  = '\u200d' // the same, and families in emoji

	// maxMarks is how many accents one letter may bear. Vietnamese and pointed Hebrew stay below; what climbs over the
	// lines above does not.
	maxMarks = 4
)

// Line cleans what was typed in a field of one line: Unicode's normal form C, every kind of space a single plain one, none
// at the ends, and no character that is not seen: controls, those that turn the direction of text (UAX 9) and the like.
func Line(s string) string {
	if plain(s) {
		return s
	}
	var c cleaner
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "")) {
		if isSpace(r) {
			c.space = true
			continue
		}
		c.add(r)
	}
	return norm.NFC.String(c.b.String())
}

// Text cleans what was typed in a field of several lines as Line does, line by line, with the spaces before a line kept
// (Markdown reads them), tabs as four spaces, and no more than one empty line in a row.
func Text(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	var b strings.Builder
	b.Grow(len(s))
	empty := 0
	for line := range strings.SplitSeq(s, "\n") {
		cleaned := Line(line)
		if cleaned == "" {
			empty++
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n"[:min(empty+1, 2)])
		}
		empty = 0
		b.WriteString(indent(line))
		b.WriteString(cleaned)
	}
	return b.String()
}

// indent returns the spaces with which a line begins, at most twelve: three levels of a list.
func indent(line string) string {
	width := 0
	for _, r := range line {
		switch r {
		case ' ':
			width++
		case '\t':
			width += 4
		default:
			return strings.Repeat(" ", min(width, 12))
		}
	}
	return ""
}

// plain tells whether s is already clean: the printable characters of ASCII, single spaces, none at the ends.
func plain(s string) bool {
	previous := byte(' ')
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || (s[i] == ' ' && previous == ' ') {
			return false
		}
		previous = s[i]
	}
	return s == "" || previous != ' '
}

type cleaner struct {
	b     strings.Builder
	space bool // one is due before the next character
	join  rune // a joiner is due between two characters
	marks int
	last  rune
}

func (c *cleaner) add(r rune) {
	if r == zwj || r == zwnj {
		c.join = r
		return
	}
	if hidden(r) || c.tooManyMarks(r) {
		return
	}
	switch {
	case c.space && c.b.Len() > 0:
		c.b.WriteByte(' ')
	case c.join != 0 && c.b.Len() > 0 && joins(c.last):
		c.b.WriteRune(c.join)
	}
	c.b.WriteRune(r)
	c.space, c.join, c.last = false, 0, r
}

// joins tells whether a joiner after r can mean something: never after Latin, Greek or Cyrillic, where it only hides.
func joins(r rune) bool {
	return r > unicode.MaxLatin1 && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

func (c *cleaner) tooManyMarks(r rune) bool {
	if !unicode.In(r, unicode.Mn, unicode.Me) {
		c.marks = 0
		return false
	}
	c.marks++
	return c.marks > maxMarks
}

// hidden tells whether a character is never seen: controls (Cc); formats (Cf), which hold the marks of direction U+061C,
// U+200E, U+200F, U+202A–202E and U+2066–2069, the zero-width space U+200B and U+FEFF, and the tags U+E0000–E007F; what
// is private or not assigned.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) ||
		!unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
}

// isSpace counts as spaces the letters that look like one, too: the fillers of Hangul and the empty Braille cell.
func isSpace(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return true
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Z, r)
}

// Longer tells whether a text has more than this many characters.
func Longer(s string, characters int) bool { return utf8.RuneCountInString(s) > characters }
