package view

import "context"

// Teaser is a thing to go and see: a mobilisation, an article.
type Teaser struct {
	Title string
	Path  string // without language prefix
	Image string // address; see Motif where nobody gave one
	Alt   string // what the image shows, empty when the title says as much
	Text  string // one or two sentences, on a large card
	By    string // who carries it, where, how far
	Tag   string // a state or a place, above the title
	Gauge *Measure
	Foot  string // a last line under the gauge
	Top   bool   // an h2 rather than an h3: the card stands right under the h1
	Lazy  bool   // the image is below the first screen
}

// Row is one line of a list.
type Row struct {
	Title string
	Path  string // without language prefix; empty for a line that leads nowhere
	Date  *Badge // one of these three, or none
	Image string
	Name  string // of whom the emblem stands for
	Text  string
	Meta  []Meta
}

// Badge is a date as a torn-off leaf: "sam.", "28", "mars".
type Badge struct{ Above, Day, Below string }

// Meta is one fact of a row; the icon may be empty.
type Meta struct{ Icon, Text string }

// Step is one place on the way to the page being read.
type Step struct{ Label, Path string }

// link returns the address of a row's title.
func (r Row) link(ctx context.Context) string { return Link(ctx, r.Path) }
