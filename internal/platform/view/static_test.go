package view_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"essaim/internal/platform/view"
)

// get asks for an address with the headers given as name, value, name, value…
func get(t testing.TB, address, encoding string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	view.Static().ServeHTTP(w, r)
	return w
}

func TestAnAssetIsKeptForAYear(t *testing.T) {
	w := get(t, view.Asset("public.css"), "")
	if w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	for name, want := range map[string]string{
		"Cache-Control":          "public, max-age=31536000, immutable",
		"Content-Type":           "text/css; charset=utf-8",
		"X-Content-Type-Options": "nosniff",
		"Vary":                   "Accept-Encoding",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAnOldAddressGetsTheFileForAMinute(t *testing.T) {
	w := get(t, "/static/public.000000000000.css", "")
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("%d, %q", w.Code, w.Header().Get("Cache-Control"))
	}
}

func TestWhatIsNoAssetIsNotFound(t *testing.T) {
	for _, address := range []string{
		"/static/", "/static/motif", "/static/motif/", "/static/nothing.css", "/static/../view.go", "/static/.css", "/static/fonts",
		"/static/public.css/", "/static//public.css", "/static/motif/..%2f..%2fview.go",
	} {
		if w := get(t, address, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	w := httptest.NewRecorder()
	view.Static().ServeHTTP(w, httptest.NewRequest(http.MethodPost, view.Asset("public.css"), nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Error(w.Code)
	}
	w = httptest.NewRecorder()
	view.Static().ServeHTTP(w, httptest.NewRequest(http.MethodHead, view.Asset("public.css"), nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestAnAssetIsCompressedAsTheBrowserTakesIt(t *testing.T) {
	plain := get(t, view.Asset("public.css"), "").Body.Bytes()
	for accept, want := range map[string]string{
		"gzip, deflate, br, zstd": "br",
		"gzip, zstd":              "zstd",
		"gzip":                    "gzip",
		"br;q=0, gzip":            "gzip",
		"br;q=0.000, gzip;q=0.0":  "",
		"br; q=0.5":               "br",
		"identity":                "",
		"GZIP":                    "gzip",
		"*":                       "",
		"brotli":                  "",
	} {
		w := get(t, view.Asset("public.css"), accept)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%s: %q, want %q", accept, got, want)
			continue
		}
		if got := unpack(t, want, w.Body.Bytes()); !bytes.Equal(got, plain) {
			t.Errorf("%s: other bytes", accept)
		}
	}
	if w := get(t, view.Asset("fonts/atkinson-latin.woff2"), "br"); w.Header().Get("Content-Encoding") != "" {
		t.Error("a font is compressed twice")
	}
}

func unpack(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	var err error
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	case "gzip":
		r, err = gzip.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestABrowserThatHasTheFileGetsNoneAgain(t *testing.T) {
	first := get(t, view.Asset("public.css"), "gzip")
	tag := first.Header().Get("ETag")
	if w := get(t, view.Asset("public.css"), "gzip", "If-None-Match", `"other", W/`+tag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	if w := get(t, view.Asset("public.css"), "br", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Error("the tag of one coding answers for another")
	}
}

func TestEveryAddressInAStyleSheetExists(t *testing.T) {
	address := regexp.MustCompile(`url\("?([^")]+)"?\)`)
	for _, sheet := range []string{"public.css", "work.css", "home.css"} {
		css := get(t, view.Asset(sheet), "").Body.String()
		for _, match := range address.FindAllStringSubmatch(css, -1) {
			w := get(t, match[1], "")
			if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %s is %d", sheet, match[1], w.Code)
			}
		}
	}
}

func TestEveryFileHasARightType(t *testing.T) {
	types := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
	}
	err := fs.WalkDir(os.DirFS("static"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		w := get(t, view.Asset(name), "")
		if got, want := w.Header().Get("Content-Type"), types[filepath.Ext(name)]; got != want || want == "" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzStatic(f *testing.F) {
	f.Add("/static/public.css", "br;q=1.0, gzip;q=0", `W/"x", *`)
	f.Add("/static/..", ";;,,q=", ",")
	f.Add("/static/a.b.c.d", "gzip;q=0.", `"`)
	f.Fuzz(func(t *testing.T, path, accept, match string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = path
		r.Header["Accept-Encoding"] = []string{accept}
		r.Header["If-None-Match"] = []string{match}
		w := httptest.NewRecorder()
		view.Static().ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusNotFound && w.Code != http.StatusNotModified {
			t.Errorf("%d", w.Code)
		}
	})
}
