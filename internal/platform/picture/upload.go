package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// header is what an upload says of itself before its pixels are decoded.
type header struct {
	width, height int
	memory        int64 // that its decoder takes, in bytes
	turned        orientation
}

// check refuses what would take too much to decode, and what is too small to be seen.
func (h header) check() error {
	pixels := int64(h.width) * int64(h.height)
	switch {
	case h.width < 1 || h.height < 1:
		return refuse("picture.damaged")
	case h.width < least || h.height < least:
		return refuse("picture.small", "least", int64(least))
	case pixels > mostPixels || h.memory > mostMemory:
		return refuse("picture.huge", "max", int64(12))
	}
	return nil
}

// sniff tells the kind of an upload by its first bytes: its name and its declared type say nothing.
func sniff(r io.Reader) (format, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return format{}, refuse("picture.damaged")
	}
	head = head[:n]
	begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case begins("\xff\xd8\xff"):
		return formatJPEG, nil
	case begins("\x89PNG\r\n\x1a\n"):
		return formatPNG, nil
	case begins("GIF87a"), begins("GIF89a"):
		return formatGIF, nil
	case begins("RIFF") && n > 12 && string(head[8:12]) == "WEBP":
		return formatWebP, nil
	case n > 12 && string(head[4:8]) == "ftyp":
		return format{}, refuse("picture.heic")
	case bytes.Contains(bytes.ToLower(head), []byte("<svg")):
		return format{}, refuse("picture.drawing")
	}
	return format{}, refuse("picture.unknown")
}

// mostScans is how many times a JPEG may go over its pixels; cameras and programs do it ten times at most.
const mostScans = 32

// measureJPEG walks the markers of a JPEG (ITU T.81 annex B), also those between the scans of a progressive one.
func measureJPEG(r io.ReadSeeker) (h header, err error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return h, refuse("picture.damaged")
	}
	scans := 0
	for at := 2; at+3 < len(raw); {
		if raw[at] != 0xff || raw[at+1] == 0x00 || raw[at+1] == 0xff || raw[at+1] >= 0xd0 && raw[at+1] <= 0xd8 {
			at++ // coded pixels, padding, restarts
			continue
		}
		marker := raw[at+1]
		length := int(binary.BigEndian.Uint16(raw[at+2:]))
		segment := raw[at+4 : min(at+2+max(length, 2), len(raw))]
		switch {
		case marker == 0xd9: // end of image: what follows is never read
			at = len(raw)
			continue
		case marker == 0xe1 && h.turned == unturned:
			if exif, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
				h.turned = orientationOf(exif)
			}
		case marker >= 0xc0 && marker <= 0xc2 && len(segment) >= 6 && h.width == 0:
			h.frame(marker, segment)
		case marker == 0xda:
			scans++
		}
		at += 2 + max(length, 2)
	}
	config, err := jpeg.DecodeConfig(bytes.NewReader(raw))
	if err != nil || scans > mostScans || config.Width != h.width || config.Height != h.height {
		return h, refuse("picture.damaged")
	}
	return h, nil
}

// frame reads the size from the head of a frame (T.81 B.2.2), and what its decoder will take: three planes at most as large as the
// first, and for a progressive one four bytes for each coefficient.
func (h *header) frame(marker byte, segment []byte) {
	h.height, h.width = int(binary.BigEndian.Uint16(segment[1:])), int(binary.BigEndian.Uint16(segment[3:]))
	planes := 2 * int64(segment[5]) // in halves: colour is mostly kept at a quarter or a half of the size
	if segment[5] == 3 && len(segment) >= 9 {
		planes = 6
		switch segment[7] { // sampling of the first component
		case 0x22:
			planes = 3
		case 0x21, 0x12:
			planes = 4
		}
	}
	h.memory = int64(h.width) * int64(h.height) * planes / 2
	if marker == 0xc2 {
		h.memory *= 5
	}
}

