package view

import (
	"context"
	"slices"
	"strings"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
)

// Site is what every page says of the instance. It is filled once, when the instance starts, and only with what exists:
// an empty path or list is a link that is not drawn.
type Site struct {
	Name      string     // of the instance, in the brand and after every title
	URL       string     // public origin without a final slash, such as "https://essaim.example"
	Languages []Language // the host's first: its pages have no prefix
	Nav       []NavItem  // sections, in the header
	Account   []NavItem  // under the first name of who is signed in
	Footer    []NavItem
	Launch    NavItem // the outlined button at the end of the header
	Search    string  // path of the search page, which reads the parameter q
	SignIn    string  // path
	SignOut   string  // path that takes a POST
	Verify    string  // path where copies are verified, once there are any

	SampleData bool // places come from the sample, not from the official files
	Demo       bool // everything is invented and thrown away when the program stops
}

// Language is one in which pages exist.
type Language struct {
	Tag  string // BCP 47, also the first step of the path
	Name string // what it calls itself: "Français"
	RTL  bool   // written from right to left
}

// NavItem is one link of a menu.
type NavItem struct {
	Label string     // key of a message, or words that need no translation
	Path  string     // without language prefix, or the address of another site
	Icon  string     // name, see Icon; empty for none
	Right perm.Right // who may follow the link; empty for everyone
	Short bool       // stands in the short footer too, under the pages after signing
}

// Request is what a page must know of the request that it answers.
type Request struct {
	Path  string // without language prefix and without query, escaped as in a link
	Lang  string // BCP 47 tag of the page
	Actor perm.Actor
}

type siteKey struct{}
type requestKey struct{}

// WithSite returns a context that carries the instance.
func WithSite(ctx context.Context, s *Site) context.Context {
	return context.WithValue(ctx, siteKey{}, s)
}

// WithRequest returns a context that carries the request being answered.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// SiteFrom returns the instance that WithSite left in ctx, an empty one when there is none: never nil.
func SiteFrom(ctx context.Context) *Site {
	if s, ok := ctx.Value(siteKey{}).(*Site); ok && s != nil {
		return s
	}
	return new(Site)
}

// RequestFrom returns the request that WithRequest left in ctx.
func RequestFrom(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}

// Link returns path in the language of the page being drawn. Addresses of other sites, anchors and the paths of assets are
// returned as they are.
func Link(ctx context.Context, path string) string {
	return SiteFrom(ctx).Path(RequestFrom(ctx).Lang, path)
}

// Path returns path with the prefix of a language. The host's own language has none.
func (s *Site) Path(lang, path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, assetRoot) {
		return path
	}
	if lang == "" || len(s.Languages) == 0 || lang == s.Languages[0].Tag {
		return path
	}
	return "/" + lang + path
}

// language returns the language of the page; the tag alone when the site does not list it.
func (s *Site) language(tag string) Language {
	i := slices.IndexFunc(s.Languages, func(l Language) bool { return l.Tag == tag })
	if i < 0 {
		return Language{Tag: tag, Name: tag}
	}
	return s.Languages[i]
}

// pageLang returns the tag for the lang attribute.
func pageLang(ctx context.Context) string {
	if tag := RequestFrom(ctx).Lang; tag != "" {
		return tag
	}
	return i18n.From(ctx).Tag()
}

// allowed returns the items that the actor may follow.
func allowed(ctx context.Context, items []NavItem) []NavItem {
	actor := RequestFrom(ctx).Actor
	var may []NavItem
	for _, item := range items {
		if item.Path != "" && (item.Right == "" || actor.May(item.Right)) {
			may = append(may, item)
		}
	}
	return may
}

// current marks the link to the page being read, or to the section that it belongs to.
func current(ctx context.Context, item NavItem) Attributes {
	path := RequestFrom(ctx).Path
	switch {
	case path == item.Path:
		return Attributes{"aria-current": "page"}
	case item.Path != "/" && strings.HasPrefix(path, item.Path+"/"):
		return Attributes{"aria-current": "true"}
	}
	return nil
}

// currentAmong is current among the sections of one board, of which one may lie below another: the nearest alone is marked.
func currentAmong(ctx context.Context, items []NavItem, item NavItem) Attributes {
	for _, other := range items {
		if len(other.Path) > len(item.Path) && strings.HasPrefix(other.Path, item.Path+"/") && current(ctx, other) != nil {
			return nil
		}
	}
	return current(ctx, item)
}

// tr returns a message in the language of the page.
func tr(ctx context.Context, key string, args ...any) string {
	return i18n.From(ctx).T(key, args...)
}
