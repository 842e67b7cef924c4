package search

import "context"

// Query asks for what has all of some words.
type Query struct {
	Kind  string
	Text  string // as somebody typed it
	Theme string // empty for every theme
	After Place
	Limit int // at most mostHits
}

// lastTier is how many parts an answer by words has: 1 all words stand in the title and it is open, 2 in the title and it has ended,
// 3 somewhere and open, 4 somewhere and ended. Within each, the newest comes first.
const lastTier = 4

// Says returns the words of a text that a query would look for, and whether there were more than it reads.
func Says(text string) (words []string, cut bool) { return say(text) }

// Query finds by words. A text without words finds nothing.
func (x *Index) Query(ctx context.Context, q Query) ([]Hit, error) {
	words, _ := say(q.Text)
	if len(words) == 0 {
		return nil, nil
	}
	titles := make([]string, len(words))
	for i, word := range words {
		titles[i] = inTitle + word
	}
	limit := limited(q.Limit)
	var found []Hit
	for tier := max(q.After.tier, 1); tier <= lastTier && len(found) < limit; tier++ {
		all, without := append([]string(nil), titles...), []string(nil)
		if tier > 2 {
			all, without = append([]string(nil), words...), titles
		}
		all = append(all, []string{isOpen, hasEnded}[(tier-1)%2], isKind+sign(q.Kind))
		if q.Theme != "" {
			all = append(all, isTheme+sign(q.Theme))
		}
		before := Place{}.numberBefore()
		if tier == q.After.tier {
			before = q.After.numberBefore()
		}
		rows, err := x.find(ctx, all, without, before, limit-len(found))
		some, err := hits(rows, err, Place{tier: tier})
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}
