package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

func TestACookieThatIsNoSessionCostsNoPage(t *testing.T) {
	p := newPaper(t)
	p.Session = func(_ context.Context, token string) (perm.Actor, error) {
		if token == "known" {
			return perm.Actor{ID: "someone"}, nil
		}
		return perm.Actor{}, nil
	}
	for _, cookie := range []string{"__Host-essaim_session=junk", "essaim_session=known", "x__Host-essaim_session=junk", "a=__Host-essaim_session=b", "__Host-essaim_session=", "x__Host-essaim_session=known"} {
		for range 5 {
			r := httptest.NewRequest(http.MethodGet, webtest.URL+"/page/a", nil)
			r.Header.Set("Cookie", cookie)
			if got := p.Visitor(t).Do(r); !strings.Contains(got.Body, " a 1 ") {
				t.Fatalf("%s: %.40s", cookie, got.Body)
			}
		}
	}
	v := p.Visitor(t)
	v.SetCookie(web.SessionCookie, "known")
	if got := v.Get("/page/a"); !strings.Contains(got.Body, `actor="someone"`) {
		t.Errorf("who is signed in got %.60s", got.Body)
	}
}

func TestNoPathPassesForAnotherPagesParameters(t *testing.T) {
	p := newPaper(t)
	p.Visitor(t).Get("/page/a%3Fq=1") // a page whose name ends like a query
	if got := p.Visitor(t).Get("/page/a?q=1"); !strings.Contains(got.Body, " q=1 ") {
		t.Errorf("the forged page: %.60s", got.Body)
	}
	if got := p.Visitor(t).Get("/page/a%00q=1"); got.Status != 404 {
		t.Errorf("the key itself: %d %.60s", got.Status, got.Body)
	}
}

func TestPagesThatPeopleReadStayWhenOthersAreAskedForOnce(t *testing.T) {
	s := webtest.New(t, clock.System())
	var made atomic.Int64
	noise := strings.Repeat("x", 1<<20)
	s.Serve(t, web.Route{Method: http.MethodGet, Path: "/page/{name}", Right: perm.Anyone, Cached: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if r.PathValue("name") == "read" {
				made.Add(1)
			}
			w.Header().Set("Content-Type", "application/octet-stream")
			_, err := w.Write([]byte(noise))
			return err
		}})
	for i := range 300 { // of which 64 have room
		s.Visitor(t).Get("/page/read")
		s.Visitor(t).Get(fmt.Sprintf("/page/%d", i))
	}
	if made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
}

func TestAPurgeDuringARenderIsNotLostAmongManyOthers(t *testing.T) {
	p := newPaper(t)
	p.slow = make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Visitor(t).Get("/page/a")
	}()
	for p.made.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	p.Pages.Purge("page:a")
	for i := range 10_100 {
		p.Pages.Purge(fmt.Sprint("page:other", i))
	}
	close(p.slow)
	<-done
	p.clock.Advance(time.Second)
	if got := p.Visitor(t).Get("/page/a"); !strings.Contains(got.Body, " a 2 ") {
		t.Fatalf("the old page stayed: %.40s", got.Body)
	}
}

func TestTheLogTellsOnceASecondThatAPageCannotBeMade(t *testing.T) {
	p := newPaper(t)
	p.broken.Store(true)
	for range 20 {
		p.Visitor(t).Get("/page/a")
	}
	if n := strings.Count(p.Log.String(), "the database is away"); n != 1 {
		t.Errorf("%d lines", n)
	}
	p.clock.Advance(time.Second)
	p.Visitor(t).Get("/page/a")
	if n := strings.Count(p.Log.String(), "the database is away"); n != 2 {
		t.Errorf("a second later: %d lines", n)
	}
}

func TestPicturesAreNotCompressedAgain(t *testing.T) {
	s := webtest.New(t, clock.System())
	s.Serve(t, web.Route{Method: http.MethodGet, Path: "/card.png", Right: perm.Anyone, Cached: true,
		Handle: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "image/png")
			_, err := w.Write(make([]byte, 4000))
			return err
		}})
	r := httptest.NewRequest(http.MethodGet, webtest.URL+"/card.png", nil)
	r.Header.Set("Accept-Encoding", "gzip, br")
	if got := s.Visitor(t).Do(r); got.Header.Get("Content-Encoding") != "" || len(got.Body) != 4000 || got.Header.Get("Vary") != "" {
		t.Errorf("%d bytes, %v", len(got.Body), got.Header)
	}
}

func TestACachedPageLearnsNothingOfWhoAskedFirst(t *testing.T) {
	s := webtest.New(t, clock.System())
	s.Serve(t, web.Route{Method: http.MethodGet, Path: "/page", Right: perm.Anyone, Cached: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Type", "text/plain")
			_, err := fmt.Fprint(w, r.Method, r.Header, r.RemoteAddr, r.Host, r.RequestURI, r.ContentLength, r.TLS)
			return err
		}})
	r := httptest.NewRequest(http.MethodGet, webtest.URL+"/page", strings.NewReader("body"))
	r.Header.Set("X-Forwarded-For", "192.0.2.7")
	r.Header.Set("Cookie", "a=b")
	if got := s.Visitor(t).Do(r); got.Body != "GETmap[]0 <nil>" {
		t.Errorf("%q", got.Body)
	}
}

func TestFailuresOfTheStoreAreLoggedAndPromiseAnotherTry(t *testing.T) {
	away := errors.New("no space left on device")
	for name, c := range map[string]struct {
		err    error
		status int
		logged bool
	}{
		"store":    {fault.Wrap(away, fault.Unavailable, "web.unavailable"), 503, true},
		"closed":   {fault.New(fault.Unavailable, "web.unavailable"), 503, false},
		"too many": {fault.New(fault.TooMany, "web.unavailable"), 429, false},
		"too long": {fmt.Errorf("draw a card: %w", context.DeadlineExceeded), 503, true},
	} {
		s := site(t, func(http.ResponseWriter, *http.Request) error { return c.err })
		api := web.NewAPI("Test", "1")
		web.Operate(api, web.Operation{Method: http.MethodGet, Path: "/act", ID: "act", Summary: "Act.", Tag: "test", Right: perm.Anyone},
			func(context.Context, *struct{}) (*struct{}, error) { return nil, c.err })
		s.Serve(t, api.Routes()...)
		for _, path := range []string{"/thing/1", "/api/v1/act"} {
			s.Log.Reset()
			got := s.Visitor(t).Get(path)
			if got.Status != c.status || got.Header.Get("Retry-After") == "" || (s.Log.Len() > 0) != c.logged {
				t.Errorf("%s %s: %d, Retry-After %q, log %q", name, path, got.Status, got.Header.Get("Retry-After"), s.Log)
			}
		}
	}
}
