package search

import (
	"cmp"
	"context"
	"slices"
)

// Alike asks for what resembles something that is not there yet: a title that somebody has just written.
type Alike struct {
	Kind   string
	Title  string   // as typed
	Around []string // names of the places where it is at home: what is of the same place resembles it sooner
	Limit  int      // at most mostHits
}

// mostAlike is how many words of a title are compared, each with each other: 21 looks at the index.
const mostAlike = 7

// Alike finds what is open, and has two words of the title in its own title, or one and a name of the place; a title of one word is
// looked for by this word. What shares most comes first, then the newest.
func (x *Index) Alike(ctx context.Context, a Alike) ([]Hit, error) {
	words, _ := say(a.Title)
	words = words[:min(len(words), mostAlike)]
	shared, found := map[string]int{}, map[string]Hit{}
	for _, tokens := range a.looks(words) {
		rows, err := x.find(ctx, append(tokens, isOpen, isKind+sign(a.Kind)), nil, Place{}.numberBefore(), limited(a.Limit))
		some, err := hits(rows, err, Place{})
		if err != nil {
			return nil, err
		}
		for _, hit := range some {
			shared[hit.Subject]++
			found[hit.Subject] = hit
		}
	}
	all := make([]Hit, 0, len(found))
	for _, hit := range found {
		all = append(all, hit)
	}
	slices.SortFunc(all, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(shared[b.Subject], shared[a.Subject]), Newer(a.Place, b.Place))
	})
	return all[:min(limited(a.Limit), len(all))], nil
}

// looks are the sets of tokens that are looked for.
func (a Alike) looks(words []string) (all [][]string) {
	if len(words) == 1 {
		return [][]string{{inTitle + words[0]}}
	}
	for i, one := range words {
		for _, other := range words[i+1:] {
			all = append(all, []string{inTitle + one, inTitle + other})
		}
	}
	for _, name := range a.Around {
		place, _ := say(name)
		if len(place) == 0 {
			continue
		}
		for _, word := range words {
			if !slices.Contains(place, word) { // the place alone is no resemblance
				all = append(all, append([]string{inTitle + word}, place...))
			}
		}
	}
	return all
}
