package words

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxSteps    = 150    // of the machine that a pattern becomes: with maxSearched it bounds what one costs
	maxSearched = 20_000 // bytes of a text that patterns look at
	mostFound   = 20     // times that one pattern is said to be met
)

// pattern is an entry's regular expression. RE2 takes time in proportion to the text, whatever the pattern.
type pattern struct {
	entry    int
	find     *regexp.Regexp
	literals []string // every text that it meets holds one of them; nil for nothing known
}

// compilePattern reads a pattern. It returns the key of what is wrong with it, empty for nothing.
func compilePattern(term string) (pattern, string) {
	source := "(?i)" + foldPattern(term)
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return pattern{}, "words.pattern_broken"
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil || len(program.Inst) > maxSteps {
		return pattern{}, "words.pattern_large"
	}
	find, err := regexp.Compile(source)
	if err != nil {
		return pattern{}, "words.pattern_broken"
	}
	if find.MatchString("") {
		return pattern{}, "words.pattern_all"
	}
	return pattern{find: find, literals: literalsOf(tree)}, ""
}

// foldPattern folds the letters of a pattern that are not of ASCII, as texts are folded. Capitals of ASCII stay: \W is not \w.
func foldPattern(term string) string {
	var b strings.Builder
	for _, r := range term {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		for _, g := range foldRune(nil, string(r), r, 0) {
			b.WriteRune(g.r)
		}
	}
	return b.String()
}

// literalsOf returns pieces of plain text of which a pattern asks for one at least, so that most texts need not be searched for it; of
// several such sets the one whose shortest piece is the longest.
func literalsOf(tree *syntax.Regexp) (best []string) {
	switch tree.Op {
	case syntax.OpLiteral:
		if slices.ContainsFunc(tree.Rune, func(r rune) bool { return r >= utf8.RuneSelf }) { // the least of a letter's forms need not be its small one
			return nil
		}
		return []string{strings.ToLower(string(tree.Rune))}
	case syntax.OpAlternate:
		for _, sub := range tree.Sub {
			one := literalsOf(sub)
			if one == nil {
				return nil
			}
			best = append(best, one...)
		}
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		for _, sub := range tree.Sub {
			if one := literalsOf(sub); shortest(one) > shortest(best) {
				best = one
			}
		}
	}
	return best
}

// shortest is the length of the shortest of some pieces, in bytes.
func shortest(pieces []string) (n int) {
	for i, piece := range pieces {
		if i == 0 || len(piece) < n {
			n = len(piece)
		}
	}
	return n
}

// mayMeet tells whether a folded text holds what the pattern asks for at least.
func (p pattern) mayMeet(text string) bool {
	return p.literals == nil || slices.ContainsFunc(p.literals, func(piece string) bool { return strings.Contains(text, piece) })
}

// folded is a text as patterns see it, and where each of its bytes comes from.
type folded struct {
	text string
	from []int32 // for each byte of text, the glyph; one more for the end
}

func unfold(glyphs []glyph) folded {
	var b strings.Builder
	f := folded{from: make([]int32, 0, len(glyphs)+1)}
	for i, g := range glyphs {
		n, _ := b.WriteRune(g.r)
		for range n {
			f.from = append(f.from, int32(i))
		}
		if b.Len() >= maxSearched {
			break
		}
	}
	f.text = b.String()
	return f
}
