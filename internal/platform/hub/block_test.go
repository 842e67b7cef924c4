package hub_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"essaim/internal/platform/hub"
)

// from asks for a page as somebody in a block of addresses.
func from(t *testing.T, server *httptest.Server, block string) (status int, leave func()) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Block", block)
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer.StatusCode, func() { answer.Body.Close() }
}

func blockOf(r *http.Request) string { return r.Header.Get("Block") }

func TestNoBlockTakesAllPages(t *testing.T) {
	h := hub.New(hub.Options{MaxPages: 8, PerBlock: 2, Block: blockOf, Beat: 5 * time.Millisecond})
	servers := servers(t, h)
	t.Cleanup(h.Close)
	for name, server := range servers {
		var leave []func()
		for i, c := range []struct {
			block string
			want  int
		}{{"a", 200}, {"a", 200}, {"a", 503}, {"b", 200}, {"", 200}, {"", 200}, {"", 200}, {"a", 503}} {
			status, left := from(t, server, c.block)
			if status != c.want {
				t.Errorf("%s: page %d, of block %q: %d", name, i, c.block, status)
			}
			leave = append(leave, left)
		}
		leave[0]()
		waitFor(t, name+": there is room again", func() bool { return h.Pages() == 5 })
		status, left := from(t, server, "a")
		if status != 200 {
			t.Errorf("%s: after one of the block has left: %d", name, status)
		}
		for _, left := range append(leave, left) {
			left()
		}
		server.Client().CloseIdleConnections()
		waitFor(t, name+": all are gone", func() bool { return h.Pages() == 0 })
	}
}

func TestAPageThatIsClosedIsNoticedBeforeAnyHeartbeat(t *testing.T) {
	h := hub.New(hub.Options{Beat: time.Hour, Look: time.Millisecond})
	server := httptest.NewServer(site(h))
	t.Cleanup(server.Close)
	t.Cleanup(h.Close)
	gone, _ := listen(t, server.Client(), server.URL)
	_, lines := listen(t, server.Client(), server.URL)
	waitFor(t, "both are open", func() bool { return h.Pages() == 2 })
	gone.Body.Close()
	waitFor(t, "it is dropped", func() bool { return h.Pages() == 1 })
	h.Publish("t", []byte("still here"))
	if got := next(t, lines); got != "still here" {
		t.Errorf("the other one hears %q", got)
	}
}

func TestTheLogIsToldOfRefusalsOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		h := hub.New(hub.Options{PerBlock: 1, Block: blockOf, Log: slog.New(slog.NewTextHandler(&log, nil))})
		first := httptest.NewRequest(http.MethodGet, "/", nil)
		first.Header.Set("Block", "192.0.2.1")
		go h.ServeSSE(httptest.NewRecorder(), first, "t")
		synctest.Wait()
		for range 500 {
			h.ServeSSE(httptest.NewRecorder(), first.Clone(t.Context()), "t")
		}
		time.Sleep(3 * time.Minute)
		h.Close()
		if said := log.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "refused=500") || strings.Contains(said, "192.0.2") {
			t.Errorf("%q", said)
		}
	})
}
