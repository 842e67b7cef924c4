package mobilisation

import (
	"context"

	"essaim/internal/platform/search"
)

// mostSimilar is how many are shown to who begins another: more would not be read.
const mostSimilar = 3

// Similar finds what takes signatures and resembles a draft: by words of its title, and sooner where its place is the same. It is
// an offer to sign and never a reason to refuse, so what cannot be looked up is not there.
func (r *Room) Similar(ctx context.Context, d *WorkingDraft) []search.Hit {
	if r.Index == nil || d.Title == "" {
		return nil
	}
	hits, err := r.Index.Alike(ctx, search.Alike{Kind: kind, Title: d.Title, Around: r.around(d.Area), Limit: mostSimilar})
	if err != nil {
		r.Log.Warn("similar mobilisations were not found", "cause", err)
		return nil
	}
	return hits
}

// around are the names by which the neighbourhood of an area is found: its commune, its department, its region.
func (r *Room) around(a Area) (names []string) {
	atlas := r.Places.Load()
	department := a.Code()
	if a.Kind() == "commune" {
		commune, _ := atlas.Commune(a.Code())
		names, department = append(names, commune.Name), commune.Department
	}
	if d, ok := atlas.Department(department); ok && a.Kind() != "region" {
		names = append(names, d.Name)
	}
	if g, ok := atlas.Region(a.Code()); ok && a.Kind() == "region" {
		names = append(names, g.Name)
	}
	return names
}
