package web_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// paper is a site with one cached page that says how often it was made.
type paper struct {
	*webtest.Site
	clock  *clock.Manual
	made   atomic.Int64
	broken atomic.Bool
	slow   chan struct{} // when set, a render waits for it
}

func newPaper(t *testing.T) *paper {
	t.Helper()
	p := &paper{clock: clock.NewManual(time.Date(2026, 4, 1, 20, 0, 0, 0, time.UTC))}
	p.Site = webtest.New(t, p.clock)
	p.Serve(t, web.Route{
		Method: http.MethodGet, Path: "/page/{name}", Right: perm.Anyone, Cached: true, Query: []string{"q"},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			n := p.made.Add(1)
			if p.slow != nil {
				<-p.slow
			}
			if p.broken.Load() {
				return errors.New("the database is away")
			}
			if r.PathValue("name") == "none" {
				return fault.New(fault.NotFound, "web.not_found")
			}
			web.Tag(r.Context(), "page:"+r.PathValue("name"))
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, err := fmt.Fprintf(w, "<p>%s %s %d %s actor=%q</p>%s", web.Lang(r.Context()), r.PathValue("name"), n,
				r.URL.RawQuery, web.Actor(r.Context()).ID, strings.Repeat("long ", 500))
			return err
		},
	})
	return p
}

func TestAPageIsMadeOnceForAll(t *testing.T) {
	p := newPaper(t)
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if got := p.Visitor(t).Get("/page/a"); got.Status != 200 {
				t.Errorf("%d", got.Status)
			}
		})
	}
	group.Wait()
	if p.made.Load() != 1 {
		t.Fatalf("made %d times", p.made.Load())
	}
}

func TestAPurgedPageIsMadeAnewButAtMostOnceASecond(t *testing.T) {
	p := newPaper(t)
	v := p.Visitor(t)
	v.Get("/page/a")
	for range 50 {
		p.Pages.Purge("page:a")
		v.Get("/page/a")
	}
	if p.made.Load() != 1 {
		t.Fatalf("made %d times within a second", p.made.Load())
	}
	p.clock.Advance(time.Second)
	if got := v.Get("/page/a"); !strings.Contains(got.Body, " a 2 ") {
		t.Fatalf("after a second: %.40s", got.Body)
	}
	p.Pages.Purge("page:other")
	p.clock.Advance(2 * time.Second)
	if v.Get("/page/a"); p.made.Load() != 2 {
		t.Fatal("another page's purge made this one anew")
	}
	p.clock.Advance(time.Minute)
	if v.Get("/page/a"); p.made.Load() != 3 {
		t.Fatal("a page outlived its minute")
	}
}

func TestAPurgeDuringARenderIsNotLost(t *testing.T) {
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
	p.Pages.Purge("page:a") // what the render has read is old now
	close(p.slow)
	<-done
	p.clock.Advance(time.Second)
	if got := p.Visitor(t).Get("/page/a"); !strings.Contains(got.Body, " a 2 ") {
		t.Fatalf("the old page stayed: %.40s", got.Body)
	}
}

func TestWhileAPageIsMadeAnewOthersGetTheOneThatIsThere(t *testing.T) {
	p := newPaper(t)
	p.Visitor(t).Get("/page/a")
	p.Pages.Purge("page:a")
	p.clock.Advance(time.Second)
	p.slow = make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Visitor(t).Get("/page/a")
	}()
	for p.made.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	if got := p.Visitor(t).Get("/page/a"); !strings.Contains(got.Body, " a 1 ") {
		t.Errorf("somebody had to wait: %.40s", got.Body)
	}
	close(p.slow)
	<-done
}

func TestLanguagesAndKnownParametersHaveTheirOwnPages(t *testing.T) {
	p := newPaper(t)
	v := p.Visitor(t)
	for path, want := range map[string]string{
		"/page/a": "<p>fr a ", "/en/page/a": "<p>en a ", "/page/a?q=1": "q=1", "/page/b": "<p>fr b ",
	} {
		if got := v.Get(path); !strings.Contains(got.Body, want) {
			t.Errorf("%s: %.60s", path, got.Body)
		}
	}
	before := p.made.Load()
	for i := range 20 {
		v.Get(fmt.Sprintf("/page/a?utm_source=%d", i))
	}
	if p.made.Load() != before {
		t.Errorf("unknown parameters made %d pages", p.made.Load()-before)
	}
}

