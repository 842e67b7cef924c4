package picture

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/vector"
)

// disc draws a filled circle, its edge smooth. All of it lies on the sheet: the rasterizer does not clip.
func disc(sheet *image.RGBA, x, y, r float64, ink color.RGBA) {
	const k = 0.5522847498 // how far the handles of four cubic curves stand to make a circle
	box := image.Rect(int(x-r)-1, int(y-r)-1, int(x+r)+2, int(y+r)+2)
	cx, cy, fr, h := float32(x)-float32(box.Min.X), float32(y)-float32(box.Min.Y), float32(r), float32(r*k)
	raster := vector.NewRasterizer(box.Dx(), box.Dy())
	raster.MoveTo(cx+fr, cy)
	raster.CubeTo(cx+fr, cy+h, cx+h, cy+fr, cx, cy+fr)
	raster.CubeTo(cx-h, cy+fr, cx-fr, cy+h, cx-fr, cy)
	raster.CubeTo(cx-fr, cy-h, cx-h, cy-fr, cx, cy-fr)
	raster.CubeTo(cx+h, cy-fr, cx+fr, cy-h, cx+fr, cy)
	raster.ClosePath()
	raster.Draw(sheet, box, image.NewUniform(ink), image.Point{})
}

// band fills the sheet below a curve that passes at the left edge, bends towards bend, and ends at the right edge.
func band(sheet *image.RGBA, left, bend, right float32, ink color.RGBA) {
	raster := vector.NewRasterizer(CardWidth, CardHeight)
	raster.DrawOp = draw.Over
	raster.MoveTo(0, left)
	raster.QuadTo(CardWidth*0.6, bend, CardWidth, right)
	raster.LineTo(CardWidth, CardHeight)
	raster.LineTo(0, CardHeight)
	raster.ClosePath()
	raster.Draw(sheet, sheet.Bounds(), image.NewUniform(ink), image.Point{})
}
