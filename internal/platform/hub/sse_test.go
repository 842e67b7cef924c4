package hub_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"essaim/internal/platform/hub"
)

// site serves topic "t" of h, behind a middleware that sets a header.
func site(h *hub.Hub) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", "no-referrer")
		h.ServeSSE(w, r, "t")
	})
}

// listen opens a page and returns its answer and its lines.
func listen(t *testing.T, client *http.Client, url string) (*http.Response, *bufio.Reader) {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		answer.Body.Close()
		client.CloseIdleConnections()
	})
	return answer, bufio.NewReader(answer.Body)
}

// next returns the data of the next event; comments and other fields are skipped, as browsers do.
func next(t *testing.T, lines *bufio.Reader) string {
	t.Helper()
	data := []string{}
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", data, err)
		}
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, "data: "); ok {
			data = append(data, text)
		}
		if line == "" && len(data) > 0 {
			return strings.Join(data, "\n")
		}
	}
}

// servers are the ways that a page may come.
func servers(t *testing.T, h *hub.Hub) map[string]*httptest.Server {
	t.Helper()
	plain := httptest.NewServer(site(h))
	secure := httptest.NewUnstartedServer(site(h))
	secure.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
	secure.StartTLS()
	two := httptest.NewUnstartedServer(site(h))
	two.EnableHTTP2 = true
	two.StartTLS()
	for _, s := range []*httptest.Server{plain, secure, two} {
		t.Cleanup(s.Close)
	}
	return map[string]*httptest.Server{"HTTP/1.1": plain, "HTTP/1.1 over TLS": secure, "HTTP/2.0": two}
}

func TestAPageHearsOverEveryProtocol(t *testing.T) {
	h := hub.New(hub.Options{Pace: time.Millisecond, Beat: 5 * time.Millisecond})
	servers := servers(t, h)
	t.Cleanup(h.Close) // before the servers, which wait for their pages
	h.Publish("t", []byte(`{"n":1}`))
	for name, server := range servers {
		answer, lines := listen(t, server.Client(), server.URL)
		if answer.Proto != strings.Fields(name)[0] {
			t.Fatalf("%s: spoken over %s", name, answer.Proto)
		}
		for key, value := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if answer.Header.Get(key) != value {
				t.Errorf("%s: %s is %q", name, key, answer.Header.Get(key))
			}
		}
		if answer.Header.Get("Date") == "" || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s, %v", name, answer.Status, answer.Header)
		}
		first, err := lines.ReadString('\n')
		if err != nil || !strings.HasPrefix(first, "retry: ") {
			t.Errorf("%s: the first line is %q, %v", name, first, err)
		}
		if got := next(t, lines); got != `{"n":1}` {
			t.Errorf("%s: %q", name, got)
		}
		h.Publish("t", []byte("2"))
		if got := next(t, lines); got != "2" {
			t.Errorf("%s: %q", name, got)
		}
		for beats := 0; beats < 3; {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if line == ":\n" {
				beats++
			}
		}
		h.Publish("t", []byte(`{"n":1}`))
		if got := next(t, lines); got != `{"n":1}` {
			t.Errorf("%s: %q", name, got)
		}
	}
	if h.Pages() != len(servers) {
		t.Errorf("%d pages are open", h.Pages())
	}
	h.Close()
	waitFor(t, "all pages are gone", func() bool { return h.Pages() == 0 })
}

func waitFor(t *testing.T, what string, true func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never comes that %s", what)
		}
	}
}

func TestPagesEndWithTheHub(t *testing.T) {
	h := hub.New(hub.Options{})
	servers := servers(t, h)
	t.Cleanup(h.Close)
	var bodies []*bufio.Reader
	for _, server := range servers {
		_, lines := listen(t, server.Client(), server.URL)
		bodies = append(bodies, lines)
	}
	h.Close()
	for _, lines := range bodies {
		if _, err := io.ReadAll(lines); err != nil {
			t.Error(err)
		}
	}
}

