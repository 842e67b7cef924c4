package mobilisation

import (
	"context"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
)

const voicesShown = 8

// voices are the messages that stand on a petition's page: with the name where it may be shown, with the place otherwise.
func (r *Room) voices(ctx context.Context, p *Petition) ([]view.Row, error) {
	list, err := r.messages(ctx, messageShown, p.ID, voicesShown)
	out := make([]view.Row, 0, len(list))
	for _, m := range list {
		out = append(out, view.Row{
			Title: r.voiceName(ctx, m.Signature), Text: i18n.Typography(m.Lang, m.Words), Lang: m.Lang,
			Meta: []view.Meta{{Text: i18n.From(ctx).Date(m.At)}},
		})
	}
	return out, err
}
