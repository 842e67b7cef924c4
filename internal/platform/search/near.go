package search

import (
	"cmp"
	"container/heap"
	"context"
	"math"

	"essaim/internal/platform/places"
	"essaim/internal/platform/storage"
)

// Near asks for what is around a point.
type Near struct {
	Kind   string
	Theme  string // empty for every theme
	Point  places.Point
	Radius float64 // kilometres
	After  Place
	Limit  int // at most mostHits
}

// mostPoints is how many places are read at once: a square that has more is quartered, and its nearest quarter is looked at first.
const mostPoints = 128

// Near finds by nearness: the nearest first, along the globe; at one place the newest first.
//
// It walks over squares of the map and over places, always on to the nearest of either, and ends when enough documents are read:
// however dense a city is, only what is nearest in it is looked at.
func (x *Index) Near(ctx context.Context, n Near) ([]Hit, error) {
	if !n.Point.Known() || n.Radius <= 0 || math.IsNaN(n.Radius) {
		return nil, nil
	}
	w := &walk{index: x, ask: n, scope: scopeOf(n.Kind, n.Theme, near), limit: limited(n.Limit)}
	if n.After != (Place{}) {
		w.from = away(n.Point, n.After.cell.point())
	}
	w.open(square{})
	for len(w.found) < w.limit && len(w.ahead) > 0 {
		next := heap.Pop(&w.ahead).(stop)
		if next.km > n.Radius {
			break
		}
		if err := w.visit(ctx, next); err != nil {
			return nil, err
		}
	}
	return w.found, nil
}

// walk is one look around.
type walk struct {
	index *Index
	ask   Near
	scope string
	limit int
	from  float64 // kilometres of the place after which the answer begins
	ahead stops
	found []Hit
}

// stop is a square or a place on the way.
type stop struct {
	km    float64 // no document in it is nearer
	area  square
	place bool // of documents, at area.first
}

// visit looks at the next stop.
func (w *walk) visit(ctx context.Context, next stop) error {
	switch {
	case next.place:
		return w.read(ctx, next)
	case w.large(next.area):
		w.split(next.area)
		return nil
	}
	rows, err := w.index.db.Query(ctx, `
		SELECT cell
		FROM search_point
		WHERE scope = $1 AND cell >= $2 AND cell < $3
		ORDER BY cell
		LIMIT 129`, w.scope, int64(next.area.first), int64(next.area.after()))
	points, err := storage.All(rows, err, func(r *storage.Rows) (c cell, err error) { return c, r.Scan((*int64)(&c)) })
	if err != nil {
		return err
	}
	if len(points) > mostPoints {
		w.split(next.area)
		return nil
	}
	for _, c := range points {
		w.push(stop{km: away(w.ask.Point, c.point()), area: square{c, depth}, place: true})
	}
	return nil
}

// large tells whether a square is much larger than what is asked for, so that a look at it would be in vain.
func (w *walk) large(s square) bool {
	const halfway = math.Pi * 6371
	return s.level < depth && halfway/float64(uint64(1)<<s.level) > 2*w.ask.Radius
}

func (w *walk) split(s square) {
	for _, quarter := range s.quarters() {
		w.open(quarter)
	}
}

func (w *walk) open(s square) { w.push(stop{km: s.distance(w.ask.Point), area: s}) }

func (w *walk) push(s stop) {
	if s.km > w.ask.Radius || w.passed(s) {
		return
	}
	heap.Push(&w.ahead, s)
}

// passed tells whether all of a stop comes before the place after which the answer begins.
func (w *walk) passed(s stop) bool {
	after := w.ask.After
	if after == (Place{}) {
		return false
	}
	if s.place {
		return s.km < w.from || s.km == w.from && s.area.first < after.cell
	}
	if s.area.level < 8 { // the farthest point of a large square may be none of its corners
		return false
	}
	south, north, west, east := s.area.bounds()
	for _, corner := range []places.Point{{Lat: south, Lon: west}, {Lat: south, Lon: east}, {Lat: north, Lon: west}, {Lat: north, Lon: east}} {
		if away(w.ask.Point, corner)*1.001 >= w.from {
			return false
		}
	}
	return true
}

// read takes the documents at a place.
func (w *walk) read(ctx context.Context, at stop) error {
	before := Place{}.numberBefore()
	if at.area.first == w.ask.After.cell {
		before = w.ask.After.numberBefore()
	}
	rows, err := w.index.db.Query(ctx, `
		SELECT s.number, d.subject
		FROM search_spot AS s
		JOIN search_document AS d ON d.number = s.number
		WHERE s.scope = $1 AND s.cell = $2 AND s.number < $3
		ORDER BY s.number DESC
		LIMIT $4`, w.scope, int64(at.area.first), before, w.limit-len(w.found))
	some, err := hits(rows, err, Place{cell: at.area.first})
	for i := range some {
		some[i].Km = at.km
	}
	w.found = append(w.found, some...)
	return err
}

// stops are what lies ahead, the nearest on top; of equals squares come first, for there may be a place in them that is as near,
// and places in the order of their cells.
type stops []stop

func (s stops) Len() int { return len(s) }
func (s stops) Less(i, j int) bool {
	a, b := s[i], s[j]
	if order := cmp.Compare(a.km, b.km); order != 0 {
		return order < 0
	}
	if a.place != b.place {
		return b.place
	}
	return a.area.first < b.area.first
}
func (s stops) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *stops) Push(v any)   { *s = append(*s, v.(stop)) }
func (s *stops) Pop() any {
	last := len(*s) - 1
	v := (*s)[last]
	*s = (*s)[:last]
	return v
}

// Nearer orders two hits of answers around the same point as Near does.
func Nearer(a, b Hit) int {
	return cmp.Or(cmp.Compare(a.Km, b.Km), cmp.Compare(a.cell, b.cell), cmp.Compare(b.number, a.number))
}
