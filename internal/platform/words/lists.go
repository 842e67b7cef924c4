package words

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Lists are entries made ready to be asked. They do not change, and are safe for concurrent use. A nil *Lists meets nothing.
type Lists struct {
	entries  []Entry
	terms    []term
	words    map[uint64][]int32 // terms of one word, by the sum of its letters
	prefixes map[uint64][]int32
	phrases  map[uint64][]int32 // by the first word
	patterns []pattern
	papers   sync.Pool // of *paper
}

// term is what an entry asks for.
type term struct {
	entry int
	words [][]run
	mixed bool // only met by words that mix scripts
}

// Compile makes entries ready. What Clean refuses is left out, as are patterns beyond MaxPatterns: rows may come from another version.
func Compile(entries []Entry) *Lists {
	l := &Lists{words: map[uint64][]int32{}, prefixes: map[uint64][]int32{}, phrases: map[uint64][]int32{}}
	l.papers.New = func() any { return &paper{} }
	for _, e := range entries {
		e, err := e.Clean()
		if err != nil || len(l.entries) == MaxEntries {
			continue
		}
		l.entries = append(l.entries, e)
		if e.Kind != Pattern {
			l.add(len(l.entries)-1, e)
		} else if p, wrong := compilePattern(e.Term); wrong == "" && len(l.patterns) < MaxPatterns {
			p.entry = len(l.entries) - 1
			l.patterns = append(l.patterns, p)
		}
	}
	return l
}

func (l *Lists) add(entry int, e Entry) {
	tokens := tokensOf(e.Term)
	switch e.Kind {
	case Prefix:
		l.put(l.prefixes, term{entry: entry, words: tokens})
	case Word:
		l.put(l.words, term{entry: entry, words: tokens})
		if latin, other := latinOf(tokens[0]); other {
			l.put(l.words, term{entry: entry, words: [][]run{latin}, mixed: true})
		}
	case Phrase:
		l.put(l.phrases, term{entry: entry, words: tokens})
		var joined []run // written without spaces, it is one word
		for _, token := range tokens {
			for _, one := range token {
				joined = push(joined, 0, one.r, one.n)
			}
		}
		l.put(l.words, term{entry: entry, words: [][]run{joined}})
	}
}

func (l *Lists) put(table map[uint64][]int32, t term) {
	sum := uint64(seed)
	for _, one := range t.words[0] {
		sum = mix(sum, one.r)
	}
	table[sum] = append(table[sum], int32(len(l.terms)))
	l.terms = append(l.terms, t)
}

// latinOf writes a word of another script as one that mixes scripts is read.
func latinOf(word []run) (latin []run, other bool) {
	for _, one := range word {
		r := alike[one.r]
		if r == 0 {
			r = one.r
		}
		other = other || r != one.r
		latin = push(latin, 0, r, one.n)
	}
	return latin, other
}

// The sum of a word is FNV-1a over its letters, each once however often it is repeated.
const (
	seed  = 14695981039346656037
	prime = 1099511628211
)

func mix(sum uint64, r rune) uint64 { return (sum ^ uint64(r)) * prime }

// same tells whether a word is the one asked for: with the same letters, each as often, or drawn out to three and more. "as" is not
// "ass", and "asss" is. The last letter of a beginning may go on.
func same(word, asked []run, prefix bool) bool {
	if len(word) < len(asked) || !prefix && len(word) > len(asked) {
		return false
	}
	for i, a := range asked {
		w := word[i]
		goesOn := prefix && i == len(asked)-1
		if w.r != a.r || w.n != a.n && !(w.n > a.n && (w.n >= 3 || goesOn)) {
			return false
		}
	}
	return true
}

// Size tells how many entries there are.
func (l *Lists) Size() int {
	if l == nil {
		return 0
	}
	return len(l.entries)
}

// Match is one place of a text that meets an entry: text[Start:End].
type Match struct {
	Entry      Entry
	Start, End int
}

// Result is what a text meets. The zero Result is nothing.
type Result struct {
	Effect  Effect  // the greatest
	Matches []Match // in the order of the text, at most MaxMatches
}

// Words are what the text says where it meets entries of at least this effect, each once, as its writer wrote them.
func (r Result) Words(text string, least Effect) []string {
	var all []string
	for _, m := range r.Matches {
		if word := text[m.Start:m.End]; m.Entry.Effect >= least && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}

// Lists are the names of the lists met, each once, in alphabetical order.
func (r Result) Lists() []string {
	var all []string
	for _, m := range r.Matches {
		all = append(all, m.Entry.List)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (r *Result) sort() {
	slices.SortFunc(r.Matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), strings.Compare(a.Entry.Term, b.Entry.Term), strings.Compare(a.Entry.ID, b.Entry.ID))
	})
	r.Matches = slices.CompactFunc(r.Matches, func(a, b Match) bool { return a == b })
}
