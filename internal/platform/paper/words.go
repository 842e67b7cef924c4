package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxWords = 2000 // bytes of one text: more than any sheet shows
	ellipsis = "…"
)

// readable returns what can be printed of text in a face: composed, on one line, without what nobody sees or no font knows.
func (p *page) readable(f face, text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxWords)], "")
	var out strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '\u202f' || r == '\u00a0':
			out.WriteRune('\u00a0') // not broken; the fonts know no narrow one
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case unicode.Is(unicode.C, r):
		case p.fontOf(f, r) >= 0:
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.FieldsFunc(out.String(), func(r rune) bool { return r == ' ' }), " ")
}

// fit sets text in the largest of the sizes, falling, at which it fills at most a box; what is too long for the smallest is cut.
func (p *page) fit(f face, text string, w, h, leading float64, sizes ...float64) block {
	text = p.readable(f, text)
	for i, size := range sizes {
		lines, whole := p.wrap(f, text, w, size)
		b := block{f, lines, size, leading}
		if b.tall() <= h && whole {
			return b
		}
		if i == len(sizes)-1 {
			if most := max(int(h/(size*leading)), 1); len(lines) > most {
				lines[most-1] = p.cut(f, lines[most-1]+" "+lines[most], w, size)
				b.lines = lines[:most]
			}
			return b
		}
	}
	return block{}
}

// wrap breaks text into lines at spaces; whole tells that no word had to be broken.
func (p *page) wrap(f face, text string, w, size float64) (lines []string, whole bool) {
	line, whole := "", true
	for _, word := range strings.Split(text, " ") {
		joined := strings.TrimPrefix(line+" "+word, " ")
		if p.wide(f, joined, size) <= w {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; p.wide(f, line, size) > w; {
			head := p.head(f, line, w, size)
			lines, whole = append(lines, head), false
			line = line[len(head):]
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines, whole
}

// head is the longest beginning of text that is at most w wide, one character at least.
func (p *page) head(f face, text string, w, size float64) string {
	_, end := utf8.DecodeRuneInString(text)
	for i, r := range text {
		if next := i + utf8.RuneLen(r); next > end {
			if p.wide(f, text[:next], size) > w {
				break
			}
			end = next
		}
	}
	return text[:end]
}

// cut shortens text to a width, with an ellipsis when something is lost.
func (p *page) cut(f face, text string, w, size float64) string {
	if p.wide(f, text, size) <= w {
		return text
	}
	return strings.TrimRight(p.head(f, text, w-p.wide(f, ellipsis, size), size), " \u00a0-,.;:") + ellipsis
}

// short is one line of text, cut where it is too wide.
func (p *page) short(f face, text string, w, size float64) string {
	return p.cut(f, p.readable(f, text), w, size)
}
