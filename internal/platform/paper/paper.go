// Package paper makes what is printed: posters and sheets to sign, as PDF of A4 pages.
//
// It promises a page for any words: long ones become smaller and are cut in the end, what its fonts do not know is left out, and
// nothing leaves the sheet. Everything is black and one colour on white, so that it costs little ink and copies well. Fonts are in
// the file: Bricolage Grotesque for headlines, Go for the rest, both of which know Latin; Go knows Greek and Cyrillic too.
//
// All words come from who asks, in the language of the page. The same words make the same bytes.
//
// poster.go, sheet.go and guide.go lay pages out, page.go draws, words.go makes words fit, code.go draws QR codes.
package paper

import (
	"bytes"
	"fmt"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"essaim/internal/platform/picture"
)

// Type is the Content-Type of what this package makes.
const Type = "application/pdf"

// A4 in points, of which an inch has 72, and its margin.
const (
	width  = 595.28
	height = 841.89
	margin = 44
)

// Printer makes papers. It is safe for concurrent use.
type Printer struct{ fonts []font }

// font is one TrueType file under its name in a PDF.
type font struct {
	name   string
	raw    []byte
	parsed *sfnt.Font
}

// New returns a printer with its fonts read.
func New() (*Printer, error) {
	p := &Printer{}
	for i, raw := range append([][]byte{goregular.TTF}, picture.HeadlineFonts()...) {
		parsed, err := sfnt.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("paper: read a font: %w", err)
		}
		p.fonts = append(p.fonts, font{fmt.Sprintf("f%d", i), raw, parsed})
	}
	return p, nil
}

// print makes a PDF of pages, each of which one of draws fills.
func (p *Printer) print(title, author string, draws ...func(*page)) ([]byte, error) {
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	for _, f := range p.fonts {
		if err := pdf.AddTTFFontDataWithOption(f.name, f.raw, gopdf.TtfOption{UseKerning: true}); err != nil {
			return nil, fmt.Errorf("paper: set a font: %w", err)
		}
	}
	pdf.SetInfo(gopdf.PdfInfo{Title: title, Author: author})
	sheet := &page{pdf: pdf, fonts: p.fonts}
	for _, draw := range draws {
		pdf.AddPage()
		draw(sheet)
	}
	if sheet.err != nil {
		return nil, fmt.Errorf("paper: draw: %w", sheet.err)
	}
	var out bytes.Buffer
	if _, err := pdf.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("paper: write: %w", err)
	}
	return out.Bytes(), nil
}
