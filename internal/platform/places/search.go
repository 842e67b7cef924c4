package places

import (
	"cmp"
	"slices"
	"strings"
)

const (
	maxQuery  = 100 // bytes of a query that are read
	maxAnswer = 100 // communes of an answer
	maxWords  = 6   // words that are looked for in any order, the longest of the query
)

// index finds communes by name: all folded names in one string, each between line feeds, the most populous first, so that the
// first names found are also the best and the search may stop there.
type index struct {
	names  string
	starts []uint32 // where each name begins in names
	rows   []uint16 // the commune of each
}

func newIndex(f *france) index {
	n := len(f.codes) / codeSize
	x := index{starts: make([]uint32, 0, n), rows: make([]uint16, n)}
	for i := range x.rows {
		x.rows[i] = uint16(i)
	}
	slices.SortFunc(x.rows, func(a, b uint16) int {
		return cmp.Or(cmp.Compare(f.communes[b].people, f.communes[a].people), cmp.Compare(a, b))
	})
	names := make([]byte, 0, len(f.text)+2*n)
	names = append(names, '\n')
	for _, row := range x.rows {
		x.starts = append(x.starts, uint32(len(names)))
		names = append(fold(names, f.text.at(f.communes[row].name)), '\n')
	}
	x.names = string(names)
	return x
}

// Search finds communes and arrondissements by what people type: a name or its beginning in any spelling ("st-denis",
// "SAINT DENIS", "denis saint"), with a department's number to choose ("saint denis 93"), or a postal code or its beginning.
// The name itself comes first, then names that begin so, then names with such words; among equals the most populous.
func (p *Places) Search(query string, limit int) []Commune {
	limit = min(limit, maxAnswer)
	words := strings.Fields(string(fold(nil, query[:min(len(query), maxQuery)])))
	if len(words) == 0 || limit <= 0 {
		return nil
	}
	numbers, words := split(words)
	for _, number := range numbers {
		if len(words) == 0 || len(number) == codeSize {
			return p.communes(p.byPostalCode(number, limit))
		}
	}
	s := seeker{index: &p.names, limit: limit, admits: p.within(numbers)}
	readings := saints(words)
	var exact, longer []uint16
	for _, words := range readings {
		exact, longer = s.begins(words, exact, longer)
	}
	s.keep(exact)
	s.keep(longer)
	for _, words := range readings {
		s.contains(words)
	}
	rows := make([]uint16, len(s.found))
	for i, rank := range s.found {
		rows[i] = p.names.rows[rank]
	}
	return p.communes(rows)
}

// split takes the numbers (a postal code, a department) out of the words.
func split(all []string) (numbers, words []string) {
	for _, word := range all {
		if word[0] >= '0' && word[0] <= '9' {
			numbers = append(numbers, strings.ToUpper(word))
		} else {
			words = append(words, word)
		}
	}
	return numbers, words
}

// within returns what a commune must satisfy: to be in the department that the first number names, if one does.
func (p *Places) within(numbers []string) func(row uint16) bool {
	for _, number := range numbers {
		at, ok := slices.BinarySearchFunc(p.departments, number, func(d Department, code string) int { return cmp.Compare(d.Code, code) })
		if ok {
			return func(row uint16) bool { return int(p.france.communes[row].department) == at }
		}
	}
	return func(uint16) bool { return true }
}

// byPostalCode returns the communes whose postal code begins so, the most populous first.
func (p *Places) byPostalCode(start string, limit int) []uint16 {
	f := &p.france
	var found []uint16
	n := len(f.postalCodes) / codeSize
	at, _ := find(f.postalCodes, start)
	for ; at < n && strings.HasPrefix(nth(f.postalCodes, at), start); at++ {
		found = append(found, f.members[f.postals[at].members:f.postals[at+1].members]...)
	}
	slices.SortFunc(found, func(a, b uint16) int {
		return cmp.Or(cmp.Compare(f.communes[b].people, f.communes[a].people), cmp.Compare(a, b))
	})
	found = slices.Compact(found)
	return found[:min(limit, len(found))]
}

// saints returns the ways to read "st" and "ste": short for a saint, and at the end also the beginning of Strasbourg.
func saints(words []string) [][]string {
	long := slices.Clone(words)
	for i, word := range long {
		switch word {
		case "st":
			long[i] = "saint"
		case "ste":
			long[i] = "sainte"
		}
	}
	last := len(words) - 1
	if long[last] == words[last] {
		return [][]string{long}
	}
	typing := slices.Clone(long)
	typing[last] = words[last]
	return [][]string{long, typing}
}

// seeker gathers the ranks of up to limit names, the best first.
type seeker struct {
	*index
	limit  int
	admits func(row uint16) bool
	found  []uint16
}

// keep takes ranks in the order of their population, as far as there is room.
func (s *seeker) keep(ranks []uint16) {
	slices.Sort(ranks)
	for _, rank := range ranks {
		if len(s.found) < s.limit && !slices.Contains(s.found, rank) {
			s.found = append(s.found, rank)
		}
	}
}

// begins adds the names that are these words to exact, and those that begin with them and go on to longer: the last word may be
// unfinished. A hamlet may bear the very name, after all the towns that only begin so.
func (s *seeker) begins(words []string, exact, longer []uint16) ([]uint16, []uint16) {
	needle := "\n" + strings.Join(words, " ")
	room := s.limit
	rest := s.scan(0, needle, nil, func(rank uint16, name string) bool {
		if len(name) == len(needle) {
			exact = append(exact, rank)
			return true
		}
		longer = append(longer, rank)
		room--
		return room > 0
	})
	room = s.limit
	s.scan(rest, needle+"\n", nil, func(rank uint16, _ string) bool {
		exact = append(exact, rank)
		room--
		return room > 0
	})
	return exact, longer
}

// contains finds the names of which each of these words begins a word, in any order.
func (s *seeker) contains(words []string) {
	words = telling(words)
	if len(words) == 0 || len(s.found) >= s.limit {
		return
	}
	needle := words[0]
	if len(words) == 1 {
		needle, words = " "+needle, nil
	}
	if len(needle) < 3 {
		return
	}
	s.scan(0, needle, words, func(rank uint16, _ string) bool {
		if !slices.Contains(s.found, rank) {
			s.found = append(s.found, rank)
		}
		return len(s.found) < s.limit
	})
}

// telling returns the words that tell names apart, each once and the longest first, which are in the fewest names. Single
// letters are not worth the search.
func telling(words []string) []string {
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool { return len(word) < 2 })
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}

// scan hands on every name in which needle stands and each of words begins a word, with the line feed before it, until take has
// enough. It begins at a line feed, and returns the one at which it stopped.
func (s *seeker) scan(at int, needle string, words []string, take func(rank uint16, name string) bool) int {
	for {
		hit := strings.Index(s.names[at:], needle)
		if hit < 0 {
			return len(s.names) - 1
		}
		hit += at
		start := strings.LastIndexByte(s.names[:hit+1], '\n') // a needle may begin at the line feed before the name
		at = start + 1 + strings.IndexByte(s.names[start+1:], '\n')
		if !hasAll(s.names[start:at], words) {
			continue
		}
		rank, _ := slices.BinarySearch(s.starts, uint32(start)+1)
		if s.admits(s.rows[rank]) && !take(uint16(rank), s.names[start:at]) {
			return at
		}
	}
}

// hasAll tells whether each word begins a word of the name, which stands behind a line feed.
func hasAll(name string, words []string) bool {
	for _, word := range words {
		found := false
		for at := 0; !found && at < len(name); at++ {
			hit := strings.Index(name[at:], word)
			if hit < 0 {
				return false
			}
			at += hit
			found = at > 0 && (name[at-1] == ' ' || name[at-1] == '\n')
		}
		if !found {
			return false
		}
	}
	return true
}
