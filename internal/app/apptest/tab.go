package apptest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Patience is how long a tab waits for what should happen at once.
const Patience = 20 * time.Second

// Tab is a window of a browser of its own: it shares no cookie with others. It notes what no page of ours may do; Check tells.
type Tab struct {
	t    testing.TB
	ctx  context.Context //nolint:containedctx // chromedp keeps the tab in it
	site *url.URL

	mu      sync.Mutex
	faults  []string
	allowed map[int]bool // statuses of pages that a test wants to see
}

// Open opens a tab on the origin site, on nothing yet.
func (b *Browser) Open(t testing.TB, site string, v View) *Tab {
	t.Helper()
	origin, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tab := &Tab{t: t, ctx: ctx, site: origin, allowed: map[int]bool{}}
	tab.do("Network.enable", nil, nil)
	tab.do("Log.enable", nil, nil)
	if err := chromedp.Listen(ctx, tab.note); err != nil {
		t.Fatal(err)
	}
	tab.Look(v)
	if v.NoScript {
		tab.do("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	}
	language := v.Language
	if language == "" {
		language = "fr"
	}
	tab.do("Network.setExtraHTTPHeaders", map[string]any{"headers": map[string]string{"Accept-Language": language}}, nil)
	return tab
}

// Look changes size and colours.
func (tab *Tab) Look(v View) {
	tab.t.Helper()
	tab.do("Emulation.setDeviceMetricsOverride", map[string]any{"width": v.Width, "height": v.Height, "deviceScaleFactor": 1, "mobile": v.Phone}, nil)
	tab.do("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": v.Phone}, nil)
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	tab.do("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{
		{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"},
	}}, nil)
}

// do sends one command of the DevTools protocol.
func (tab *Tab) do(method string, params, result any) {
	tab.t.Helper()
	if params == nil {
		params = map[string]any{}
	}
	err := tab.run(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		return target.Call(ctx, method, params, result)
	}))
	if err != nil {
		tab.t.Fatalf("%s: %v", method, err)
	}
}

func (tab *Tab) run(steps ...chromedp.Action[chromedp.Void]) error {
	if chromedp.FromContext(tab.ctx).Target == nil { // the tab ends with the ctx of its first run
		return chromedp.Do(tab.ctx, steps...)
	}
	ctx, cancel := context.WithTimeout(tab.ctx, Patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// Authenticator gives the tab a device that keeps passkeys, and checks who holds it.
func (tab *Tab) Authenticator() {
	tab.t.Helper()
	tab.do("WebAuthn.enable", nil, nil)
	tab.do("WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
		"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true,
	}}, nil)
}

// Go opens a path, or a whole address, and waits until the page is loaded.
func (tab *Tab) Go(path string) {
	tab.t.Helper()
	address, err := tab.site.Parse(path)
	if err != nil {
		tab.t.Fatal(err)
	}
	if err := tab.run(chromedp.Navigate(address.String())); err != nil {
		tab.t.Fatalf("open %s: %v", path, err)
	}
}

// Fill types into the inputs of a page, instead of what stands there: name, answer, name, answer…
func (tab *Tab) Fill(pairs ...string) {
	tab.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		tab.Until(fmt.Sprintf(`(() => {
			const input = document.querySelector("main [name=%s]");
			input?.focus();
			input?.select();
			return input && input === document.activeElement;
		})()`, pairs[i]))
		tab.do("Input.insertText", map[string]any{"text": pairs[i+1]}, nil)
	}
}

// Press clicks on what a CSS selector finds.
func (tab *Tab) Press(selector string) {
	tab.t.Helper()
	if err := tab.run(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)); err != nil {
		tab.t.Fatalf("press %s on %s: %v\n%s", selector, tab.Path(), err, tab.Text())
	}
}

// Eval returns the value of an expression of JavaScript, or of its promise, as JSON gives it. It works where the page's own scripts are off.
func Eval[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(tab.ctx, Patience)
		value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
		cancel()
		if err == nil {
			return value
		}
		if time.Since(began) > Patience || !strings.Contains(err.Error(), "navigated") {
			tab.t.Fatalf("%.300s: %v", expression, err)
		}
	}
}

