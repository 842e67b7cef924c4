package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/web/webtest"
)

// serveInside runs `essaim serve` in this process until stop, which returns all that it said.
func serveInside(t *testing.T, s config.Settings, more ...string) (stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out := &shared{}
	ended := make(chan int, 1)
	go func() { ended <- app.Run(ctx, apptest.Args(s, "127.0.0.1:0", more...), out, out) }()
	stopped := false
	stop = func() string {
		if !stopped {
			stopped = true
			cancel()
			if code := <-ended; code != 0 {
				t.Errorf("serve ends with %d: %s", code, out.String())
			}
		}
		return out.String()
	}
	t.Cleanup(func() { stop() })
	apptest.Within(t, 20*time.Second, "ready", func() bool {
		select {
		case code := <-ended:
			t.Fatalf("serve ends with %d: %s", code, out.String())
		default:
		}
		return strings.Contains(out.String(), "ready:")
	})
	t.Setenv("ESSAIM_TEST_SAID", out.String())
	return stop
}

// said is an address that a serving site printed behind a word.
func said(t *testing.T, word string) string {
	t.Helper()
	found := regexp.MustCompile(word + `(\S+)`).FindStringSubmatch(os.Getenv("ESSAIM_TEST_SAID"))
	if found == nil {
		t.Fatalf("%s is not said", word)
	}
	return found[1]
}

