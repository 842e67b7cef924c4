package organisation

import (
	"context"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
)

// refuseWords notes the fields whose writer is to find other words, and says these words alone.
func (r *Room) refuseWords(ctx context.Context, f *fault.Flaws, name string, t Text) {
	if r.Refused == nil {
		return
	}
	for _, answer := range [][2]string{{"name", name}, {"line", t.Line}, {"lede", t.Lede}, {"about", t.About}} {
		words := r.Refused(ctx, t.Lang, answer[1])
		f.When(len(words) > 0, answer[0], "organisation.word_refused", "words", i18n.From(ctx).List(words))
	}
}