// Until waits for an expression of JavaScript to hold, and returns how long that took.
func (tab *Tab) Until(expression string) time.Duration {
	tab.t.Helper()
	began := time.Now()
	for {
		ctx, cancel := context.WithTimeout(tab.ctx, Patience)
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		cancel()
		if err == nil && holds { // an error: the page is changing
			return time.Since(began)
		}
		if time.Since(began) > Patience {
			tab.t.Fatalf("never on %s: %s (%v)\n%s", tab.Path(), expression, err, tab.Text())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// At waits until the tab is on a path and the page is loaded.
func (tab *Tab) At(path string) {
	tab.t.Helper()
	tab.Until(fmt.Sprintf("location.pathname === %q && document.readyState === 'complete'", path))
}

// Path is where the tab is.
func (tab *Tab) Path() string {
	tab.t.Helper()
	return Eval[string](tab, "location.pathname")
}

// Text is what can be read of the page, for a failure.
func (tab *Tab) Text() string {
	tab.t.Helper()
	return Eval[string](tab, `document.querySelector("main")?.innerText.replace(/\s+/g, " ").slice(0, 500) ?? "no page"`)
}

// Cookies lists the names of the site's cookies.
func (tab *Tab) Cookies() []string {
	tab.t.Helper()
	var found struct {
		Cookies []struct {
			Name string `json:"name"`
		} `json:"cookies"`
	}
	tab.do("Network.getCookies", nil, &found)
	var names []string
	for _, c := range found.Cookies {
		names = append(names, c.Name)
	}
	return names
}

// Screenshot returns the whole page as a PNG, with the pictures that wait to be scrolled to.
func (tab *Tab) Screenshot() []byte {
	tab.t.Helper()
	Eval[bool](tab, `Promise.all([...document.images].map((i) => { i.loading = "eager"; return i.decode().catch(() => {}); })).then(() => true)`)
	ctx, cancel := context.WithTimeout(tab.ctx, Patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		tab.t.Fatalf("screenshot of %s: %v", tab.Path(), err)
	}
	return picture
}

// Expect says that a page of this status is wanted: the browser itself complains of it.
func (tab *Tab) Expect(status int) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.allowed[status] = true
}

// event is the part of the protocol's events that note looks at.
type event struct {
	Request struct{ URL string }
	Entry   struct{ Source, Level, Text, URL string }
	Details struct {
		Text      string
		Exception struct{ Description string }
	} `json:"exceptionDetails"`
}

// note keeps what should not happen: requests to other sites, breaches of the content policy, errors of scripts.
func (tab *Tab) note(raw any) {
	kind := fmt.Sprintf("%T", raw)
	if !strings.HasSuffix(kind, "network.EventRequestWillBeSent") && !strings.HasSuffix(kind, "log.EventEntryAdded") && !strings.HasSuffix(kind, "runtime.EventExceptionThrown") {
		return
	}
	var e event
	text, err := json.Marshal(raw)
	if err == nil {
		err = json.Unmarshal(text, &e)
	}
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch asked, _ := url.Parse(e.Request.URL); {
	case err != nil:
		tab.faults = append(tab.faults, "an event cannot be read: "+err.Error())
	case e.Details.Text != "":
		tab.faults = append(tab.faults, "a script failed: "+e.Details.Text+" "+e.Details.Exception.Description)
	case e.Entry.Text != "" && !tab.wanted(e.Entry.Text):
		tab.faults = append(tab.faults, fmt.Sprintf("the browser says (%s, %s): %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case e.Request.URL != "" && asked.Host != tab.site.Host && asked.Scheme != "data" && asked.Scheme != "blob":
		tab.faults = append(tab.faults, "another site was asked: "+e.Request.URL)
	}
}

// wanted tells whether the browser complains of a page that a test wanted to see.
func (tab *Tab) wanted(text string) bool {
	for status := range tab.allowed {
		if strings.Contains(text, fmt.Sprintf("status of %d", status)) {
			return true
		}
	}
	return false
}

// Faults takes what the pages of this tab did and should not have done.
func (tab *Tab) Faults() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	faults := tab.faults
	tab.faults = nil
	return faults
}

// Check fails the test for every fault.
func (tab *Tab) Check() {
	tab.t.Helper()
	for _, fault := range tab.Faults() {
		tab.t.Error(fault)
	}
}
