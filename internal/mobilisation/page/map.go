package page

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/places"
	"essaim/internal/platform/view"
)

// The frame in which metropolitan France lies, in degrees. What lies outside is drawn at the edge, in a column.
const (
	mapNorth, mapSouth = 51.3, 41.2
	mapWest, mapEast   = -5.4, 9.8
	edgeX, edgeY       = 4.0, 52.0 // of the first place of the column
	edgeStep           = 4.2
)

// mapOf draws where the signatures of a petition come from: a dot for each department. Countries abroad are in the table alone.
func (r *Pages) mapOf(ctx context.Context, territories []mobilisation.Territory) view.DotMap {
	l := i18n.From(ctx)
	numbers := map[string]mobilisation.Territory{}
	var first []string
	for _, where := range territories {
		if !where.Home {
			continue
		}
		numbers[where.Code] = where
		if len(first) < 3 {
			first = append(first, l.T("mobilisation.map_place", "name", where.Name, "n", where.N))
		}
	}
	m := view.DotMap{ID: "map", Title: l.T("mobilisation.map_title"), Text: l.T("mobilisation.map_none")}
	if len(first) > 0 {
		m.Text = l.T("mobilisation.map_text", "places", strings.Join(first, l.T("mobilisation.map_comma")))
	}
	edge := 0
	for _, d := range r.Places.Load().Departments() {
		one := view.Dot{N: numbers[d.Code].N, Name: l.T("mobilisation.map_place", "name", d.In(l.Tag()), "n", numbers[d.Code].N)}
		var inside bool
		if one.X, one.Y, inside = onMap(d.Point); !inside {
			if len(d.Code) < 3 {
				continue // nothing is known of where it lies
			}
			one.X, one.Y = edgeX+float64(edge/9)*edgeStep, edgeY+float64(edge%9)*edgeStep
			edge++
		}
		m.Dots = append(m.Dots, one)
	}
	slices.SortStableFunc(m.Dots, func(a, b view.Dot) int { return cmp.Compare(b.N, a.N) }) // small dots above large ones
	return m
}

// onMap is where a point lies on the map, from 0 to 100, and whether it lies on it at all. The projection is equirectangular:
// degrees of longitude are shortened as in the middle of the map.
func onMap(p places.Point) (x, y float64, inside bool) {
	inside = p.Lat > mapSouth && p.Lat < mapNorth && p.Lon > mapWest && p.Lon < mapEast
	height := mapNorth - mapSouth
	narrow := math.Cos((mapNorth + mapSouth) / 2 * math.Pi / 180)
	width := (mapEast - mapWest) * narrow
	x = ((p.Lon-mapWest)*narrow + (height-width)/2) / height
	y = (mapNorth - p.Lat) / height
	return 2 + 96*x, 2 + 96*y, inside
}
