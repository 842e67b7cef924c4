package paper

import (
	"fmt"

	"rsc.io/qr"
)

// quiet is the white that a reader needs around a code, in modules (ISO/IEC 18004 6.3.8).
const quiet = 4

// code draws the QR code of an address in a square of side points, with its quiet zone. A quarter of it may be torn or wet.
func (p *page) code(address string, x, y, side float64) {
	c, err := qr.Encode(address, qr.Q)
	if err != nil {
		p.try(fmt.Errorf("code of an address of %d bytes: %w", len(address), err))
		return
	}
	module := side / float64(c.Size+2*quiet)
	p.box(x, y, side, side, white)
	for row := range c.Size {
		for column := 0; column < c.Size; column++ {
			from := column
			for column < c.Size && c.Black(column, row) {
				column++
			}
			if column > from { // a run at once: between single modules some readers see seams
				p.box(x+float64(from+quiet)*module, y+float64(row+quiet)*module, float64(column-from)*module, module*1.02, black)
			}
		}
	}
}

// CodePNG is the QR code of an address as a picture, with its quiet zone.
func CodePNG(address string) ([]byte, error) {
	c, err := qr.Encode(address, qr.M)
	if err != nil {
		return nil, fmt.Errorf("paper: code of an address of %d bytes: %w", len(address), err)
	}
	return c.PNG(), nil
}
