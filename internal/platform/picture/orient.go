package picture

import (
	"encoding/binary"
	"image"
)

// orientation is how a camera was held (Exif 2.32, tag 274): 1 upright, 3 upside down, 6 and 8 on its sides, the even small and the
// odd large ones mirrored.
type orientation uint8

const (
	unturned orientation = iota // nothing was said
	upright
)

// sideways tells whether width and height change places.
func (o orientation) sideways() bool { return o >= 5 && o <= 8 }

const (
	tagOrientation = 0x0112
	typeShort      = 3
)

// orientationOf reads the tag from a TIFF structure (TIFF 6.0 section 2). What is broken says nothing: a photo that lies on its side
// is still a photo, and its author sees it.
func orientationOf(exif []byte) orientation {
	if len(exif) < 8 {
		return unturned
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(exif[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return unturned
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return unturned
	}
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			if value := order.Uint16(entries[8:]); value >= 1 && value <= 8 {
				return orientation(value)
			}
			break
		}
		entries = entries[12:]
	}
	return unturned
}

// turn returns the sheet as it was seen: w × h pixels, of a sheet that has them the other way round where o is sideways.
func turn(sheet *image.RGBA, o orientation, w, h int) *image.RGBA {
	if o <= upright {
		return sheet
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := o.source(x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], sheet.Pix[sheet.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// source is where the pixel that is seen at x, y of w × h was taken.
func (o orientation) source(x, y, w, h int) (sx, sy int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, w - 1 - x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return h - 1 - y, x
	}
	return x, y
}
