package view

import (
	"context"
	"slices"
	"strings"
)

// Page is what a page says of itself to Layout.
type Page struct {
	Title       string   // without the name of the site; empty on the front page
	Description string   // one or two sentences, for search engines and shared links
	Card        *Preview // how the page shows where its link is shared; nil for the title and the words alone
	Canonical   string   // path without language prefix, when it is not the path of the request
	Languages   []string // tags in which the page exists; nil for every language of the site
	Scripts     []string // modules that make the page better: "counter.js", "copy.js", "form.js", "guard.js"

	Errors  bool // a form came back with answers to correct
	Funnel  bool // after signing: brand only, short footer
	Work    bool // a board, a form with steps, a curve: loads work.css too
	Hero    bool // the large title of the home page or of an error: loads home.css too
	NoIndex bool // not for search engines: a page with a token, a private page
}

// Preview is the card of a page on networks and in messengers (Open Graph).
type Preview struct {
	Image         string // path or URL of a PNG or JPEG
	Alt           string // what the image shows
	Width, Height int    // pixels
	Article       bool   // an article rather than a site
}

// title returns the content of <title>.
func (p Page) title(ctx context.Context) string {
	site := SiteFrom(ctx).Name
	title := p.Title
	if title == "" {
		title = site
	} else if site != "" {
		title = tr(ctx, "view.title", "title", p.Title, "site", site)
	}
	if p.Errors {
		return tr(ctx, "view.title_errors", "title", title)
	}
	return title
}

// heading returns the title for a shared link, where the name of the site stands apart.
func (p Page) heading(ctx context.Context) string {
	if p.Title == "" {
		return SiteFrom(ctx).Name
	}
	return p.Title
}

// path returns the canonical path, without language prefix.
func (p Page) path(ctx context.Context) string {
	if p.Canonical != "" {
		return p.Canonical
	}
	return RequestFrom(ctx).Path
}

// canonical returns the absolute address of the page in a language, empty when the site knows no address of its own.
func (p Page) canonical(ctx context.Context, lang string) string {
	s := SiteFrom(ctx)
	if s.URL == "" || p.path(ctx) == "" {
		return ""
	}
	return s.URL + s.Path(lang, p.path(ctx))
}

// languages returns the languages in which the page exists.
func (p Page) languages(ctx context.Context) []Language {
	all := SiteFrom(ctx).Languages
	if p.Languages == nil {
		return all
	}
	var some []Language
	for _, l := range all {
		if slices.Contains(p.Languages, l.Tag) {
			some = append(some, l)
		}
	}
	return some
}

// absolute makes a path into an address that other sites can follow.
func absolute(ctx context.Context, address string) string {
	if strings.HasPrefix(address, "/") {
		return SiteFrom(ctx).URL + address
	}
	return address
}

// ogLocale writes a tag as Open Graph does: fr_FR. Without a region, the language alone.
func ogLocale(tag string) string {
	switch tag {
	case "fr":
		return "fr_FR"
	case "en":
		return "en_GB"
	}
	return strings.ReplaceAll(tag, "-", "_")
}
