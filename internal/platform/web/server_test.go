package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

func sessionOf(id string, roles ...perm.Role) func(context.Context, string) (perm.Actor, error) {
	return func(context.Context, string) (perm.Actor, error) { return perm.Actor{ID: id, Roles: roles}, nil }
}

func site(t *testing.T, handle web.Handler) *webtest.Site {
	t.Helper()
	s := webtest.New(t, clock.System())
	s.Serve(t,
		web.Route{Method: http.MethodGet, Path: "/{$}", Right: perm.Anyone, Handle: handle, Cached: true},
		web.Route{Method: http.MethodGet, Path: "/thing/{id}", Right: perm.Anyone, Handle: handle},
		web.Route{Method: http.MethodPost, Path: "/thing/{id}", Right: perm.Anyone, Handle: handle, MaxBody: 1000},
		web.Route{Method: http.MethodGet, Path: "/host", Right: perm.Host, Handle: handle},
		web.Route{Method: http.MethodPost, Path: "/api/v1/thing", Right: perm.Anyone, Handle: handle, API: true, Raw: true},
	)
	return s
}

func fine(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, "/api/") {
		if _, err := web.ReadForm(r); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/plain")
	_, err := w.Write([]byte(web.Lang(r.Context())))
	return err
}

func TestARouteWithoutARightIsRefused(t *testing.T) {
	s := webtest.New(t, clock.System())
	for _, r := range []web.Route{
		{Method: http.MethodGet, Path: "/x", Handle: fine},
		{Method: http.MethodGet, Path: "x", Handle: fine, Right: perm.Anyone},
		{Method: http.MethodGet, Path: "/x", Right: perm.Anyone},
		{Method: http.MethodPost, Path: "/x", Handle: fine, Right: perm.Anyone, Cached: true},
		{Method: http.MethodGet, Path: "/x", Handle: fine, Right: perm.Host, Cached: true},
	} {
		if err := s.Add(r); err == nil {
			t.Errorf("%+v was taken", r)
		}
	}
}

func TestRightsAreAskedBeforeTheHandlerRuns(t *testing.T) {
	ran := false
	s := site(t, func(w http.ResponseWriter, r *http.Request) error { ran = true; return fine(w, r) })
	if got := s.Visitor(t).Get("/host"); got.Status != 401 || ran {
		t.Errorf("nobody: %d, ran %v", got.Status, ran)
	}
	v := s.Visitor(t)
	v.SetCookie(web.SessionCookie, "x")
	s.Session = sessionOf("p", perm.RoleOrganiser)
	if got := v.Get("/host"); got.Status != 403 || ran {
		t.Errorf("an organiser: %d, ran %v", got.Status, ran)
	}
	s.Session = sessionOf("p", perm.RoleHost)
	if got := v.Get("/host"); got.Status != 200 || !ran {
		t.Errorf("a host: %d, ran %v", got.Status, ran)
	}
}

func TestErrorsBecomeWordsAndOneLineInTheLog(t *testing.T) {
	cause := errors.New("SELECT secret FROM table")
	for name, c := range map[string]struct {
		err    error
		status int
		logged bool
	}{
		"fault":   {fault.Wrap(cause, fault.Conflict, "web.forbidden"), 409, false},
		"unknown": {cause, 500, true},
	} {
		s := site(t, func(http.ResponseWriter, *http.Request) error { return c.err })
		got := s.Visitor(t).Get("/thing/1")
		if got.Status != c.status || strings.Contains(got.Body, "SELECT") || strings.Contains(s.Log.String(), "SELECT") != c.logged {
			t.Errorf("%s: %d, log %q", name, got.Status, s.Log)
		}
	}
	s := site(t, func(http.ResponseWriter, *http.Request) error { panic("a mistake") })
	if got := s.Visitor(t).Get("/thing/1"); got.Status != 500 || !strings.Contains(s.Log.String(), "a mistake") {
		t.Errorf("panic: %d, log %q", got.Status, s.Log)
	}
}

