package apptest

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Person is somebody with a browser that runs no script: it keeps cookies and follows no redirection by itself.
type Person struct {
	// Header is sent with each request, such as a User-Agent.
	Header http.Header

	site   string
	client *http.Client
}

// NewPerson returns somebody who visits the origin site. Many may share one transport; nil is the usual one.
func NewPerson(t testing.TB, site string, transport http.RoundTripper) *Person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Person{site: site, client: &http.Client{
		Jar: jar, Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Answer is what came back.
type Answer struct {
	Status   int
	Header   http.Header
	Location string
	Body     string
}

// Do sends any request whose URL has no host: the site's is put in.
func (p *Person) Do(r *http.Request) (Answer, error) {
	if r.URL.Host == "" {
		full, err := url.Parse(p.site + r.URL.RequestURI())
		if err != nil {
			return Answer{}, err
		}
		r.URL, r.Host = full, full.Host
	}
	maps.Copy(r.Header, p.Header)
	response, err := p.client.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Location: response.Header.Get("Location"), Body: string(body)}, err
}

// Cookie returns the value of a cookie that the browser holds, empty for none.
func (p *Person) Cookie(name string) string {
	site, err := url.Parse(p.site)
	if err != nil {
		return ""
	}
	for _, c := range p.client.Jar.Cookies(site) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Get asks for a page.
func (p *Person) Get(ctx context.Context, path string) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return Answer{}, err
	}
	return p.Do(r)
}

// Post sends a form of pairs name, value, name, value…, as the site's own page would.
func (p *Person) Post(ctx context.Context, path string, pairs ...string) (Answer, error) {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(values.Encode()))
	if err != nil {
		return Answer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", p.site)
	return p.Do(r)
}

// MustPost is Post where nothing else than one answer is expected.
func (p *Person) MustPost(t testing.TB, status int, path string, pairs ...string) Answer {
	t.Helper()
	a, err := p.Post(t.Context(), path, pairs...)
	return must(t, a, err, status, "POST "+path)
}

// MustGet is Get where nothing else than one answer is expected.
func (p *Person) MustGet(t testing.TB, status int, path string) Answer {
	t.Helper()
	a, err := p.Get(t.Context(), path)
	return must(t, a, err, status, "GET "+path)
}

func must(t testing.TB, a Answer, err error, status int, what string) Answer {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if a.Status != status {
		t.Fatalf("%s answered %d, not %d:\n%s", what, a.Status, status, a.Body)
	}
	return a
}
