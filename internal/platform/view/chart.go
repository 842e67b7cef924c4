package view

import (
	"fmt"
	"strings"
)

// Curve is a number over time, drawn as a line above its area, with the same numbers in a table below.
type Curve struct {
	ID     string // unique on the page, for what the drawing is labelled by
	Title  string // read aloud instead of the drawing
	Text   string // what the curve shows, in one or two sentences
	Points []CurvePoint
	Scale  []string // labels of the vertical axis, from the top down to zero; their numbers are even steps
	Top    int64    // the number of the topmost label
	Days   []string // labels of the horizontal axis, from the first point to the last, evenly spread
	Peak   string   // words for the highest point; empty for none
	Table  []CurveRow
}

// CurvePoint is one number; those of a curve are evenly spread in time.
type CurvePoint struct{ N int64 }

// CurveRow is one line of the table.
type CurveRow struct{ Label, Number string }

// top is the number of the topmost label, one where there is none, so that nothing is divided by zero.
func (c Curve) top() float64 { return float64(max(c.Top, 1)) }

// at is where a point lies in the drawing, which is 100 wide and high; the vertical axis goes down.
func (c Curve) at(i int) (x, y float64) {
	if len(c.Points) > 1 {
		x = 100 * float64(i) / float64(len(c.Points)-1)
	}
	return x, 100 - 100*float64(c.Points[i].N)/c.top()
}

// line is the path of the curve.
func (c Curve) line() string {
	var b strings.Builder
	for i := range c.Points {
		x, y := c.at(i)
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&b, "%s%.4g %.4g", letter, x, y)
	}
	return b.String()
}

// area is the path of what lies below the curve.
func (c Curve) area() string { return c.line() + "V100H0z" }

// grid is the path of the lines at the labels of the vertical axis.
func (c Curve) grid() string {
	var b strings.Builder
	for i := range c.Scale {
		fmt.Fprintf(&b, "M0 %.4gh100", 100*float64(i)/float64(max(len(c.Scale)-1, 1)))
	}
	return b.String()
}

// peak is the path of the highest point, a line of no length that is drawn as a dot.
func (c Curve) peak() string {
	best := 0
	for i := range c.Points {
		if c.Points[i].N > c.Points[best].N {
			best = i
		}
	}
	x, y := c.at(best)
	return fmt.Sprintf("M%.4g %.4gh0", x, y)
}

// Steps returns the numbers of a vertical axis that ends at or above n: even steps of 1, 2 or 5 times a power of ten, from the top
// down to zero.
func Steps(n int64) []int64 {
	step := int64(1)
	for i := 0; step*4 < n; i++ {
		step = []int64{2, 5, 10}[i%3] * pow10(i/3)
	}
	count := max(1, (n+step-1)/step)
	steps := make([]int64, 0, count+1)
	for at := count * step; at >= 0; at -= step {
		steps = append(steps, at)
	}
	return steps
}

func pow10(n int) int64 {
	power := int64(1)
	for range n {
		power *= 10
	}
	return power
}

// Portion is one part of a whole, drawn as a bar beside its number.
type Portion struct {
	Label  string
	N      int64
	Number string
}

func largest(parts []Portion) int64 {
	most := int64(1)
	for _, part := range parts {
		most = max(most, part.N)
	}
	return most
}
