package paper

import (
	"math"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font/sfnt"
)

// ink is a colour of print.
type ink struct{ r, g, b uint8 }

var (
	black  = ink{0, 0, 0}
	white  = ink{0xff, 0xff, 0xff}
	petrol = ink{0x0b, 0x55, 0x63} // the one colour
)

// face chooses among the printer's fonts: the first that knows a character draws it.
type face []int

var (
	plain    = face{0}
	headline = face{1, 2, 3}
)

// page is one sheet. Its first error stays, and ends the drawing. Places are in points from the top left corner; a line of text
// stands on its y.
type page struct {
	pdf   *gopdf.GoPdf
	fonts []font
	sfnt  sfnt.Buffer
	err   error
}

func (p *page) try(err error) {
	if p.err == nil {
		p.err = err
	}
}

// fontOf returns the font of a face that knows r, or -1.
func (p *page) fontOf(f face, r rune) int {
	for _, i := range f {
		if glyph, err := p.fonts[i].parsed.GlyphIndex(&p.sfnt, r); err == nil && glyph != 0 {
			return i
		}
	}
	return -1
}

// run is a piece of text in one font.
type run struct {
	font int
	text string
}

func (p *page) runs(f face, text string) (all []run) {
	for _, r := range text {
		i := p.fontOf(f, r)
		if i < 0 {
			continue
		}
		if n := len(all); n > 0 && all[n-1].font == i {
			all[n-1].text += string(r)
			continue
		}
		all = append(all, run{i, string(r)})
	}
	return all
}

// wide returns the width of text at a size.
func (p *page) wide(f face, text string, size float64) (total float64) {
	for _, one := range p.runs(f, text) {
		p.try(p.pdf.SetFont(p.fonts[one.font].name, "", size))
		w, err := p.pdf.MeasureTextWidth(one.text)
		p.try(err)
		total += w
	}
	return total
}

// line writes text from x on.
func (p *page) line(f face, text string, x, y, size float64, colour ink) {
	for _, one := range p.runs(f, text) {
		p.try(p.pdf.SetFont(p.fonts[one.font].name, "", size))
		p.pdf.SetTextColor(colour.r, colour.g, colour.b)
		p.pdf.SetXY(x, y)
		p.try(p.pdf.Text(one.text))
		w, err := p.pdf.MeasureTextWidth(one.text)
		p.try(err)
		x += w
	}
}

// centred writes text around x.
func (p *page) centred(f face, text string, x, y, size float64, colour ink) {
	p.line(f, text, x-p.wide(f, text, size)/2, y, size, colour)
}

// block is lines of one size under each other.
type block struct {
	face    face
	lines   []string
	size    float64
	leading float64 // from line to line, in sizes
}

func (b block) tall() float64 { return b.size * b.leading * float64(len(b.lines)) }

// write draws a block from its top on, and returns where it ends.
func (p *page) write(b block, x, top float64, colour ink) (foot float64) {
	for i, text := range b.lines {
		p.line(b.face, text, x, top+b.size*(b.leading*float64(i)+0.85), b.size, colour)
	}
	return top + b.tall()
}

func (p *page) fill(colour ink) { p.pdf.SetFillColor(colour.r, colour.g, colour.b) }

func (p *page) box(x, y, w, h float64, colour ink) {
	p.fill(colour)
	p.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "F")
}

// disc fills a circle, as a polygon whose corners nobody sees.
func (p *page) disc(x, y, r float64, colour ink) {
	const corners = 72
	points := make([]gopdf.Point, corners)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points[i] = gopdf.Point{X: x + r*cos, Y: y + r*sin}
	}
	p.fill(colour)
	p.pdf.Polygon(points, "F")
}

func (p *page) rule(x1, y1, x2, y2, thick float64) {
	p.pdf.SetStrokeColor(black.r, black.g, black.b)
	p.pdf.SetLineWidth(thick)
	p.pdf.Line(x1, y1, x2, y2)
}
