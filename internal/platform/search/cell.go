package search

import (
	"math"

	"essaim/internal/platform/places"
)

// cell is a place on the globe in one number: latitude and longitude are halved 31 times each, and the bits of the two alternate
// (a Z-order curve), longitude first. So all that lies in one square of any size is one range of numbers. The smallest square is
// a centimetre high: the cell is the place itself, to less than the files of places know it.
type cell int64

const (
	depth = 31
	cells = 1 << (2 * depth)
)

// cellOf returns the cell of a point.
func cellOf(p places.Point) cell {
	return weave(steps(p.Lon, 360), steps(p.Lat, 180))
}

// steps counts the smallest squares from the edge of the map, which is span degrees wide and has 0 in its middle.
func steps(degrees, span float64) uint32 {
	n := math.Floor((degrees/span + 0.5) * (1 << depth))
	return uint32(min(max(n, 0), 1<<depth-1))
}

// point returns the middle of the cell.
func (c cell) point() places.Point {
	lon, lat := unweave(c)
	return places.Point{Lat: middle(lat, 180), Lon: middle(lon, 360)}
}

func middle(n uint32, span float64) float64 { return ((float64(n)+0.5)/(1<<depth) - 0.5) * span }

func weave(lon, lat uint32) cell { return cell(spread(lon)<<1 | spread(lat)) }

func unweave(c cell) (lon, lat uint32) { return gather(uint64(c) >> 1), gather(uint64(c)) }

// spread puts a zero before each bit; gather takes every second bit ("Interleave bits by Binary Magic Numbers", S. E. Anderson).
func spread(n uint32) uint64 {
	v := uint64(n)
	v = (v | v<<16) & 0x0000FFFF0000FFFF
	v = (v | v<<8) & 0x00FF00FF00FF00FF
	v = (v | v<<4) & 0x0F0F0F0F0F0F0F0F
	v = (v | v<<2) & 0x3333333333333333
	return (v | v<<1) & 0x5555555555555555
}

func gather(v uint64) uint32 {
	v &= 0x5555555555555555
	v = (v | v>>1) & 0x3333333333333333
	v = (v | v>>2) & 0x0F0F0F0F0F0F0F0F
	v = (v | v>>4) & 0x00FF00FF00FF00FF
	v = (v | v>>8) & 0x0000FFFF0000FFFF
	return uint32(v | v>>16)
}

// square is all cells that begin with the same bits: level 0 is the globe, each next level a quarter.
type square struct {
	first cell
	level int
}

// after is the first cell behind the square.
func (s square) after() cell { return s.first + 1<<(2*(depth-s.level)) }

// quarters are the four squares of the next level.
func (s square) quarters() [4]square {
	step := cell(1) << (2 * (depth - s.level - 1))
	var all [4]square
	for i := range all {
		all[i] = square{s.first + cell(i)*step, s.level + 1}
	}
	return all
}

// bounds are the edges of the square, in degrees.
func (s square) bounds() (south, north, west, east float64) {
	lon, lat := unweave(s.first)
	size := 1.0 / float64(uint64(1)<<s.level)
	west = (float64(lon)/(1<<depth) - 0.5) * 360
	south = (float64(lat)/(1<<depth) - 0.5) * 180
	return south, south + size*180, west, west + size*360
}

// distance is how far the nearest point of the square is, in kilometres: no point in it is nearer.
func (s square) distance(from places.Point) float64 {
	south, north, west, east := s.bounds()
	if from.Lon >= west && from.Lon <= east {
		return away(from, places.Point{Lat: min(max(from.Lat, south), north), Lon: from.Lon})
	}
	return min(toMeridian(from, west, south, north), toMeridian(from, east, south, north))
}

// toMeridian is the distance to a piece of a meridian: to the foot of the perpendicular where that is on the piece, else to an end.
func toMeridian(from places.Point, lon, south, north float64) float64 {
	const radian = math.Pi / 180
	sin, cos := math.Sincos(from.Lat * radian)
	foot := math.Atan2(sin, cos*math.Cos((lon-from.Lon)*radian)) / radian
	if foot >= south && foot <= north {
		return away(from, places.Point{Lat: foot, Lon: lon})
	}
	return min(away(from, places.Point{Lat: south, Lon: lon}), away(from, places.Point{Lat: north, Lon: lon}))
}

// away is places.Distance, and knows the point 0, 0.
func away(a, b places.Point) float64 {
	if a == b {
		return 0
	}
	if !a.Known() {
		a.Lat = 1e-9
	}
	if !b.Known() {
		b.Lat = 1e-9
	}
	return places.Distance(a, b)
}
