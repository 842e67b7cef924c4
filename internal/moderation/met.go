package moderation

import (
	"context"
	"slices"

	"essaim/internal/platform/module"
	"essaim/internal/platform/words"
)

// met is a text in which something stands that is listed, cut around it.
type met struct {
	Lang   string
	Lists  []string // that no text before it has met
	Pieces []words.Piece
}

// around is how many letters are shown on each side of what is marked.
const around = 60

// meet tells what of some texts stands in lists, whatever its effect: who reads them decides.
func (r *Room) meet(ctx context.Context, said []module.Said) []met {
	var all []met
	var named []string
	for _, one := range said {
		result := r.Screen(ctx, one.Lang, one.Text)
		if result.Effect == words.None {
			continue
		}
		m := met{Lang: one.Lang, Pieces: result.Around(one.Text, words.Tag, around)}
		for _, list := range result.Lists() {
			if !slices.Contains(named, list) {
				m.Lists, named = append(m.Lists, list), append(named, list)
			}
		}
		all = append(all, m)
	}
	return all
}

// Refused returns the words of a text that its writer is to replace, as written; nil for none. Rooms that take words ask it, and say
// these words and nothing else: where they stand is for moderators.
func (r *Room) Refused(ctx context.Context, lang, text string) []string {
	return r.Screen(ctx, lang, text).Words(text, words.Refuse)
}