func TestAFormFromAnotherSiteIsRefusedAndTheAPIIsNot(t *testing.T) {
	s := site(t, fine)
	post := func(path, origin, from string) int {
		r := httptest.NewRequest(http.MethodPost, webtest.URL+path, strings.NewReader("a=b"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if from != "" {
			r.Header.Set("Sec-Fetch-Site", from)
		}
		return s.Visitor(t).Do(r).Status
	}
	for _, c := range []struct {
		path, origin, from string
		want               int
	}{
		{"/thing/1", webtest.URL, "same-origin", 200},
		{"/thing/1", "", "", 200}, // neither header: no browser of our time
		{"/thing/1", "https://evil.example", "cross-site", 403},
		{"/thing/1", "https://evil.example", "", 403},
		{"/thing/1", "null", "cross-site", 403},
		{"/api/v1/thing", "https://elsewhere.example", "cross-site", 200},
	} {
		if got := post(c.path, c.origin, c.from); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

func TestPagesOfOtherSitesMayCallTheAPI(t *testing.T) {
	s := site(t, fine)
	ask := httptest.NewRequest(http.MethodOptions, webtest.URL+"/api/v1/thing", nil)
	ask.Header.Set("Origin", "https://elsewhere.example")
	ask.Header.Set("Access-Control-Request-Method", "POST")
	if got := s.Visitor(t).Do(ask); got.Status != 204 || got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("asking first: %d %v", got.Status, got.Header)
	}
	if got := s.Visitor(t).Get("/thing/1"); got.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a page may be read by other sites")
	}
}

func TestWhatIsNoFormIsRefusedWithAReason(t *testing.T) {
	s := site(t, fine)
	post := func(kind, body string) int {
		r := httptest.NewRequest(http.MethodPost, webtest.URL+"/thing/1", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return s.Visitor(t).Do(r).Status
	}
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		kind, body string
		want       int
	}{
		{form, "a=b", 200},
		{form, "", 200},
		{form, "a=%zz", 400},
		{form, "a=%ff", 400},
		{form, "%ff=a", 400},
		{form, strings.Repeat("a=b&", 1000), 413},
		{"application/json", "{}", 415},
		{"", "a=b", 415},
		{"multipart/form-data; boundary=x", "--x--", 415},
	} {
		if got := post(c.kind, c.body); got != c.want {
			t.Errorf("%q %.20q: %d, want %d", c.kind, c.body, got, c.want)
		}
	}
}

func TestStrayRequestsGetHelp(t *testing.T) {
	s := site(t, fine)
	v := s.Visitor(t)
	for path, want := range map[string]int{"/nowhere": 404, "/en/nowhere": 404, "/thing/1/": 301, "/en": 307, "/de/": 404, "/thing/%00": 404, "/thing/%ff": 404} {
		if got := v.Get(path); got.Status != want {
			t.Errorf("%s: %d, want %d", path, got.Status, want)
		}
	}
	if got := v.Get("/en/nowhere"); !strings.Contains(got.Body, `lang="en"`) {
		t.Error("an English address got a page in another language")
	}
	r := httptest.NewRequest(http.MethodDelete, webtest.URL+"/thing/1", nil)
	if got := v.Do(r); got.Status != 405 || !strings.Contains(got.Header.Get("Allow"), "POST") {
		t.Errorf("DELETE: %d, Allow %q", got.Status, got.Header.Get("Allow"))
	}
	r = httptest.NewRequest(http.MethodGet, webtest.URL+"/x", nil)
	r.URL.Path = "//evil.example/"
	if got := v.Do(r); strings.HasPrefix(got.Location(), "//") {
		t.Errorf("an open redirect: %q", got.Location())
	}
}

func TestThePathOfAPageNeverLeadsElsewhere(t *testing.T) {
	s := site(t, fine)
	var seen string
	s.Failure = func(w http.ResponseWriter, r *http.Request, status int, _ *fault.Fault) {
		seen = web.InfoFrom(r.Context()).Path
		w.WriteHeader(status)
	}
	for path, want := range map[string]string{
		"/en//elsewhere.example": "/elsewhere.example", "//elsewhere.example": "/elsewhere.example", "/en/%2F%2felsewhere.example": "/elsewhere.example",
		`/en/%5Celsewhere.example`: "/%5Celsewhere.example", "/en/a%3Fb": "/a%3Fb", "/en/%E2%80%AEa": "/%E2%80%AEa",
	} {
		r := httptest.NewRequest(http.MethodGet, webtest.URL+"/", nil)
		r.URL, _ = url.ParseRequestURI(path)
		s.ServeHTTP(httptest.NewRecorder(), r)
		if seen != want {
			t.Errorf("%s: links lead to %q, not %q", path, seen, want)
		}
	}
}

func TestOnlyTheFrontDoorLooksAtTheBrowsersLanguage(t *testing.T) {
	s := site(t, fine)
	get := func(path string, headers ...string) webtest.Answer {
		r := httptest.NewRequest(http.MethodGet, webtest.URL+path, nil)
		r.Header.Set("Accept-Language", "en-GB,en;q=0.9")
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return s.Visitor(t).Do(r)
	}
	if got := get("/"); got.Status != 302 || got.Location() != "/en/" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("/: %d %s", got.Status, got.Location())
	}
	if got := get("/", "Sec-Fetch-Site", "same-origin"); got.Status != 200 || got.Body != "fr" {
		t.Errorf("/ chosen on our own page: %d %s", got.Status, got.Body)
	}
	if got := get("/thing/1"); got.Body != "fr" {
		t.Errorf("/thing/1: %s", got.Body)
	}
	if got := get("/en/"); got.Body != "en" {
		t.Errorf("/en/: %s", got.Body)
	}
}

func TestEveryAnswerBearsTheSecurityHeaders(t *testing.T) {
	s := site(t, fine)
	for _, path := range []string{"/en/", "/thing/1", "/nowhere", "/host"} {
		for range 2 { // the second time from the cache
			got := s.Visitor(t).Get(path)
			for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security"} {
				if got.Header.Get(name) == "" {
					t.Errorf("%s lacks %s", path, name)
				}
			}
			if got.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie", path)
			}
		}
	}
}

func FuzzReadForm(f *testing.F) {
	f.Add("a=b&c=%C3%A9")
	f.Add("a=%ff&&&;=%")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		form, err := web.ReadForm(r)
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatalf("no words for %q: %v", body, err)
		}
		if err == nil && strings.ContainsAny(form.Line("a"), "\r\n\x00") {
			t.Fatalf("%q was not cleaned", body)
		}
	})
}
