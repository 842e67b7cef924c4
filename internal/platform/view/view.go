// Package view draws pages: the layout that they all share, the components that they are made of, and the files that a
// browser loads beside them.
//
// It promises HTML that needs no script and passes a strict policy (no style attribute, nothing inline), one h1 and no
// skipped level, words from the .po files only, no link to what does not exist, and no byte of the visitor in the page of
// somebody who is not signed in, so that it can be cached.
//
// Layout wraps every page (layout.templ); what it needs of the instance and of the request travels in the context (site.go).
// Components stand one per file, their data in Go beside them. Styles are in css/, scripts in js/, and what is built of them
// in static/, handed out by Asset and Static (asset.go). How to add a component: DESIGN.md. Every component on one page:
// gallery/.
package view

//go:generate go -C ../../.. tool -modfile=tools/go.mod templ generate -path internal/platform/view
//go:generate go -C ../../../tools run ./assets -out ../internal/platform/view/static ../internal/platform/view/css/public.css ../internal/platform/view/css/work.css ../internal/platform/view/css/home.css ../internal/platform/view/js/counter.js ../internal/platform/view/js/copy.js ../internal/platform/view/js/form.js ../internal/platform/view/js/passkey.js ../internal/platform/view/js/stand.js ../internal/platform/guard/js/guard.js ../internal/platform/guard/js/worker.js=guard-worker.js

import (
	"context"
	"embed"
	"io"
	"io/fs"

	"github.com/a-h/templ"
)

// Component is a piece of page. Rooms name it so, and leave the template engine to this package.
type Component = templ.Component

// Attributes are further attributes of an element, such as data hooks.
type Attributes = templ.Attributes

// component makes a Component of a function that writes its own HTML, already escaped.
func component(write func(context.Context, io.Writer) error) Component {
	return templ.ComponentFunc(write)
}

// Render writes c as HTML, whole or not at all: a component that fails leaves w untouched.
func Render(ctx context.Context, w io.Writer, c Component) error {
	buffer := templ.GetBuffer()
	defer templ.ReleaseBuffer(buffer)
	if err := c.Render(ctx, buffer); err != nil {
		return err
	}
	_, err := buffer.WriteTo(w)
	return err
}

//go:embed locales/*.po
var locales embed.FS

// Locales returns the words of the layout and the components, one .po file per language at its root.
func Locales() fs.FS {
	folder, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return folder
}
