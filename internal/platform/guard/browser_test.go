package guard_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
)

// policy is as strict as the site's.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; form-action 'self'"

// page is a form with the hooks of the script, on which one thing may be broken.
const page = `<!doctype html><title>form</title><script type="module" src="/js/guard.js"></script>
<form method="post" action="/sign" data-guard="m1" data-guard-worker="%s">
<input type="email" name="email" required><input name="city"><p data-guard-status hidden>…</p>
<button name="act" value="sign">Je signe</button></form>`

// site serves the form and keeps what is sent.
func site(t *testing.T, g *guard.Guard, worker string, challenge http.HandlerFunc) (*httptest.Server, chan url.Values) {
	t.Helper()
	sent := make(chan url.Values, 10)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, page, worker)
	})
	mux.Handle("GET /js/", http.StripPrefix("/js/", http.FileServerFS(guard.Scripts())))
	mux.HandleFunc("GET "+guard.ChallengePath, challenge)
	mux.HandleFunc("POST /sign", func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		sent <- r.PostForm
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server, sent
}

func browser(t *testing.T) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func sign(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := chromedp.Do(ctx,
		chromedp.Navigate(address),
		chromedp.SendKeys(chromedp.CSS("input[type=email]"), "Ada@Example.org"),
		chromedp.Click(chromedp.CSS("button")),
	)
	if err != nil {
		t.Fatal(err)
	}
}

func TestABrowserDoesTheWorkUnseen(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	for name, worker := range map[string]string{"in a worker": "/js/worker.js", "without workers": "/js/none.js"} {
		t.Run(name, func(t *testing.T) {
			g, err := guard.New(guard.Options{Key: make([]byte, 32), Clock: clock.System()})
			if err != nil {
				t.Fatal(err)
			}
			server, sent := site(t, g, worker, g.ServeChallenge)
			sign(t, ctx, server.URL)
			form := receive(t, sent)
			work := guard.Work(form.Get(guard.FieldChallenge), "m1", form.Get("email"), form.Get(guard.FieldSolution))
			if work < guard.DefaultDifficulty {
				t.Errorf("%v brings %d bits", form, work)
			}
			if form.Get("act") != "sign" {
				t.Errorf("the button's own answer is lost: %v", form)
			}
			r := guard.Request{Subject: "m1", Email: form.Get("email"), Addr: netip.MustParseAddr("127.0.0.1"),
				Challenge: form.Get(guard.FieldChallenge), Solution: form.Get(guard.FieldSolution)}
			if got := g.Check(r); got != guard.Pass {
				t.Errorf("verdict %d", got)
			}
		})
	}
}

func TestAFormLeavesEvenWhenTheWorkCannotBeDone(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	g, _ := newGuard(t)
	server, sent := site(t, g, "/js/worker.js", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "away", http.StatusServiceUnavailable)
	})
	sign(t, ctx, server.URL)
	if form := receive(t, sent); form.Get("email") != "Ada@Example.org" || form.Has(guard.FieldSolution) {
		t.Errorf("%v", form)
	}
}

func TestAFormLeavesAfterEightSecondsOfWork(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	g, _ := newGuard(t)
	server, sent := site(t, g, "/js/worker.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"challenge":"c","difficulty":31}`)
	})
	sign(t, ctx, server.URL)
	if form := receive(t, sent); form.Has(guard.FieldSolution) {
		t.Errorf("%v", form)
	}
}

func receive(t *testing.T, sent chan url.Values) url.Values {
	t.Helper()
	select {
	case form := <-sent:
		return form
	case <-time.After(20 * time.Second):
		t.Fatal("the form did not leave")
		return nil
	}
}