// measurePNG reads IHDR (PNG 11.2.1) and, where there is one, eXIf.
func measurePNG(r io.ReadSeeker) (h header, err error) {
	config, err := png.DecodeConfig(r)
	if err != nil {
		return h, refuse("picture.damaged")
	}
	h = headerOf(config)
	var ihdr [29]byte
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return h, err
	}
	if _, err := io.ReadFull(r, ihdr[:]); err != nil {
		return h, refuse("picture.damaged")
	}
	if ihdr[28] != 0 { // interlaced: a pass is decoded beside the whole
		h.memory = h.memory * 3 / 2
	}
	for range 64 { // chunks that stand before the pixels
		var chunk [12]byte // sum of the last chunk, length and name of the next
		if _, err := io.ReadFull(r, chunk[:]); err != nil {
			return h, nil
		}
		length := int64(binary.BigEndian.Uint32(chunk[4:]))
		switch name := string(chunk[8:]); {
		case name == "IDAT" || length > MaxUpload:
			return h, nil
		case name == "eXIf":
			exif, err := io.ReadAll(io.LimitReader(r, length))
			h.turned = orientationOf(exif)
			return h, err
		}
		if _, err := r.Seek(length, io.SeekCurrent); err != nil {
			return h, nil
		}
	}
	return h, nil
}

func measureGIF(r io.ReadSeeker) (header, error) {
	config, err := gif.DecodeConfig(r)
	if err != nil {
		return header{}, refuse("picture.damaged")
	}
	return headerOf(config), nil
}

// headerOf knows how many bytes a pixel takes in each model of colours.
func headerOf(config image.Config) header {
	bytes := int64(4)
	switch config.ColorModel {
	case color.GrayModel:
		bytes = 1
	case color.Gray16Model:
		bytes = 2
	case color.RGBA64Model, color.NRGBA64Model:
		bytes = 8
	}
	if _, ok := config.ColorModel.(color.Palette); ok {
		bytes = 1
	}
	return header{width: config.Width, height: config.Height, memory: int64(config.Width) * int64(config.Height) * bytes}
}

// measureWebP walks the chunks of a WebP (RFC 9649 2.3): the canvas that an extended one declares says nothing of the frames in it,
// so the largest counts.
func measureWebP(r io.ReadSeeker) (h header, err error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return h, refuse("picture.damaged")
	}
	for at := 12; at+8 <= len(raw); {
		name, length := string(raw[at:at+4]), int64(binary.LittleEndian.Uint32(raw[at+4:]))
		chunk := raw[at+8:]
		chunk = chunk[:min(length, int64(len(chunk)))]
		switch {
		case name == "VP8 " && len(chunk) >= 10: // RFC 6386 9.1
			h.grow(int(binary.LittleEndian.Uint16(chunk[6:])&0x3fff), int(binary.LittleEndian.Uint16(chunk[8:])&0x3fff), 3)
		case name == "VP8L" && len(chunk) >= 5: // RFC 9649 3.4; its decoder keeps pixels twice
			bits := binary.LittleEndian.Uint32(chunk[1:])
			h.grow(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1, 9)
		case name == "VP8X" && len(chunk) >= 10: // its decoder believes it for transparency, of which it keeps all colours
			h.grow(1+int(uint24(chunk[4:])), 1+int(uint24(chunk[7:])), 8)
		case name == "ANIM" || name == "ANMF":
			return h, refuse("picture.animated")
		case name == "EXIF":
			h.turned = orientationOf(bytes.TrimPrefix(chunk, []byte("Exif\x00\x00")))
		}
		at += 8 + int(min(length+length&1, int64(len(raw))))
	}
	return h, nil
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// grow notes a frame whose pixels take so many bytes each.
func (h *header) grow(width, height int, bytes int64) {
	h.width, h.height = max(h.width, width), max(h.height, height)
	h.memory = max(h.memory, int64(h.width)*int64(h.height)*bytes)
}
