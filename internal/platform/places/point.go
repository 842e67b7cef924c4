package places

import (
	"cmp"
	"math"
	"slices"
)

// Point is a place on the globe, in degrees (WGS 84). The zero Point is unknown: nobody lives there, in the Gulf of Guinea.
type Point struct{ Lat, Lon float64 }

// Known tells whether the point says anything.
func (p Point) Known() bool { return p != Point{} }

func pointOf(lat, lon micro) Point {
	return Point{Lat: float64(lat) / 1e6, Lon: float64(lon) / 1e6}
}

// earthRadius is the mean radius of the IUGG, in kilometres.
const earthRadius = 6371.0088

// Distance returns the kilometres between two points along the globe (haversine, at most 0.5 % off the ellipsoid). From or to
// an unknown point it is infinite, so that nothing unknown is ever near.
func Distance(a, b Point) float64 {
	if !a.Known() || !b.Known() {
		return math.Inf(1)
	}
	const radian = math.Pi / 180
	lat := math.Sin((b.Lat - a.Lat) * radian / 2)
	lon := math.Sin((b.Lon - a.Lon) * radian / 2)
	h := lat*lat + math.Cos(a.Lat*radian)*math.Cos(b.Lat*radian)*lon*lon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}

// Near returns the communes and arrondissements whose centre is at most radius kilometres from the point, nearest first, at
// most limit.
func (p *Places) Near(point Point, radius float64, limit int) []Commune {
	type neighbour struct {
		at uint16
		km float64
	}
	var found []neighbour
	// One degree of latitude is 111 km everywhere: the band spares nine sines in ten.
	south := point.Lat - radius/111
	north := point.Lat + radius/111
	for at := range len(p.france.codes) / codeSize {
		row := &p.france.communes[at]
		if lat := float64(row.lat) / 1e6; lat < south || lat > north {
			continue
		}
		if km := Distance(point, pointOf(row.lat, row.lon)); km <= radius {
			found = append(found, neighbour{uint16(at), km})
		}
	}
	slices.SortFunc(found, func(a, b neighbour) int { return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.at, b.at)) })
	rows := make([]uint16, 0, min(len(found), max(limit, 0)))
	for _, n := range found[:cap(rows)] {
		rows = append(rows, n.at)
	}
	return p.communes(rows)
}
