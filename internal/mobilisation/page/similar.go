package page

import (
	"context"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// similar are the mobilisations that one may sign instead of beginning a draft's, with their counts. What cannot be read of them is
// not shown: who writes is never held up by it.
func (r *Pages) similar(ctx context.Context, d *mobilisation.WorkingDraft) []view.Row {
	hits := r.Similar(ctx, d)
	if len(hits) == 0 {
		return nil
	}
	petitions, err := r.Brief(ctx, hits)
	if err != nil {
		r.Log.Warn("similar mobilisations were not read", "cause", err)
		return nil
	}
	lang := web.Lang(ctx)
	var rows []view.Row
	for _, hit := range hits {
		p, ok := petitions[hit.Subject]
		if !ok || !p.TakesSignatures() {
			continue // the index is mended by night
		}
		text, same := p.TextIn(lang)
		row := view.Row{
			Title: text.Title, Image: p.Poster(), Path: "/m/" + p.Slug, Text: r.areaName(p.Area, lang),
			Meta: []view.Meta{{Icon: "signature", Text: tn(ctx, "mobilisation.card_line", r.Count(p.ID))}},
		}
		if !same {
			row.Lang = text.Lang
		}
		rows = append(rows, row)
	}
	return rows
}
