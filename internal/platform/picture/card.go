package picture

import (
	"image"
	"image/draw"
)

// The size of a card, in pixels: what networks ask for.
const (
	CardWidth  = 1200
	CardHeight = 630
)

// CardSpec is what a card says. Every word is in the language of the page; all but Site may be empty.
type CardSpec struct {
	Site  string // the site's name
	Title string
	By    string // who carries it: "Par Rail du Val"
	Count string // the number with its word: "18 432 signatures"
	Seed  string // such as the slug: the same seed, the same swarm
	Inks  Inks   // the zero value stands for InksFor(Seed)
}

func (s CardSpec) inks() Inks {
	if s.Inks == (Inks{}) {
		return InksFor(s.Seed)
	}
	return s.Inks
}

// Where things stand on a card, in pixels from the top left corner.
const (
	margin     = 64
	brandBase  = 110 // the base line of the site's name
	brandSize  = 46
	brandWidth = 62 // of the emblem and the space behind it
	titleTop   = 146
	titleFoot  = 442
	titleWidth = 800
	bandTop    = 500 // of the lower band, at the left
	countBase  = 584
	countSize  = 58
	bySize     = 36
)

// layOut draws a card in full colour.
func (p *Press) layOut(spec CardSpec) (*image.RGBA, error) {
	inks := spec.inks()
	sheet := image.NewRGBA(image.Rect(0, 0, CardWidth, CardHeight))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(inks.Ground), image.Point{}, draw.Src)
	drawSwarm(sheet, spec.Seed, inks)
	drawBands(sheet, inks)

	w, err := newWriter(p.fonts, sheet)
	if err != nil {
		return nil, err
	}
	site, title := w.readable(spec.Site), w.readable(spec.Title)
	if title == "" {
		title = site
	}
	drawBrand(sheet, inks)
	size := fit(w, site, brandSize, titleWidth-brandWidth)
	w.line(w.cut(site, (titleWidth-brandWidth)/size), margin+brandWidth, brandBase, size, inks.Text)
	for _, l := range w.headline(title, titleWidth, titleFoot-titleTop) {
		w.line(l.text, margin, titleTop+l.base, l.size, inks.Text)
	}
	foot(w, spec, inks)
	return sheet, nil
}

// foot writes number and author on the lower band: side by side, the author smaller when there is little room.
func foot(w *writer, spec CardSpec, inks Inks) {
	count, by := w.readable(spec.Count), w.readable(spec.By)
	x := margin
	if count != "" {
		size := fit(w, count, countSize, CardWidth*2/3)
		count = w.cut(count, CardWidth*2/3/size)
		w.line(count, x, countBase, size, inks.Gold)
		x += int(w.width(count)*size) + margin/2
	}
	room := CardWidth - margin - x
	size := fit(w, by, bySize, room)
	w.line(w.cut(by, float64(room)/size), x, countBase, size, inks.OnDeep)
}

// fit returns the size at which text is at most room pixels wide: at most size, at least four fifths of it.
func fit(w *writer, text string, size float64, room int) float64 {
	width := w.width(text)
	if width*size <= float64(room) {
		return size
	}
	return max(float64(room)/width, size*4/5)
}

// drawBrand draws the seven cells, one of which leaves to found the next hive.
func drawBrand(sheet *image.RGBA, inks Inks) {
	const unit, left, top = 1.56, margin - 3, 70
	cells := [][2]float64{{12.4, 19}, {19.5, 23.1}, {12.4, 27.1}, {5.3, 23.1}, {5.3, 14.9}, {12.4, 10.8}}
	for _, c := range cells {
		disc(sheet, left+c[0]*unit, top+(c[1]-8)*unit, 3.6*unit, inks.Text)
	}
	disc(sheet, left+25.48*unit, top+(8.78-8)*unit, 3.6*unit, inks.Spark)
}

func drawBands(sheet *image.RGBA, inks Inks) {
	band(sheet, bandTop+18, bandTop-84, bandTop-30, inks.Hill)
	band(sheet, bandTop+4, bandTop+34, bandTop-14, inks.Deep)
}
