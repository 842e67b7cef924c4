package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxText is more than any card shows, in bytes.
	maxText = 600
	// tight is how much nearer than the font says letters stand, in em: big letters need less air.
	tight = 0.015
	// ruler is the size at which widths are measured: they grow with the size, since nothing is hinted.
	ruler = 1000
)

// writer writes in the first font that knows a character.
type writer struct {
	sheet *image.RGBA
	fonts []*opentype.Font
	rule  []font.Face         // at the size ruler
	knows map[rune]int        // the font of a character, -1 when none knows it
	steps map[[2]rune]float64 // of the pen
}

func newWriter(fonts []*opentype.Font, sheet *image.RGBA) (*writer, error) {
	w := &writer{sheet: sheet, fonts: fonts, knows: map[rune]int{}, steps: map[[2]rune]float64{}}
	var err error
	w.rule, err = faces(fonts, ruler)
	return w, err
}

func faces(fonts []*opentype.Font, size float64) (all []font.Face, err error) {
	for _, f := range fonts {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("picture: set a font: %w", err)
		}
		all = append(all, face)
	}
	return all, nil
}

// fontOf returns the index of the first font that knows r, -1 when none does.
func (w *writer) fontOf(r rune) int {
	if i, ok := w.knows[r]; ok {
		return i
	}
	w.knows[r] = -1
	for i, f := range w.fonts {
		if index, err := f.GlyphIndex(nil, r); err == nil && index != 0 {
			w.knows[r] = i
			break
		}
	}
	return w.knows[r]
}

// readable returns what can be drawn of text: composed, on one line, without controls, directions and emoji. When more
// than one letter in five is unknown to the fonts it returns nothing, because half a word is worse.
func (w *writer) readable(text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxText)], "")
	var out strings.Builder
	known, unknown := 0, 0
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '\u00a0' || r == '\u202f':
			out.WriteRune('\u00a0') // not broken; both have the same width here
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case unicode.Is(unicode.C, r):
		case w.fontOf(r) >= 0:
			known++
			out.WriteRune(r)
		case unicode.IsLetter(r):
			unknown++
		}
	}
	if unknown*4 > known {
		return ""
	}
	return strings.Join(strings.FieldsFunc(out.String(), func(r rune) bool { return r == ' ' }), " ")
}

// width returns the width of text in em.
func (w *writer) width(text string) (total float64) {
	last := rune(-1)
	for _, r := range text {
		total += w.step(last, r)
		last = r
	}
	return total
}

// step returns how far r behind last moves the pen, in em. Breaking a line asks the same thousands of times.
func (w *writer) step(last, r rune) float64 {
	pair := [2]rune{last, r}
	if step, ok := w.steps[pair]; ok {
		return step
	}
	step := 0.0
	if i := w.fontOf(r); i >= 0 {
		advance, _ := w.rule[i].GlyphAdvance(r)
		if w.fontOf(last) == i {
			advance += w.rule[i].Kern(last, r)
		}
		step = float64(advance)/64/ruler - tight
	}
	w.steps[pair] = step
	return step
}

// line writes text from x on, its base line at y, size pixels high.
func (w *writer) line(text string, x, y int, size float64, ink color.RGBA) {
	if text == "" {
		return
	}
	set, err := faces(w.fonts, size)
	if err != nil {
		return // only for sizes that are no number: the card goes without the line
	}
	source := image.NewUniform(ink)
	pen, last := float64(x), rune(-1)
	for _, r := range text {
		i := w.fontOf(r)
		if i < 0 {
			continue
		}
		step := w.step(last, r) * size
		advance, _ := set[i].GlyphAdvance(r)
		kern := step - float64(advance)/64 + tight*size
		dot := fixed.Point26_6{X: fixed.Int26_6((pen + kern) * 64), Y: fixed.I(y)}
		if box, mask, at, _, ok := set[i].Glyph(dot, r); ok {
			draw.DrawMask(w.sheet, box, source, image.Point{}, mask, at, draw.Over)
		}
		pen += step
		last = r
	}
}
