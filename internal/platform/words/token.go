package words

import (
	"unicode"
	"unicode/utf8"
)

// run is a letter, and how many times it stands there.
type run struct {
	r rune
	n int32
}

// reading is one way to read a word: runs[from:to] of the paper that it is on.
type reading struct {
	from, to int32
	mixed    bool // letters of two scripts, all read as the Latin ones that they look like
}

// span is from here to there, without the end.
type span struct{ from, to int32 }

// token is a word of a text, with all its readings.
type token struct {
	glyphs   span // of the paper's glyphs
	readings span // of the paper's readings; never empty
}

// paper is a text taken to pieces, with room that is used again for the next one.
type paper struct {
	text     string
	glyphs   []glyph
	runs     []run
	readings []reading
	tokens   []token // its words in their order, then what some of them say together
	own      int     // how many are its words
	wides    []span  // what has signs in it that may stand for letters
	latin    bool    // most of its letters are Latin
}

// maxToken is how many letters of a word are read; nobody disguises a word in a longer one.
const maxToken = 60

// write takes a text to pieces.
func (p *paper) write(text string) {
	p.text, p.glyphs = text, fold(p.glyphs[:0], text)
	p.runs, p.readings, p.tokens, p.wides = p.runs[:0], p.readings[:0], p.tokens[:0], p.wides[:0]
	p.latin = mostlyLatin(p.glyphs)
	for i := 0; i < len(p.glyphs); {
		r := p.glyphs[i].r
		end := i + 1
		switch {
		case isPicture(r):
			first := len(p.readings)
			p.readings = append(p.readings, p.plain(i, end))
			p.add(i, end, first)
		case isWord(r) || isSign(r):
			for end < len(p.glyphs) && (isWord(p.glyphs[end].r) || isSign(p.glyphs[end].r)) {
				end++
			}
			p.wide(i, end)
		}
		i = end
	}
	p.own = len(p.tokens)
	for _, w := range p.wides {
		if first := len(p.readings); p.disguised(int(w.from), int(w.to), 1) {
			p.add(int(w.from), int(w.to), first)
		}
	}
}

func mostlyLatin(glyphs []glyph) bool {
	latin, other := 0, 0
	for _, g := range glyphs {
		switch {
		case 'a' <= g.r && g.r <= 'z':
			latin++
		case g.r >= utf8.RuneSelf && unicode.IsLetter(g.r):
			other++
		}
	}
	return latin > other
}

// wide reads what lies between two spaces, say: the words in it, and keeps the whole where signs may stand for letters. At its end an
// exclamation is a stop far more often than a letter.
func (p *paper) wide(from, to int) {
	for from < to && (p.glyphs[to-1].r == '!' || p.glyphs[to-1].r == '|') {
		to--
	}
	signs := false
	for i := from; i < to; {
		if !isWord(p.glyphs[i].r) {
			signs = true
			i++
			continue
		}
		end := i + 1
		for end < to && isWord(p.glyphs[end].r) {
			end++
		}
		p.word(i, end)
		i = end
	}
	if signs {
		p.wides = append(p.wides, span{int32(from), int32(to)})
	}
}

// word reads a word: as it stands, in Latin letters, with its digits as letters.
func (p *paper) word(from, to int) {
	first := len(p.readings)
	p.readings = append(p.readings, p.plain(from, to))
	latin, alike := 0, 0
	for _, g := range p.glyphs[from:to] {
		switch {
		case g.latin != 0:
			alike++
		case 'a' <= g.r && g.r <= 'z':
			latin++
		}
	}
	if mixed := latin > 0; alike > 0 && (mixed || alike == to-from && p.latin) {
		r := p.read(from, to, glyph.asLatin)
		r.mixed = mixed
		p.readings = append(p.readings, r)
	}
	p.disguised(from, to, 2)
	p.add(from, to, first)
}

// disguised adds what glyphs say when digits and signs are letters, and tells whether they can: at least so many must be letters, or
// each year and each road would be a word.
func (p *paper) disguised(from, to, least int) bool {
	letters, signs, ones := 0, 0, 0
	for _, g := range p.glyphs[from:to] {
		switch {
		case g.r == '1' || g.r == '|':
			ones++
			signs++
		case leet(g.r, 'i') != g.r:
			signs++
		case unicode.IsLetter(g.r):
			letters++
		}
	}
	if signs == 0 || letters < least {
		return false
	}
	for _, one := range []rune{'i', 'l'} {
		p.readings = append(p.readings, p.read(from, to, func(g glyph) rune {
			return leet(g.asLatin(), one)
		}))
		if ones == 0 {
			break
		}
	}
	return true
}

func (p *paper) plain(from, to int) reading {
	return p.read(from, to, func(g glyph) rune { return g.r })
}

// read writes the runs of glyphs as a letter of each says.
func (p *paper) read(from, to int, letter func(glyph) rune) reading {
	start := len(p.runs)
	for _, g := range p.glyphs[from:min(to, from+maxToken)] {
		p.runs = push(p.runs, start, letter(g), 1)
	}
	return reading{from: int32(start), to: int32(len(p.runs))}
}

// push adds n times a letter to the runs that begin at start.
func push(runs []run, start int, r rune, n int32) []run {
	if last := len(runs) - 1; last >= start && runs[last].r == r {
		runs[last].n += n
		return runs
	}
	return append(runs, run{r, n})
}

// add makes a token of glyphs, with the readings from first on.
func (p *paper) add(from, to, first int) {
	p.tokens = append(p.tokens, token{glyphs: span{int32(from), int32(to)}, readings: span{int32(first), int32(len(p.readings))}})
}

// tokensOf returns the words of a term as they stand; where signs make one word of them, that one.
func tokensOf(term string) [][]run {
	var p paper
	p.write(term)
	words := p.tokens[:p.own]
	if whole := p.tokens[p.own:]; len(whole) == 1 && whole[0].glyphs.from <= words[0].glyphs.from && whole[0].glyphs.to >= words[p.own-1].glyphs.to {
		words = whole
	}
	var all [][]run
	for _, t := range words {
		r := p.readings[t.readings.from]
		all = append(all, p.runs[r.from:r.to])
	}
	return all
}
