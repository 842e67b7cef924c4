package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// steps is how many tones an edge has between two inks.
const steps = 12

// printPNG reduces a sheet to a palette of its inks and the tones between them, and encodes it.
func printPNG(sheet *image.RGBA, inks Inks) ([]byte, error) {
	palette := paletteOf(inks)
	reduced := image.NewPaletted(sheet.Bounds(), palette)
	nearest := map[color.RGBA]uint8{} // a sheet has some hundreds of colours
	var last color.RGBA
	index := uint8(0)
	for i := range reduced.Pix {
		p := sheet.Pix[4*i : 4*i+4 : 4*i+4]
		c := color.RGBA{p[0], p[1], p[2], p[3]}
		if c != last || i == 0 {
			var ok bool
			if index, ok = nearest[c]; !ok {
				index = uint8(palette.Index(c))
				nearest[c] = index
			}
			last = c
		}
		reduced.Pix[i] = index
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(&out, reduced); err != nil {
		return nil, fmt.Errorf("picture: encode a card: %w", err)
	}
	return out.Bytes(), nil
}

// paletteOf returns the inks and, for each pair that meets on a card, the tones of their edge: at most 256 colours.
func paletteOf(inks Inks) color.Palette {
	pairs := [][2]color.RGBA{
		{inks.Ground, inks.Text}, {inks.Ground, inks.Dot}, {inks.Ground, inks.Spark}, {inks.Ground, inks.Hill}, {inks.Ground, inks.Deep},
		{inks.Hill, inks.Dot}, {inks.Hill, inks.Deep}, {inks.Deep, inks.OnDeep}, {inks.Deep, inks.Gold}, {inks.Deep, inks.Dot},
	}
	seen := map[color.RGBA]bool{}
	var palette color.Palette
	for _, pair := range pairs {
		for step := range steps + 1 {
			c := between(pair[0], pair[1], step)
			if !seen[c] {
				seen[c] = true
				palette = append(palette, c)
			}
		}
	}
	return palette
}

func between(a, b color.RGBA, step int) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*(steps-step) + int(y)*step) / steps) }
	return color.RGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}
