package module

import (
	"context"
	"time"

	"essaim/internal/platform/search"
	"essaim/internal/platform/view"
)

// Finder is how one kind of thing is found: each room answers for its own, and who asks merges the answers.
type Finder struct {
	// Source is from what the index is made. Its kind names the finder: "mobilisation".
	Source search.Source
	// Themes are the keys by which the things may be filtered; the message KIND.theme_KEY is the name of one.
	Themes []string
	// Near finds what is around a point, the nearest first.
	Near func(ctx context.Context, q search.Near) ([]Found, error)
	// Query finds by words, in the order that search states.
	Query func(ctx context.Context, q search.Query) ([]Found, error)
	// List returns what stands in a list, the newest first.
	List func(ctx context.Context, q search.List) ([]Found, error)
}

// Found is a thing that was found, and how it is shown.
type Found struct {
	search.Hit
	view.Teaser
	Published time.Time
	Words     string // one or two sentences on what it is, for who reads no pictures
	Author    string // who is behind it
}

// Finders are all the kinds of things that can be found.
type Finders []Finder

// Sources are what the index is made from.
func (f Finders) Sources() []search.Source {
	all := make([]search.Source, len(f))
	for i, one := range f {
		all[i] = one.Source
	}
	return all
}
