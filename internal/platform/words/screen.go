package words

import "strings"

// Screen tells what a text of a language ("fr", "fr-CA") meets: entries of that language, whatever their country, and those for all. A
// text of no known language meets the entries of every one.
func (l *Lists) Screen(lang, text string) Result {
	if l == nil || len(l.entries) == 0 || text == "" {
		return Result{}
	}
	if len(text) > MaxText {
		text = text[:MaxText] // half a letter at its end meets nothing
	}
	p := l.papers.Get().(*paper)
	defer l.papers.Put(p)
	p.write(text)
	p.apart()
	s := search{lists: l, paper: p, lang: base(lang)}
	for i := range p.tokens {
		if len(s.result.Matches) == MaxMatches {
			break
		}
		s.token(i)
	}
	s.patterns()
	s.result.sort()
	return s.result
}

// base is a language without its country.
func base(lang string) string {
	lang, _, _ = strings.Cut(lang, "-")
	return lang
}

// search is one text asked about.
type search struct {
	lists  *Lists
	paper  *paper
	lang   string
	result Result
}

// token looks up every reading of a word: as a whole, as what begins so, as the first of several.
func (s *search) token(i int) {
	t := s.paper.tokens[i]
	for _, r := range s.paper.readings[t.readings.from:t.readings.to] {
		word := s.paper.runs[r.from:r.to]
		sum := uint64(seed)
		for n, one := range word {
			sum = mix(sum, one.r)
			if len(s.lists.prefixes) == 0 {
				continue
			}
			for _, at := range s.lists.prefixes[sum] {
				if asked := s.lists.terms[at]; same(word[:n+1], asked.words[0], true) {
					s.met(asked.entry, t.glyphs.from, t.glyphs.to)
				}
			}
		}
		for _, at := range s.lists.words[sum] {
			if asked := s.lists.terms[at]; (!asked.mixed || r.mixed) && same(word, asked.words[0], false) {
				s.met(asked.entry, t.glyphs.from, t.glyphs.to)
			}
		}
		if i >= s.paper.own {
			continue
		}
		for _, at := range s.lists.phrases[sum] {
			if asked := s.lists.terms[at]; same(word, asked.words[0], false) && s.goesOn(i, asked.words) {
				s.met(asked.entry, t.glyphs.from, s.paper.tokens[i+len(asked.words)-1].glyphs.to)
			}
		}
	}
}

// goesOn tells whether the words behind token i are the further ones of a phrase.
func (s *search) goesOn(i int, asked [][]run) bool {
	if i+len(asked) > s.paper.own {
		return false
	}
	for n, next := range asked[1:] {
		t, found := s.paper.tokens[i+1+n], false
		for _, r := range s.paper.readings[t.readings.from:t.readings.to] {
			found = found || same(s.paper.runs[r.from:r.to], next, false)
		}
		if !found {
			return false
		}
	}
	return true
}

func (s *search) patterns() {
	if len(s.lists.patterns) == 0 {
		return
	}
	f := unfold(s.paper.glyphs)
	for _, p := range s.lists.patterns {
		if !p.mayMeet(f.text) {
			continue
		}
		for _, at := range p.find.FindAllStringIndex(f.text, mostFound) {
			if at[1] > at[0] {
				s.met(p.entry, f.from[at[0]], f.from[at[1]-1]+1)
			}
		}
	}
}

// met notes that glyphs meet an entry, if it is for the language of the text.
func (s *search) met(entry int, from, to int32) {
	e := s.lists.entries[entry]
	if s.lang != "" && e.Lang != "" && base(e.Lang) != s.lang || len(s.result.Matches) == MaxMatches {
		return
	}
	start, end := s.paper.glyphs[from].start, s.paper.glyphs[to-1].end
	s.result.Matches = append(s.result.Matches, Match{Entry: e, Start: int(start), End: int(end)})
	s.result.Effect = max(s.result.Effect, e.Effect)
}