func TestASilentPageStaysOpen(t *testing.T) {
	h := hub.New(hub.Options{Pace: time.Millisecond, Beat: time.Hour})
	h.SetWriteTime(100 * time.Millisecond)
	servers := servers(t, h)
	t.Cleanup(h.Close)
	h.Publish("t", []byte("1"))
	pages := map[string]*bufio.Reader{}
	for name, server := range servers {
		_, pages[name] = listen(t, server.Client(), server.URL)
		next(t, pages[name])
	}
	time.Sleep(300 * time.Millisecond) // longer than a write may take
	h.Publish("t", []byte("2"))
	for name, lines := range pages {
		if got := next(t, lines); got != "2" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAPageThatLeftIsDropped(t *testing.T) {
	h := hub.New(hub.Options{Beat: 5 * time.Millisecond})
	servers := servers(t, h)
	t.Cleanup(h.Close)
	for name, server := range servers {
		answer, _ := listen(t, server.Client(), server.URL)
		waitFor(t, name+": a page is open", func() bool { return h.Pages() == 1 })
		answer.Body.Close()
		server.Client().CloseIdleConnections()
		waitFor(t, name+": the page is dropped", func() bool { return h.Pages() == 0 })
	}
}

func TestAPageThatReadsNothingIsDroppedAndMakesNobodyWait(t *testing.T) {
	h := hub.New(hub.Options{Pace: time.Millisecond, Beat: 20 * time.Millisecond})
	server := httptest.NewServer(site(h))
	t.Cleanup(server.Close)
	t.Cleanup(h.Close)
	stuck, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	if _, err := io.WriteString(stuck, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the page is open", func() bool { return h.Pages() == 1 })
	_, lines := listen(t, server.Client(), server.URL)
	large := strings.Repeat("x", 200_000)
	for i := 0; h.Pages() > 1; i++ {
		if i > 1000 {
			t.Fatal("the page that reads nothing stays")
		}
		value := large + strings.Repeat("y", i)
		h.Publish("t", []byte(value))
		for next(t, lines) != value {
		}
	}
}

func TestAFrameThatLeavesInPartsArrivesWhole(t *testing.T) {
	h := hub.New(hub.Options{Pace: time.Millisecond, Beat: time.Hour})
	server := httptest.NewServer(site(h))
	t.Cleanup(server.Close)
	t.Cleanup(h.Close)
	_, lines := listen(t, server.Client(), server.URL)
	sent := map[string]bool{}
	large := strings.Repeat("0123456789", 300_000) // more than a socket takes at once
	for i := range 20 {
		value := large[i:]
		sent[value] = true
		h.Publish("t", []byte(value))
		time.Sleep(2 * time.Millisecond) // the reader is slow, so parts stay behind
	}
	h.Publish("t", []byte("end"))
	sent["end"] = true
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				h.Publish("t", []byte("end")) // a later value pushes the rest out
			}
		}
	}()
	for value := ""; value != "end"; {
		value = next(t, lines)
		if !sent[value] {
			t.Errorf("a value of %d bytes was never sent", len(value))
			break
		}
	}
	close(done)
	<-stopped
}

func TestBeyondItsPagesTheHubRefuses(t *testing.T) {
	h := hub.New(hub.Options{MaxPages: 2})
	server := httptest.NewServer(site(h))
	t.Cleanup(server.Close)
	t.Cleanup(h.Close)
	for i, want := range []int{200, 200, 503, 503} {
		answer, _ := listen(t, server.Client(), server.URL)
		if answer.StatusCode != want {
			t.Errorf("page %d: %s", i, answer.Status)
		}
	}
	if h.Pages() != 2 {
		t.Errorf("%d pages", h.Pages())
	}
}

func TestHeadIsAnsweredWithoutOpeningAPage(t *testing.T) {
	h := hub.New(hub.Options{})
	server := httptest.NewServer(site(h))
	t.Cleanup(server.Close)
	t.Cleanup(h.Close)
	answer, err := server.Client().Head(server.URL)
	if err != nil || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%v, %v", answer, err)
	}
	if h.Pages() != 0 {
		t.Errorf("%d pages", h.Pages())
	}
}

func TestWhatIsPublishedArrivesAsItWas(t *testing.T) {
	h := newHub(t, hub.Options{})
	server := httptest.NewServer(site(h))
	defer server.Close()
	rapid.Check(t, func(r *rapid.T) {
		value := rapid.StringOf(rapid.RuneFrom([]rune("a{}\":\n\n é:#\u2028\x00"))).Draw(r, "value")
		h.Publish("t", []byte(value))
		answer, err := server.Client().Get(server.URL)
		if err != nil {
			r.Fatal(err)
		}
		defer answer.Body.Close()
		if got := next(t, bufio.NewReader(answer.Body)); got != value {
			r.Fatalf("%q arrives as %q", value, got)
		}
	})
	h.Close()
}
