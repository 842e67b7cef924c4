package page

import (
	"context"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
)

const voicesShown = 8

// voices are the messages that stand on a petition's page: with the name where it may be shown, with the place otherwise.
func (r *Pages) voices(ctx context.Context, p *mobilisation.Petition) ([]view.Row, error) {
	list, err := r.Messages(ctx, mobilisation.MessageShown, p.ID, voicesShown)
	out := make([]view.Row, 0, len(list))
	for _, m := range list {
		out = append(out, view.Row{
			Title: r.VoiceName(ctx, m.Signature), Text: i18n.Typography(m.Lang, m.Words), Lang: m.Lang,
			Meta: []view.Meta{{Text: i18n.From(ctx).Date(m.At)}},
		})
	}
	return out, err
}
