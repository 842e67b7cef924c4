package web_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// still is a ResponseWriter that costs nothing.
type still struct{ header http.Header }

func (s *still) Header() http.Header         { return s.header }
func (s *still) WriteHeader(int)             {}
func (s *still) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkCachedPage is what the server adds to net/http for a page that is in memory.
func BenchmarkCachedPage(b *testing.B) {
	site := webtest.New(b, clock.System())
	var page bytes.Buffer
	for range 1200 { // letters that do not compress to nothing, about 15 kB of them once compressed
		fmt.Fprintf(&page, "<p>%x</p>\n", rand.Uint64())
	}
	site.Serve(b, web.Route{Method: http.MethodGet, Path: "/m/{slug}", Right: perm.Anyone, Cached: true,
		Handle: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, err := w.Write(page.Bytes())
			return err
		}})
	r := httptest.NewRequest(http.MethodGet, webtest.URL+"/m/val", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.Header.Set("Accept-Language", "fr,en;q=0.7")
	site.ServeHTTP(httptest.NewRecorder(), r)
	b.ReportAllocs()
	w := &still{header: http.Header{}}
	for b.Loop() {
		clear(w.header)
		site.ServeHTTP(w, r)
	}
}
