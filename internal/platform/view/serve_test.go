package view_test

import (
	"context"
	"flag"
	"net/http"
	"testing"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/view/gallery"
)

var serve = flag.String("serve", "", "address on which to serve the gallery until interrupted, such as localhost:8080")

// TestServe is no test without -serve: it shows the gallery to a person.
func TestServe(t *testing.T) {
	if *serve == "" {
		t.Skip("needs -serve")
	}
	t.Logf("gallery on http://%s", *serve)
	t.Fatal(http.ListenAndServe(*serve, galleryHandler(t)))
}

// galleryHandler serves the gallery under the policy that every page of the product has. A page asked for with ?signed-in
// is drawn for somebody.
func galleryHandler(t testing.TB) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/static/", view.Static())
	for _, tag := range catalogue(t).Tags() {
		locale, _ := catalogue(t).Locale(tag)
		for path, page := range gallery.Pages() {
			mux.HandleFunc("GET "+prefix(tag)+exact(path), func(w http.ResponseWriter, r *http.Request) {
				var actor perm.Actor
				if r.URL.Query().Has("signed-in") {
					actor = perm.Actor{ID: "1", Name: "Maud Kerrien", Roles: []perm.Role{perm.RoleOrganiser}}
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
				if err := view.Render(gallery.Context(r.Context(), locale, path, actor), w, page); err != nil {
					t.Error(err)
				}
			})
		}
	}
	return mux
}

func prefix(tag string) string {
	if tag == "fr" {
		return ""
	}
	return "/" + tag
}

func exact(path string) string {
	if path == "/" {
		return "/{$}"
	}
	return path
}

func catalogue(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(view.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// french returns a context in which a page of the gallery is drawn for a visitor.
func french(t testing.TB, path string) context.Context {
	t.Helper()
	locale, _ := catalogue(t).Locale("fr")
	return gallery.Context(t.Context(), locale, path, perm.Actor{})
}
