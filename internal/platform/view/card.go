package view

import "context"

// Teaser is a thing to go and see: a mobilisation, an article.
type Teaser struct {
	Title string
	Lang  string // of title and text, when it is not the page's
	Path  string // without language prefix
	Image string // address; see Motif where nobody gave one
	Alt   string // what the image shows, empty when the title says as much
	Text  string // one or two sentences, on a large card
	By    string // who carries it, where, how far
	Tag   string // a state or a place, above the title
	Gauge *Measure
	Foot  string // a last line under the gauge
	Local bool   // of one place, rather than of a country or more
	Top   bool   // an h2 rather than an h3: the card stands right under the h1
	Lazy  bool   // the image is below the first screen
}

// Row is one line of a list.
type Row struct {
	Title  string
	Lang   string // of the title, when it is not the page's
	Path   string // without language prefix; empty for a line that leads nowhere
	Date   *Badge // one of these three, or none
	Image  string
	Name   string    // of whom the emblem stands for
	Emblem Component // that was chosen, instead of the one that Name gives
	Text   string
	Meta   []Meta
}

// Badge is a date as a torn-off leaf: "sam.", "28", "mars".
type Badge struct{ Above, Day, Below string }

// Meta is one fact of a row; the icon may be empty.
type Meta struct{ Icon, Text string }

// Step is one place on the way to the page being read.
type Step struct{ Label, Path string }

// tongue marks words of another language than the page's, for who hears them (WCAG 2.2, 3.1.2).
func tongue(lang string) Attributes {
	if lang == "" {
		return nil
	}
	return Attributes{"lang": lang}
}

// link returns the address of a row's title.
func (r Row) link(ctx context.Context) string { return Link(ctx, r.Path) }
