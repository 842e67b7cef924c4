package view

import (
	"math"
	"strconv"
)

// DotMap is numbers where they come from: a dot for each place, whose area says its number. A table beside it must say the same,
// because a map is drawn for who sees it.
type DotMap struct {
	ID    string // unique on the page, for what the drawing is labelled by
	Title string // read aloud instead of the drawing
	Text  string // what the map shows, in one or two sentences
	Dots  []Dot
}

// Dot is one place. X and Y are from 0 to 100, from the left and from the top.
type Dot struct {
	X, Y float64
	N    int64
	Name string // with its number, in words: shown under the pointer
}

// Radii of dots, in hundredths of the map's width: of a place without a number, and of the largest number.
const (
	leastDot = 1.0
	mostDot  = 5.5
)

// radius is how large a dot is: numbers are told by areas.
func (m DotMap) radius(d Dot) string {
	most := int64(1)
	for _, one := range m.Dots {
		most = max(most, one.N)
	}
	r := leastDot
	if d.N > 0 {
		r = max(leastDot, mostDot*math.Sqrt(float64(d.N)/float64(most)))
	}
	return tenth(r)
}

// tenth writes a length of the drawing.
func tenth(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }
