package front

import (
	"context"

	"essaim/internal/platform/view"
)

// suggested is how many mobilisations a page that is not found proposes.
const suggested = 3

// Suggestions are the latest mobilisations, for pages that could not be given. They are none when the mobilisations cannot be
// read: the page that says what is wrong must not fail in its turn.
func (r *Room) Suggestions(ctx context.Context) []view.Row {
	teasers, err := r.Petitions(ctx, suggested)
	if err != nil {
		return nil
	}
	var rows []view.Row
	for _, one := range teasers {
		rows = append(rows, view.Row{Title: one.Title, Lang: one.Lang, Path: one.Path, Image: one.Image, Text: one.By})
	}
	return rows
}
