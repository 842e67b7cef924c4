package fetch_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"essaim/internal/platform/fetch"
)

// local returns a client that may ask a server of the test.
func local(t testing.TB, options fetch.Options) *fetch.Client {
	t.Helper()
	options.AllowLoopback = true
	c := fetch.New(options)
	t.Cleanup(c.Close)
	return c
}

func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func read(c *fetch.Client, ctx context.Context, url string) (string, error) {
	body, err := c.Get(ctx, url)
	if err != nil {
		return "", err
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	return string(text), err
}

func TestGetBringsWhatIsThere(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.URL.Path, r.UserAgent())
	})
	got, err := read(local(t, fetch.Options{UserAgent: "Essaim/1 (+https://essaim.example)"}), t.Context(), server.URL+"/a")
	if want := "/a Essaim/1 (+https://essaim.example)"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestAnotherStatusIsAnErrorThatTellsNoSecret(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	_, err := read(local(t, fetch.Options{}), t.Context(), server.URL+"/hook?key=secret")
	status, ok := errors.AsType[*fetch.StatusError](err)
	if !ok || status.Code != http.StatusGone || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	server.Close()
	if _, err := read(local(t, fetch.Options{}), t.Context(), server.URL+"/hook?key=secret"); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerIsBounded(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/declared":
			w.Header().Set("Content-Length", "1001")
			_, _ = io.WriteString(w, strings.Repeat("a", 1001))
		case "/fits":
			_, _ = io.WriteString(w, strings.Repeat("a", 1000))
		case "/endless":
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, strings.Repeat("a", 1000))
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 1<<20))
			_ = z.Close()
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("a", 100_000))
		}
	})
	c := local(t, fetch.Options{MaxBytes: 1000})
	if got, err := read(c, t.Context(), server.URL+"/fits"); err != nil || len(got) != 1000 {
		t.Errorf("what fits: %d bytes, %v", len(got), err)
	}
	for _, path := range []string{"/declared", "/endless", "/bomb"} {
		got, err := read(c, t.Context(), server.URL+path)
		if !errors.Is(err, fetch.ErrTooLarge) || len(got) > 1000 {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
	if _, err := read(c, t.Context(), server.URL+"/headers"); err == nil {
		t.Error("endless headers")
	}
}

func TestASlowAnswerIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	c := local(t, fetch.Options{Timeout: 100 * time.Millisecond})
	for _, path := range []string{"/headers", "/body"} {
		if _, err := read(c, t.Context(), server.URL+path); err == nil {
			t.Errorf("%s: waited for ever", path)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := read(c, ctx, server.URL); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

func TestRedirectsAreCounted(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if n == 0 {
			_, _ = io.WriteString(w, "here")
			return
		}
		http.Redirect(w, r, "/"+strconv.Itoa(n-1), http.StatusFound)
	})
	for n, want := range map[int]bool{0: true, 5: true, 6: false} {
		got, err := read(local(t, fetch.Options{}), t.Context(), server.URL+"/"+strconv.Itoa(n))
		if (err == nil && got == "here") != want || (!want && !errors.Is(err, fetch.ErrRefused)) {
			t.Errorf("%d redirects: %q, %v", n, got, err)
		}
	}
	if _, err := read(local(t, fetch.Options{Redirects: -1}), t.Context(), server.URL+"/1"); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("a redirect where none is wanted: %v", err)
	}
}

func TestAPostIsNotRepeatedElsewhere(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := local(t, fetch.Options{}).Do(request)
	if err != nil || response.StatusCode != http.StatusTemporaryRedirect {
		t.Fatalf("%v, %v", response, err)
	}
	_ = response.Body.Close()
}

func TestNoRedirectLeavesEncryption(t *testing.T) {
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "in clear") })
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	transport, _ := secure.Client().Transport.(*http.Transport)
	c := local(t, fetch.Options{TLS: transport.TLSClientConfig})
	if got, err := read(c, t.Context(), secure.URL); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTheProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	u := "http://intranet.test/"
	c := fetch.New(fetch.Options{Resolver: names(t, func(string) string { return "10.0.0.1" })})
	if _, err := read(c, t.Context(), u); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestLoopbackIsOpenOnlyOnRequest(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "inside") })
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port())
	if got, err := read(fetch.New(fetch.Options{Ports: []int{port}}), t.Context(), server.URL); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("closed: %q, %v", got, err)
	}
	if got, err := read(local(t, fetch.Options{}), t.Context(), server.URL); err != nil || got != "inside" {
		t.Errorf("open: %q, %v", got, err)
	}
	if got, err := read(local(t, fetch.Options{Resolver: names(t, func(string) string { return "10.0.0.1" })}), t.Context(), "http://intranet.test:"+u.Port()); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("a neighbour: %q, %v", got, err)
	}
}

func TestPrivateNetworksAreOpenOnlyOnRequest(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "inside") })
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port())
	c := fetch.New(fetch.Options{AllowPrivate: true, Ports: []int{port}})
	if got, err := read(c, t.Context(), server.URL); err != nil || got != "inside" {
		t.Errorf("open: %q, %v", got, err)
	}
	if got, err := read(fetch.New(fetch.Options{AllowPrivate: true}), t.Context(), server.URL); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("another port: %q, %v", got, err)
	}
	for _, secret := range []string{"169.254.169.254", "100.100.100.200", "[fd00:ec2::254]", "[fd20:ce::254]", "168.63.129.16", "[fe80::1]"} {
		if got, err := read(c, t.Context(), "http://"+secret+":"+u.Port()); !errors.Is(err, fetch.ErrRefused) {
			t.Errorf("%s: %q, %v", secret, got, err)
		}
	}
}
