package picture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/webp"

	"essaim/internal/platform/fault"
)

// The two forms of a photo, 8:5, in pixels: in pages, and for shared links and the press.
const (
	PhotoWidth  = 640
	PhotoHeight = 400
	LargeWidth  = 1280
	LargeHeight = 800
)

// What a photo may weigh, in bytes.
const (
	MaxUpload  = 12 << 20 // as it comes
	maxPhoto   = 40_000   // in pages
	maxLarge   = 240_000
	mostPixels = 50_000_000
	mostMemory = 144 << 20 // for the pixels while they are decoded
	least      = 200       // pixels of a side
	mostWork   = 10 * time.Second
)

// Photo is an upload made anew: two JPEG files that hold pixels and nothing else of what came.
type Photo struct{ Page, Large []byte }

// Darkroom makes photos of uploads, one at a time: that bounds the memory. It is safe for concurrent use.
type Darkroom struct{ turn chan struct{} }

// NewDarkroom returns a darkroom.
func NewDarkroom() *Darkroom { return &Darkroom{turn: make(chan struct{}, 1)} }

// Develop decodes an upload of size bytes by what it holds, turns it as its camera says, cuts 8:5 from its middle, and encodes it
// anew. The fault is Invalid, on the field, for what is no photo that we take. It waits for its turn, and gives up when ctx ends.
func (d *Darkroom) Develop(ctx context.Context, field string, upload io.ReaderAt, size int64) (Photo, error) {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return Photo{}, fmt.Errorf("picture: wait for the darkroom: %w", ctx.Err())
	}
	ctx, done := context.WithTimeout(ctx, mostWork)
	defer done()
	photo, err := develop(ctx, upload, size)
	if f, ok := errors.AsType[refusal](err); ok {
		return photo, fault.InvalidForm(fault.Field{Name: field, Key: f.key, Args: f.args})
	}
	return photo, err
}

// refusal is why an upload is not taken, as a message.
type refusal struct {
	key  string
	args []any
}

func (r refusal) Error() string { return r.key }

func refuse(key string, args ...any) error { return refusal{key, args} }

func develop(ctx context.Context, upload io.ReaderAt, size int64) (Photo, error) {
	if size == 0 {
		return Photo{}, refuse("picture.empty")
	}
	if size > MaxUpload {
		return Photo{}, refuse("picture.heavy", "max", int64(MaxUpload>>20))
	}
	whole := func() *io.SectionReader { return io.NewSectionReader(upload, 0, size) }
	kind, err := sniff(whole())
	if err != nil {
		return Photo{}, err
	}
	head, err := kind.measure(whole())
	if err != nil {
		return Photo{}, err
	}
	if err := head.check(); err != nil {
		return Photo{}, err
	}
	source, err := kind.pixels(patient{ctx, bufio.NewReaderSize(whole(), 64<<10)})
	if err != nil {
		if ctx.Err() != nil {
			return Photo{}, fmt.Errorf("picture: decode: %w", ctx.Err())
		}
		return Photo{}, refuse("picture.damaged")
	}
	if b := source.Bounds(); b.Dx() < least || b.Dy() < least { // the first frame of a GIF may be smaller than its canvas
		return Photo{}, refuse("picture.small", "least", int64(least))
	}
	return printPhoto(ctx, source, head.turned)
}

// printPhoto makes the two forms of what was decoded.
func printPhoto(ctx context.Context, source image.Image, turned orientation) (photo Photo, err error) {
	large, err := cut(ctx, source, turned, LargeWidth, LargeHeight)
	if err != nil {
		return photo, err
	}
	page, err := cut(ctx, large, upright, PhotoWidth, PhotoHeight)
	if err != nil {
		return photo, err
	}
	if photo.Page, err = encode(page, maxPhoto); err != nil {
		return photo, err
	}
	photo.Large, err = encode(large, maxLarge)
	return photo, err
}

// encode makes a JPEG of at most so many bytes, as good as it may be.
func encode(sheet *image.RGBA, most int) ([]byte, error) {
	var out bytes.Buffer
	for quality := 84; ; quality -= 7 {
		out.Reset()
		if err := jpeg.Encode(&out, sheet, &jpeg.Options{Quality: max(quality, 1)}); err != nil {
			return nil, fmt.Errorf("picture: encode a photo: %w", err)
		}
		if out.Len() <= most || quality <= 1 {
			return out.Bytes(), nil
		}
	}
}

// format is one kind of upload that we take.
type format struct {
	measure func(r io.ReadSeeker) (header, error)
	decode  func(r io.Reader) (image.Image, error)
}

var (
	formatJPEG = format{measureJPEG, jpeg.Decode}
	formatPNG  = format{measurePNG, png.Decode}
	formatGIF  = format{measureGIF, gif.Decode} // its first frame alone
	formatWebP = format{measureWebP, webp.Decode}
)

// pixels decodes an upload. Bytes that stop a decoder with a panic are damaged, like those that stop it with an error.
func (f format) pixels(r io.Reader) (source image.Image, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("picture: a decoder gave up: %v", cause)
		}
	}()
	return f.decode(r)
}

// patient stops a decoder, which knows no ctx, at its next read.
type patient struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.from.Read(b)
}
