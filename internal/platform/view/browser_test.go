package view_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// open returns a browser on a page of the gallery, whose other routes are given.
func open(t *testing.T, path string, routes map[string]http.HandlerFunc) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no chromium on this machine")
	}
	mux := http.NewServeMux()
	mux.Handle("/", galleryHandler(t))
	for pattern, handle := range routes {
		mux.HandleFunc(pattern, handle)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.CloseClientConnections)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+path)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// until waits for an expression of JavaScript to hold.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
		if holds {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", expression)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

const (
	counted = `document.querySelector(".gauge .num").textContent === "18\u202f433"`
	bar     = `document.querySelector(".gauge progress").value === 18433`
	left    = `document.querySelector("[data-count-left]").textContent.startsWith("Encore 6\u202f567 avant")`
	sticky  = `document.querySelector("[data-count-number]").textContent === "18\u202f433"`
	spoken  = `document.querySelector(".gauge progress").getAttribute("aria-label").includes("18\u202f433 sur 25\u202f000")`
)

func TestAnOpenPageCountsBesideTheStream(t *testing.T) {
	t.Parallel()
	ctx := open(t, "/m/ligne", map[string]http.HandlerFunc{
		"GET /m/ligne/count": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {\"count\": 18433, \"goal\": 25000}\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	})
	for _, expression := range []string{counted, bar, left, sticky, spoken} {
		until(t, ctx, expression)
	}
}

func TestAnOpenPageAsksWhereNoStreamGetsThrough(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	ctx := open(t, "/m/ligne", map[string]http.HandlerFunc{
		"GET /m/ligne/count": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"GET /m/ligne/count.json": func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			fmt.Fprint(w, `{"count": 18433, "goal": 25000}`)
		},
	})
	until(t, ctx, counted)
	if asked.Load() == 0 {
		t.Error("nobody asked")
	}
}

func TestASecondTapSendsNothing(t *testing.T) {
	t.Parallel()
	sent := make(chan struct{}, 9)
	ctx := open(t, "/m/ligne", map[string]http.HandlerFunc{
		"POST /m/ligne/signer": func(w http.ResponseWriter, _ *http.Request) {
			sent <- struct{}{}
			w.WriteHeader(http.StatusNoContent) // the browser stays on the page
		},
	})
	fill := `document.querySelectorAll("#signer [required]").forEach((input) => input.value = input.type === "email" ? "a@example.org" : "75001")`
	tap := `document.querySelector("#signer .btn").click()`
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](fill+";"+tap+";"+tap)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector("#signer .btn").getAttribute("aria-disabled") === "true"`)
	<-sent
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](tap)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector("#f-email").value === "a@example.org" && !document.querySelector("#f-email").disabled`)
	if more := len(sent); more > 0 {
		t.Errorf("sent %d times more", more)
	}
}

func TestTheErrorSummaryTakesTheFocus(t *testing.T) {
	t.Parallel()
	ctx := open(t, "/m/ligne/422", nil)
	until(t, ctx, `document.activeElement.matches(".errors")`)
}

func TestTheSignButtonIsOnTheFirstScreenOfAPhone(t *testing.T) {
	t.Parallel()
	ctx := open(t, "/m/ligne", nil)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 844)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector(".only-m .btn").getBoundingClientRect().bottom < 844`)
	for _, path := range []string{"/m/ligne", "/", "/accueil", "/introuvable", "/merci", "/tableau"} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(320, 700), chromedp.Evaluate[chromedp.Void](fmt.Sprintf("location.assign(%q)", path))); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete" && document.documentElement.scrollWidth <= 320`, path))
	}
}

func TestCopyIsOfferedOnlyWhereItWorks(t *testing.T) {
	t.Parallel()
	ctx := open(t, "/m/ligne", nil)
	until(t, ctx, `document.querySelector("[data-copy]").hidden === !navigator.clipboard`)
	until(t, ctx, `document.querySelector("[data-share]").hidden === !navigator.share`)
}
