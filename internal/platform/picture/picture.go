// Package picture makes images.
//
// One kind is the card that networks and messengers show beside a link (Open Graph, 1200 × 630), printed like the
// site's posters: flat inks, a big condensed headline, and a swarm of dots, where each dot is a person.
//
// The other is the photo that somebody uploads. Its size is read before its pixels are, and refused where they would take more
// than 144 MB; it is turned as its camera was held, cut to 8:5, and encoded anew, so that nothing of the upload is left but what
// is seen: no place, no camera, no second file in its tail.
//
// It promises a card for any title: hostile ones, endless ones, and those in scripts that its fonts do not know (the
// fonts know Latin, Greek and Cyrillic; elsewhere the site's name is the headline). A card weighs less than 60 kB, and
// only one is made at a time, because a link that spreads asks for many.
//
// card.go lays a card out, swarm.go places its dots, shape.go and text.go draw, headline.go breaks lines, inks.go holds
// the colours, print.go reduces them to a palette. For photos, photo.go is the way of an upload, upload.go tells what it is
// and what it will take, orient.go how it was held, shrink.go makes it smaller. The headline's font is Bricolage Grotesque, bold and condensed, the
// subset of the site (fonts/OFL.txt); Greek and Cyrillic are in Go Bold.
package picture

import (
	"context"
	_ "embed"
	"fmt"

	"golang.org/x/image/font/opentype"
)

//go:embed fonts/bricolage-latin.ttf
var bricolageLatin []byte

//go:embed fonts/bricolage-latin-ext.ttf
var bricolageLatinExt []byte

// Press prints pictures, one at a time. It is safe for concurrent use.
type Press struct {
	fonts []*opentype.Font // the first that knows a character draws it
	turn  chan struct{}    // of one: holds who prints
}

// NewPress returns a press with its fonts set.
func NewPress() (*Press, error) {
	p := &Press{turn: make(chan struct{}, 1)}
	for _, raw := range HeadlineFonts() {
		f, err := opentype.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("picture: read a font: %w", err)
		}
		p.fonts = append(p.fonts, f)
	}
	return p, nil
}

// Card returns the card of spec as a PNG of CardWidth × CardHeight. It waits for its turn, and gives up when ctx ends.
func (p *Press) Card(ctx context.Context, spec CardSpec) ([]byte, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("picture: wait for the press: %w", ctx.Err())
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("picture: wait for the press: %w", err)
	}
	sheet, err := p.layOut(spec)
	if err != nil {
		return nil, err
	}
	return printPNG(sheet, spec.inks())
}
