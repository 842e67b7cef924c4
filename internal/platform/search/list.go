package search

import (
	"context"
	"slices"
	"time"
)

// List is what stands in some lists of a kind, the newest first.
type List struct {
	Kind  string
	Names []string // All, or some of Document.Lists; a document stands in one of them at most
	Theme string   // empty for every theme
	After Place
	Limit int // at most mostHits
}

// mostHits is how many documents one answer has at most.
const mostHits = 100

// List returns what stands in the lists.
func (x *Index) List(ctx context.Context, l List) ([]Hit, error) {
	var all []Hit
	for _, name := range l.Names {
		rows, err := x.db.Query(ctx, `
			SELECT s.number, d.subject
			FROM search_spot AS s
			JOIN search_document AS d ON d.number = s.number
			WHERE s.scope = $1 AND s.cell = 0 AND s.number < $2
			ORDER BY s.number DESC
			LIMIT $3`, scopeOf(l.Kind, l.Theme, name), l.After.numberBefore(), limited(l.Limit))
		some, err := hits(rows, err, Place{})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Hit) int { return Newer(a.Place, b.Place) })
	return all[:min(limited(l.Limit), len(all))], nil
}

func limited(n int) int { return min(max(n, 0), mostHits) }

// Page is the address of a document, for the map of the site.
type Page struct {
	Number int64
	Path   string
}

// Pages lists documents of every kind in the order of their publication, from a number on.
func (x *Index) Pages(ctx context.Context, from int64, limit int) ([]Page, error) {
	rows, err := x.db.Query(ctx, `
		SELECT number, path
		FROM search_document
		WHERE number >= $1
		ORDER BY number
		LIMIT $2`, from, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Page
	for rows.Next() {
		var p Page
		if err := rows.Scan(&p.Number, &p.Path); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Leaves cuts the map of the site into leaves of so many pages, and returns the number with which each begins. New documents
// only ever lengthen the last leaf, or begin one.
func (x *Index) Leaves(ctx context.Context, size int) ([]int64, error) {
	rows, err := x.db.Query(ctx, `
		SELECT number
		FROM (
			SELECT number, ROW_NUMBER() OVER (ORDER BY number) AS place
			FROM search_document) AS numbered
		WHERE (place - 1) % $1 = 0
		ORDER BY number`, size)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// Published is when the document of a number was published, to the millisecond.
func Published(number int64) time.Time { return time.UnixMilli(number / numbersPerMilli).UTC() }