func TestWhoHasASessionGetsNoCachedPageAndLeavesNone(t *testing.T) {
	p := newPaper(t)
	p.Session = sessionOf("someone")
	signedIn := p.Visitor(t)
	signedIn.SetCookie(web.SessionCookie, "token")
	if got := signedIn.Get("/page/a"); !strings.Contains(got.Body, `actor="someone"`) || got.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%q %.80s", got.Header.Get("Cache-Control"), got.Body)
	}
	if got := p.Visitor(t).Get("/page/a"); !strings.Contains(got.Body, `actor=""`) {
		t.Errorf("a visitor got %.80s", got.Body)
	}
}

func TestAnOldPageStandsInWhenANewOneCannotBeMade(t *testing.T) {
	p := newPaper(t)
	p.Visitor(t).Get("/page/a")
	p.broken.Store(true)
	p.clock.Advance(5 * time.Minute)
	if got := p.Visitor(t).Get("/page/a"); got.Status != 200 || !strings.Contains(got.Body, " a 1 ") || !strings.Contains(p.Log.String(), "stands in") {
		t.Errorf("%d, log %q", got.Status, p.Log)
	}
	if got := p.Visitor(t).Get("/page/b"); got.Status != 500 {
		t.Errorf("a page that was never made: %d", got.Status)
	}
	p.broken.Store(false)
	for range 20 { // a second long nobody tries again
		p.Visitor(t).Get("/page/a")
	}
	if p.made.Load() != 3 || strings.Count(p.Log.String(), "stands in") != 1 {
		t.Errorf("tried %d times, log %q", p.made.Load(), p.Log)
	}
	p.clock.Advance(time.Second)
	if got := p.Visitor(t).Get("/page/a"); !strings.Contains(got.Body, " a 4 ") {
		t.Errorf("after the repair: %.40s", got.Body)
	}
}

func TestRoundaboutSpellingsOfAPathAreSentToTheOneThatIsKept(t *testing.T) {
	p := newPaper(t)
	if got := p.Visitor(t).Get("/page/%61"); got.Status != 301 || got.Location() != "/page/a" {
		t.Errorf("%d %q", got.Status, got.Location())
	}
	if got := p.Visitor(t).Get("/page/a%2Fb"); got.Status != 301 || got.Location() != "/page/a/b" {
		t.Errorf("%d %q", got.Status, got.Location())
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	p := newPaper(t)
	for range 3 {
		if got := p.Visitor(t).Get("/page/none"); got.Status != 404 || got.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %s", got.Status, got.Header.Get("Cache-Control"))
		}
	}
	if p.made.Load() != 3 {
		t.Fatalf("asked %d times", p.made.Load())
	}
}

func TestAPageIsSentInTheEncodingThatTheBrowserTakes(t *testing.T) {
	p := newPaper(t)
	ask := func(headers ...string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, webtest.URL+"/page/a", nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		return w.Result()
	}
	ask()
	for accept, want := range map[string]string{
		"gzip, deflate, br": "br", "gzip": "gzip", "": "", "identity": "", "gzip;q=0": "", "gzip;q=0.5, br;q=0": "gzip", "br;q=0.0,gzip;q=0.000": "",
		"gzip;q=1.0, br;q=0.5": "gzip", "GZIP": "gzip", "*": "br", "br;q=0, *": "gzip", "*;q=0": "", "embroidery": "", "br ; q = 0.1": "br", "gzip;q=9": "gzip",
	} {
		got := ask("Accept-Encoding", accept)
		if got.Header.Get("Content-Encoding") != want || got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %q, Vary %q", accept, got.Header.Get("Content-Encoding"), got.Header.Get("Vary"))
		}
	}
	zipped, err := gzip.NewReader(ask("Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(zipped); err != nil || !strings.HasPrefix(string(body), "<p>fr a 1") {
		t.Fatalf("%.40s, %v", body, err)
	}
	tag := ask("Accept-Encoding", "gzip").Header.Get("ETag")
	if again := ask("Accept-Encoding", "gzip", "If-None-Match", tag); again.StatusCode != http.StatusNotModified || tag == "" {
		t.Errorf("with its ETag %q: %d", tag, again.StatusCode)
	}
	if other := ask("Accept-Encoding", "br", "If-None-Match", tag); other.StatusCode != http.StatusOK {
		t.Errorf("another encoding's ETag was taken: %d", other.StatusCode)
	}
}
