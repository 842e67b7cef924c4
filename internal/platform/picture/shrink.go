package picture

import (
	"context"
	"fmt"
	"image"
	"image/draw"

	scale "golang.org/x/image/draw"
)

// cut takes the largest part of width to height from the middle of source, as it is seen, and makes it width × height pixels.
// What is transparent becomes white.
func cut(ctx context.Context, source image.Image, turned orientation, width, height int) (*image.RGBA, error) {
	w, h := width, height
	if turned.sideways() {
		w, h = h, w
	}
	box := middle(source.Bounds(), w, h)
	var sheet *image.RGBA
	if box.Dx() < w {
		sheet = enlarge(source, box, w, h)
	} else {
		var err error
		if sheet, err = shrink(ctx, source, box, w, h); err != nil {
			return nil, err
		}
	}
	return turn(sheet, turned, width, height), nil
}

// middle is the largest box of w to h in the middle of all.
func middle(all image.Rectangle, w, h int) image.Rectangle {
	dx, dy := all.Dx(), all.Dy()
	if dx*h > dy*w {
		dx = max(dy*w/h, 1)
	} else {
		dy = max(dx*h/w, 1)
	}
	corner := all.Min.Add(image.Pt((all.Dx()-dx)/2, (all.Dy()-dy)/2))
	return image.Rectangle{corner, corner.Add(image.Pt(dx, dy))}
}

// enlarge is for a box that is smaller than the sheet.
func enlarge(source image.Image, box image.Rectangle, w, h int) *image.RGBA {
	sheet := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	scale.CatmullRom.Scale(sheet, sheet.Bounds(), source, box, draw.Over, nil)
	return sheet
}

// shrink makes each pixel of the sheet the mean of the area that it covers, also of parts of pixels. It reads one row after the
// other, so that it takes no memory beside the source.
func shrink(ctx context.Context, source image.Image, box image.Rectangle, w, h int) (*image.RGBA, error) {
	sheet := image.NewRGBA(image.Rect(0, 0, w, h))
	row := image.NewRGBA(image.Rect(0, 0, box.Dx(), 1))
	narrow, sum := make([]float32, 3*w), make([]float32, 3*w)
	columns := shares(box.Dx(), w)
	tall := float32(box.Dy()) / float32(h) // rows of the box in one of the sheet
	y, room := 0, tall                     // the row that is filled, and what it lacks
	for at := box.Min.Y; at < box.Max.Y; at++ {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("picture: shrink: %w", err)
		}
		for i := range row.Pix {
			row.Pix[i] = 0xff
		}
		draw.Draw(row, row.Bounds(), source, image.Pt(box.Min.X, at), draw.Over)
		columns.mean(row.Pix, narrow)
		for left := float32(1); left > 0 && y < h; {
			part := min(left, room)
			for i, v := range narrow {
				sum[i] += v * part
			}
			left, room = left-part, room-part
			if room < 1e-3 || at == box.Max.Y-1 && left <= 0 {
				fill(sheet.Pix[y*sheet.Stride:], sum, 1/(tall-room))
				clear(sum)
				y, room = y+1, tall
			}
		}
	}
	return sheet, nil
}

// share is how much of a pixel of the source belongs to the column where it begins; the rest is the next one's.
type share struct {
	column int
	part   float32
}

type sharing struct {
	all  []share
	wide float32 // pixels of the source in one column
	w    int
}

func shares(from, to int) sharing {
	s := sharing{all: make([]share, from), wide: float32(from) / float32(to), w: to}
	for x := range s.all {
		column := x * to / from
		edge := float64(column+1) * float64(from) / float64(to)
		s.all[x] = share{column: column, part: float32(min(edge-float64(x), 1))}
	}
	return s
}

// mean writes the means of a row's pixels, three a column, in 0–255.
func (s sharing) mean(pix []byte, out []float32) {
	clear(out)
	for x, one := range s.all {
		p := pix[4*x : 4*x+4 : 4*x+4]
		r, g, b := float32(p[0]), float32(p[1]), float32(p[2])
		o := out[3*one.column:]
		o[0] += r * one.part
		o[1] += g * one.part
		o[2] += b * one.part
		if rest := 1 - one.part; rest > 0 && one.column+1 < s.w {
			o[3] += r * rest
			o[4] += g * rest
			o[5] += b * rest
		}
	}
	for i := range out {
		out[i] /= s.wide
	}
}

// fill writes one row of the sheet.
func fill(pix []byte, sum []float32, weight float32) {
	for x := range len(sum) / 3 {
		for c := range 3 {
			pix[4*x+c] = uint8(min(sum[3*x+c]*weight+0.5, 255))
		}
		pix[4*x+3] = 0xff
	}
}
