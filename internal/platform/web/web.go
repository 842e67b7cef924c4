// Package web answers visitors: routes with the right that each needs, the page cache, forms, cookies, security headers.
//
// What it promises:
//   - every route names its right, and is refused before its handler runs to who lacks it;
//   - a page that declares itself Cached is rendered at most once a second whatever the load, and holds nothing of who
//     asked for it; the cache answers before routing, sessions and logs;
//   - handlers return errors, and one place turns them into words and a status: a fault into its message, anything else
//     into a calm page and one line in the log;
//   - GET changes nothing, and a request that changes something from another site is refused (origin.go).
//
// Where things are: route.go is the table, server.go the way of a request, cache.go the pages in memory, form.go what people
// typed, cookie.go cookies, origin.go what other sites may not, header.go what every answer bears.
package web

import (
	"context"
	"net/http"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
)

// Handler answers one request, or says what went wrong. A handler that returns an error has written nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Info is what is known of the request under way.
type Info struct {
	Locale *i18n.Locale
	// Path is the path without its language: the same page's path in every language, escaped as in a link.
	Path string
	// Route is the pattern that matched, for logs and metrics; never the path, which may hold a token.
	Route string
	Actor perm.Actor
	// Prefix is "" in the instance's first language, "/en" in another.
	Prefix  string
	https   bool
	tags    []string
	failure error // of an API operation, for the log
}

type infoKey struct{}

// InfoFrom returns what is known of the request under way; outside a request, an Info that knows nothing.
func InfoFrom(ctx context.Context) *Info {
	if info, ok := ctx.Value(infoKey{}).(*Info); ok {
		return info
	}
	return &Info{}
}

// WithInfo returns a ctx that knows the request. It is for tests and for pages rendered outside a request.
func WithInfo(ctx context.Context, info *Info) context.Context {
	return context.WithValue(ctx, infoKey{}, info)
}

// Lang is the language of the page under way, such as "fr".
func Lang(ctx context.Context) string {
	if l := InfoFrom(ctx).Locale; l != nil {
		return l.Tag()
	}
	return ""
}

// Actor is who asks. On a Cached route it is always nobody.
func Actor(ctx context.Context) perm.Actor { return InfoFrom(ctx).Actor }

// Link turns a path into that page's path in the language of the page under way.
func Link(ctx context.Context, path string) string { return InfoFrom(ctx).Prefix + path }

// Tag notes what the page under way shows, so that Purge finds it: "mobilisation:rail", "organisation:val".
func Tag(ctx context.Context, tags ...string) {
	info := InfoFrom(ctx)
	info.tags = append(info.tags, tags...)
}

// SeeOther sends the browser to a page of the site after a POST (RFC 9110 15.4.4).
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	w.Header().Set("Location", Link(r.Context(), path))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