func TestMetricsAreServedToThisMachineAndNameNobody(t *testing.T) {
	s := inhabited(t, engine(t))
	stop := serveInside(t, s, "--admin-listen", "127.0.0.1:0")
	defer stop()
	site, metrics := "http://"+said(t, "listening on "), said(t, "metrics: ")
	for _, path := range []string{"/about", "/about", "/m/" + apptest.Slug + "?zyx=zyxanthe@quolibrandt.example", "/nowhere", "/healthz"} {
		if answer, err := http.Get(site + path); err != nil {
			t.Fatal(err)
		} else {
			_ = answer.Body.Close()
		}
	}
	var text string
	apptest.Within(t, backWithin, "all answers are counted", func() bool { // an answer is counted once it has left
		text = scrape(t, metrics)
		return strings.Contains(text, `essaim_request_seconds_bucket{route="GET /m/{slug}",le="+Inf"} 1`)
	})
	for _, want := range []string{
		`essaim_requests_total{route="GET /about",status="2xx"}`, "essaim_signatures 60",
		"essaim_pages_from_memory_total ", `essaim_jobs{kind="`, "essaim_storage_commits_total ", "essaim_storage_up 1",
		`essaim_mails_total{result="sent"} 0`, "essaim_open_pages 0", "essaim_descriptors_open ", "essaim_memory_heap_bytes ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, secret := range []string{"zyxanthe", "quolibrandt", apptest.Slug, "127.0.0.1"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is told", secret)
		}
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) essaim_[a-z_]+ .+|essaim_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$`)
	for text := range strings.Lines(text) {
		if !line.MatchString(strings.TrimSuffix(text, "\n")) {
			t.Errorf("no line of the format: %q", text)
		}
	}
	profile, err := http.Get(strings.TrimSuffix(metrics, "/metrics") + "/debug/pprof/goroutine?debug=1")
	if err != nil || profile.StatusCode != http.StatusOK {
		t.Errorf("no profile: %v %v", profile, err)
	}
	rebound, err := http.NewRequest(http.MethodGet, metrics, nil)
	if err != nil {
		t.Fatal(err)
	}
	rebound.Host = "evil.example"
	if answer, err := http.DefaultClient.Do(rebound); err != nil || answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a page of another site reads along: %v %v", answer, err)
	}
}

// scrape reads metrics as Prometheus does.
func scrape(t *testing.T, metrics string) string {
	t.Helper()
	answer, err := http.Get(metrics)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatal(answer.Status, err)
	}
	return string(body)
}

func TestMetricsAreNotServedToOtherMachinesUnlessSaid(t *testing.T) {
	s := apptest.Settings(t, engine(t), webtest.URL)
	out, code := command(t, s, "serve", "--listen", "127.0.0.1:0", "--admin-listen", "0.0.0.0:0")
	if code != 1 || !strings.Contains(out, "--admin-anywhere") {
		t.Errorf("%d %s", code, out)
	}
}

func TestTheServiceManagerIsToldAndGetsSignsOfLife(t *testing.T) {
	h := apptest.Build(t, apptest.Settings(t, engine(t), webtest.URL), app.Options{})
	address := &net.UnixAddr{Name: filepath.Join(t.TempDir(), "notify"), Net: "unixgram"}
	manager, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	stop := h.Supervise(config.Supervisor{Socket: address.Name, Watchdog: 40 * time.Millisecond})
	hear := func() string {
		words := make([]byte, 200)
		_ = manager.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _, err := manager.ReadFromUnix(words)
		if err != nil {
			t.Fatal(err)
		}
		return string(words[:n])
	}
	if words := hear(); !strings.HasPrefix(words, "READY=1\n") {
		t.Error(words)
	}
	for range 3 {
		if words := hear(); words != "WATCHDOG=1" {
			t.Error(words)
		}
	}
	stop()
	for words := hear(); !strings.HasPrefix(words, "STOPPING=1"); words = hear() {
		if words != "WATCHDOG=1" {
			t.Fatal(words)
		}
	}
}

func TestTheEnvironmentOfAServiceIsRead(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "@essaim")
	t.Setenv("WATCHDOG_USEC", "30000000")
	t.Setenv("WATCHDOG_PID", "")
	if s := config.Supervised(); s.Socket != "@essaim" || s.Watchdog != 30*time.Second {
		t.Error(s)
	}
	t.Setenv("WATCHDOG_PID", "1")
	if s := config.Supervised(); s.Watchdog != 0 {
		t.Error("a sign of life is given in another process's place")
	}
}

// secureClient believes one certificate, and follows nothing.
func secureClient(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "petitions.example.org"}, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func TestTheSiteSpeaksHTTPSWithAFileAndSendsPlainHTTPThere(t *testing.T) {
	s := apptest.Settings(t, engine(t), "https://petitions.example.org")
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	pair, roots := newPair(t, time.Now(), "petitions.example.org")
	writePair(t, pair, cert, key)
	stop := serveInside(t, s, "--tls-cert", cert, "--tls-key", key, "--plain-listen", "127.0.0.1:0")
	client := secureClient(roots)
	answer, err := client.Get("https://" + said(t, "listening on ") + "/about")
	if err != nil || answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Fatalf("%v %v", answer, err)
	}
	_ = answer.Body.Close()
	plain := "http://" + said(t, "plain http is sent to https\" address=")
	answer, err = client.Get(plain + "/m/x?y=z")
	if err != nil || answer.StatusCode != http.StatusMovedPermanently || answer.Header.Get("Location") != "https://petitions.example.org/m/x?y=z" {
		t.Errorf("%v %v", answer, err)
	}
	if answer, err = client.Post(plain+"/signin", "text/plain", strings.NewReader("email=a")); err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("a form in the open: %v %v", answer, err)
	}
	client.CloseIdleConnections()
	stop()
}

func TestACertificateIsReadAgainWhenItChanges(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	now := clock.NewManual(time.Now())
	first, _ := newPair(t, now.Now(), "a.example")
	writePair(t, first, cert, key)
	get, err := app.CertificateFiles(cert, key, now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	serves := func(want tls.Certificate) bool {
		now.Advance(time.Minute)
		got, err := get(nil)
		return err == nil && string(got.Certificate[0]) == string(want.Certificate[0])
	}
	if !serves(first) {
		t.Error("not the first one")
	}
	if err := os.WriteFile(cert, []byte("half a certi"), 0o600); err != nil || !serves(first) {
		t.Error("a broken file puts the old one away")
	}
	second, _ := newPair(t, now.Now(), "a.example")
	writePair(t, second, cert, key)
	if !serves(second) {
		t.Error("the new one is not read")
	}
	if err := os.Remove(key); err != nil || !serves(second) {
		t.Error("a missing file puts the old one away")
	}
}

func TestSettingsOfHTTPSThatCannotWorkAreRefused(t *testing.T) {
	for flags, want := range map[string]string{
		"--tls --url http://a.example":                       "https://",
		"--tls --url https://127.0.0.1":                      "no authority",
		"--tls --tls-cert a --tls-key b --url https://a.org": "one of them",
		"--tls-cert a --url https://a.org":                   "go together",
		"--tls-cert a --tls-key b --url https://a.org":       "no such file",
	} {
		s := apptest.Settings(t, engine(t), webtest.URL)
		if out, code := command(t, s, append([]string{"serve", "--listen", "127.0.0.1:0"}, strings.Fields(flags)...)...); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", flags, code, out)
		}
	}
}
