package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// at is a site with one form, at an address.
func at(t *testing.T, address string) *web.Server {
	t.Helper()
	o := webtest.New(t, clock.System()).Options
	o.URL = address
	s, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(web.Route{Method: http.MethodPost, Path: "/form", Right: perm.Anyone, Handle: fine}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAFormIsJudgedByTheSitesAddressNotByTheHostHeader(t *testing.T) {
	for _, c := range []struct {
		site, host, origin, from string
		want                     int
	}{
		{"https://exemple.fr", "exemple.fr", "https://exemple.fr", "", 200},
		{"https://exemple.fr", "backend:8080", "https://exemple.fr", "same-origin", 200}, // a proxy that puts its own name
		{"https://exemple.fr", "evil.com", "http://evil.com", "", 403},
		{"https://exemple.fr", "evil.com", "http://evil.com", "same-origin", 403}, // a name that was made to lead here
		{"https://exemple.fr", "exemple.fr", "http://exemple.fr", "", 403},
		{"https://exemple.fr", "exemple.fr", "https://exemple.fr:8443", "", 403},
		{"https://exemple.fr", "exemple.fr", "https://exemple.fr.evil.com", "", 403},
		{"https://exemple.fr", "127.0.0.1:8080", "http://127.0.0.1:8080", "", 403},
		{"https://exemple.fr", "exemple.fr", "null", "same-origin", 200},
		{"https://exemple.fr", "exemple.fr", "null", "", 403},
		{"https://exemple.fr", "exemple.fr", "", "same-origin", 200},
		{"https://exemple.fr", "exemple.fr", "", "same-site", 403},
		{"https://exemple.fr", "exemple.fr", "", "", 200},
		{"https://Éxemple.fr:443/", "x", "https://xn--xemple-9ua.fr", "", 200},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080", "same-origin", 200},
		{"http://127.0.0.1:8080", "localhost:8080", "http://localhost:8080", "same-origin", 200},
		{"http://localhost:8080", "[::1]:8080", "http://[::1]:8080", "same-origin", 200},
		{"http://[::]:8080", "192.168.1.5:8080", "http://192.168.1.5:8080", "", 200}, // a phone looks at the demo
		{"http://127.0.0.1:8080", "evil.com:8080", "http://evil.com:8080", "same-origin", 403},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:9090", "", 403},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", "http://192.0.2.1:8080", "", 403},
		{"http://exemple.fr", "127.0.0.1", "http://127.0.0.1", "", 403},
	} {
		r := httptest.NewRequest(http.MethodPost, "/form", strings.NewReader("a=b"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.from != "" {
			r.Header.Set("Sec-Fetch-Site", c.from)
		}
		w := httptest.NewRecorder()
		at(t, c.site).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: %d", c, w.Code)
		}
	}
}

func TestTheSessionsCookieIsBoundToTheHostWhereverTheSiteIsSecure(t *testing.T) {
	for address, want := range map[string]string{"https://exemple.fr": "__Host-essaim_session", "http://localhost:8080": "essaim_session"} {
		s := at(t, address)
		var seen string
		if err := s.Add(web.Route{Method: http.MethodGet, Path: "/seen", Right: perm.Anyone, Handle: func(_ http.ResponseWriter, r *http.Request) error {
			seen = web.CookieValue(r, web.SessionCookie)
			return nil
		}}); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.SetCookie(w, web.Cookie{Name: web.SessionCookie, Value: "ours", Life: 1e9})
		c := w.Result().Cookies()[0]
		if c.Name != want || c.Path != "/" || c.Domain != "" || c.Secure != strings.HasPrefix(want, "__Host-") || !c.HttpOnly {
			t.Errorf("%s: %v", address, c)
		}
		other := "essaim_session"
		if want == other {
			other = "__Host-essaim_session"
		}
		for sent, hears := range map[string]string{want + "=ours": "ours", other + "=theirs": "", other + "=theirs; " + want + "=ours": "ours"} {
			r := httptest.NewRequest(http.MethodGet, "/seen", nil)
			r.Header.Set("Cookie", sent)
			s.ServeHTTP(httptest.NewRecorder(), r)
			if seen != hears {
				t.Errorf("%s: of %q comes %q", address, sent, seen)
			}
		}
		w = httptest.NewRecorder()
		s.ClearCookie(w, web.SessionCookie, "/")
		if c := w.Result().Cookies()[0]; c.Name != want || c.MaxAge >= 0 {
			t.Errorf("%s, cleared: %v", address, c)
		}
	}
}
