package webtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// Visitor is one browser.
type Visitor struct {
	// Agent is the User-Agent; empty for none.
	Agent string
	// Addr is where the requests come from, such as "192.0.2.1:1234".
	Addr string

	t       testing.TB
	handler http.Handler
	cookies map[string]string
}

// Visitor returns a browser without cookies.
func (s *Site) Visitor(t testing.TB) *Visitor {
	return &Visitor{t: t, handler: s.Server, cookies: map[string]string{}, Addr: "192.0.2.1:1234"}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Location is where the answer sends the browser, without the site's address.
func (a Answer) Location() string { return a.Header.Get("Location") }

// Enter returns a new browser in which somebody is signed in.
func (s *Site) Enter(t testing.TB, actor perm.Actor) *Visitor {
	t.Helper()
	token := "session-of-" + actor.ID
	s.entered.Store(token, actor)
	v := s.Visitor(t)
	v.SetCookie(web.SessionCookie, token)
	return v
}

// Get asks for a page.
func (v *Visitor) Get(path string) Answer {
	v.t.Helper()
	return v.Do(httptest.NewRequest(http.MethodGet, URL+path, nil))
}

// Post sends a form of pairs name, value, name, value…, as the site's own page would.
func (v *Visitor) Post(path string, pairs ...string) Answer {
	v.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, URL+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", URL)
	return v.Do(r)
}

// Do sends any request with the visitor's cookies, and keeps those that come back.
func (v *Visitor) Do(r *http.Request) Answer {
	v.t.Helper()
	r.RemoteAddr = v.Addr
	if v.Agent != "" {
		r.Header.Set("User-Agent", v.Agent)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	result := w.Result()
	for _, c := range result.Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
			continue
		}
		v.cookies[c.Name] = c.Value
	}
	body, err := io.ReadAll(result.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return Answer{Status: result.StatusCode, Header: result.Header, Body: string(body)}
}

// Cookie returns the value of a cookie that the browser holds, empty for none.
func (v *Visitor) Cookie(name string) string { return v.cookies[onWire(name)] }

// SetCookie puts a cookie into the browser.
func (v *Visitor) SetCookie(name, value string) { v.cookies[onWire(name)] = value }

// onWire is the name under which a browser knows a cookie of the site, whose URL is https.
func onWire(name string) string {
	if name == web.SessionCookie {
		return web.HostPrefix + name
	}
	return name
}
