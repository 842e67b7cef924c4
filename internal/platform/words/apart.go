package words

import (
	"unicode"
	"unicode/utf8"
)

const (
	leastApart = 3  // letters that stand apart before they can be a word
	mostApart  = 40 // letters of such a word
	mostGap    = 3  // characters between two of them
)

// gap tells what stands between two neighbouring tokens: nothing that joins them, spaces, or signs without a space.
type gap int

const (
	noGap gap = iota
	spaces
	signs
)

// gapAfter looks at what stands between the i-th token and the next.
func (p *paper) gapAfter(i int) gap {
	from, to := int(p.tokens[i].glyphs.to), int(p.tokens[i+1].glyphs.from)
	if to <= from || to-from > mostGap {
		return noGap
	}
	kind := signs
	for _, g := range p.glyphs[from:to] {
		switch {
		case g.r == '\n' || isPicture(g.r):
			return noGap
		case unicode.IsSpace(g.r):
			kind = spaces
		}
	}
	return kind
}

// apart adds the words whose letters stand apart, as in "m e r d e" or "m.e.r.d.e", and those that a sign cuts in pieces, as in
// "mer.de".
func (p *paper) apart() {
	n := p.own
	for i := 0; i < n; {
		end := i + 1
		for end < n && p.single(i) && p.single(end) && p.gapAfter(end-1) != noGap && p.gapAfter(end-1) == p.gapAfter(i) {
			end++
		}
		if end-i >= leastApart {
			p.spelled(i, end)
			i = end
			continue
		}
		i = p.pieces(i, n)
	}
}

// single tells whether a token is one letter.
func (p *paper) single(i int) bool { return p.tokens[i].glyphs.to-p.tokens[i].glyphs.from == 1 }

// spelled adds what single letters say together: all of them, and without the first two or the last, which may be words of their own
// ("il y a m e r d e").
func (p *paper) spelled(from, to int) {
	for _, cut := range [][2]int{{0, 0}, {1, 0}, {2, 0}, {0, 1}, {1, 1}, {2, 1}} {
		a, b := from+cut[0], min(to-cut[1], from+cut[0]+mostApart)
		if b-a >= leastApart {
			p.join(a, b)
		}
	}
}

// pieces adds the word that signs cut in pieces from token i on, and returns the token behind it. A point before a capital ends a
// sentence.
func (p *paper) pieces(i, n int) int {
	end, letters := i+1, p.tokens[i].glyphs.to-p.tokens[i].glyphs.from
	for end < n && p.gapAfter(end-1) == signs && p.cutting(end-1) {
		letters += p.tokens[end].glyphs.to - p.tokens[end].glyphs.from
		end++
	}
	if end-i > 1 && letters <= mostApart {
		p.join(i, end)
	}
	return end
}

// cutting tells whether the one sign behind token i is among those with which words are cut.
func (p *paper) cutting(i int) bool {
	from, to := p.tokens[i].glyphs.to, p.tokens[i+1].glyphs.from
	if to-from != 1 {
		return false
	}
	switch p.glyphs[from].r {
	case '-', '_', '*', '·', '•', '~', '^', '+', '=', '#':
		return true
	case '.':
		next, _ := utf8.DecodeRuneInString(p.text[p.glyphs[to].start:])
		return !unicode.IsUpper(next)
	}
	return false
}

// join adds a token that is several in one, read as they stand and with their digits as letters.
func (p *paper) join(from, to int) {
	first := len(p.readings)
	for _, disguised := range []bool{false, true} {
		start, other := len(p.runs), false
		for _, t := range p.tokens[from:to] {
			for _, g := range p.glyphs[t.glyphs.from:t.glyphs.to] {
				r := g.r
				if p.latin {
					r = g.asLatin()
				}
				if disguised {
					r = leet(r, 'i')
				}
				other = other || r != g.r
				p.runs = push(p.runs, start, r, 1)
			}
		}
		if !disguised || other {
			p.readings = append(p.readings, reading{from: int32(start), to: int32(len(p.runs))})
		}
	}
	p.add(int(p.tokens[from].glyphs.from), int(p.tokens[to-1].glyphs.to), first)
}
