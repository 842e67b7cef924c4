// Package webtest gives tests a whole site around the rooms under test: their words, their routes, real pages, and visitors
// who keep cookies like a browser.
//
// Nothing listens: a visitor hands requests to the server directly. A visitor follows no redirection by itself, so that a
// test sees each answer.
package webtest

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// URL is the address of the site under test.
const URL = "https://essaim.example"

// Site is a server without routes, with the words of the platform and of the rooms under test.
type Site struct {
	*web.Server
	// Log holds what the server logged.
	Log     *bytes.Buffer
	entered sync.Map // perm.Actor by session
}

// New returns a site whose words are the platform's and those of locales.
func New(t testing.TB, c clock.Clock, locales ...fs.FS) *Site {
	t.Helper()
	words, err := i18n.Load(append([]fs.FS{web.Locales(), view.Locales()}, locales...)...)
	if err != nil {
		t.Fatal(err)
	}
	site := &Site{Log: &bytes.Buffer{}}
	server, err := web.New(web.Options{
		URL: URL, Languages: words, Clock: c, Log: slog.New(slog.NewTextHandler(site.Log, nil)),
		Failure: failure, Decorate: decorate(words), Session: site.session,
	})
	if err != nil {
		t.Fatal(err)
	}
	site.Server = server
	return site
}

// session is the actor whom Enter gave a session.
func (s *Site) session(_ context.Context, token string) (perm.Actor, error) {
	actor, _ := s.entered.Load(token)
	known, _ := actor.(perm.Actor)
	return known, nil
}

// Words returns the catalogue of the site.
func (s *Site) Words() *i18n.Catalogue { return s.Languages }

// Serve adds routes, and fails the test when one is refused.
func (s *Site) Serve(t testing.TB, routes ...web.Route) {
	t.Helper()
	if err := s.Add(routes...); err != nil {
		t.Fatal(err)
	}
}

func failure(w http.ResponseWriter, r *http.Request, status int, f *fault.Fault) {
	var page bytes.Buffer
	text := i18n.From(r.Context()).T(f.Key, f.Args...)
	if err := view.Render(r.Context(), &page, view.ErrorPage(view.Failure{Status: status, Title: http.StatusText(status), Text: text})); err != nil {
		panic(err) // the test's own page is wrong
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w)
}

func decorate(words *i18n.Catalogue) func(context.Context) context.Context {
	site := &view.Site{Name: "Essaim", URL: URL, SignIn: "/signin", SignOut: "/signout"}
	for _, tag := range words.Tags() {
		site.Languages = append(site.Languages, view.Language{Tag: tag, Name: i18n.Name(tag)})
	}
	return func(ctx context.Context) context.Context {
		info := web.InfoFrom(ctx)
		ctx = view.WithSite(ctx, site)
		return view.WithRequest(ctx, view.Request{Path: info.Path, Lang: info.Locale.Tag(), Actor: info.Actor})
	}
}
