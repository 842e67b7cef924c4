package view_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"essaim/internal/platform/view"
)

// standForm is the page of a stand as far as its script knows it.
const standForm = `<!doctype html><title>%s</title><script type="module" src="%s"></script><main>
<form method="post" action="/stand" autocomplete="off" data-stand novalidate><div data-stand-away hidden>away</div>
<input name="turn" type="hidden" value="7"><input id="name" name="given_name" value="%s"><button id="sign">Je signe</button></form>
<a href="/stand" data-stand-next>Vider</a></main>`

const standThanks = `<!doctype html><title>Merci</title><script type="module" src="%s"></script><main><h1>Merci</h1><a href="/stand" data-stand-next data-stand-soon>Personne suivante</a></main>`

func TestAStandKeepsWhatIsTypedAndLeavesNothingForTheNext(t *testing.T) {
	t.Parallel()
	var mode atomic.Int32 // a browser may send a request again whose connection broke off
	script := view.Asset("stand.js")
	html := func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/html; charset=utf-8") }
	ctx := open(t, "/stand", map[string]http.HandlerFunc{
		"GET /stand":        func(w http.ResponseWriter, _ *http.Request) { html(w); fmt.Fprintf(w, standForm, "Stand", script, "") },
		"GET /stand/thanks": func(w http.ResponseWriter, _ *http.Request) { html(w); fmt.Fprintf(w, standThanks, script) },
		"POST /stand": func(w http.ResponseWriter, r *http.Request) {
			switch mode.Load() {
			case 0: // the network fails
				panic(http.ErrAbortHandler)
			case 1:
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprint(w, "<main>broken</main>")
			case 2:
				html(w)
				w.WriteHeader(http.StatusUnprocessableEntity)
				fmt.Fprintf(w, standForm, "Erreur", script, r.FormValue("given_name")+"!")
			default:
				if r.FormValue("given_name") != "Zoé!" || r.FormValue("turn") != "7" {
					t.Errorf("sent: %v", r.Form)
				}
				http.Redirect(w, r, "/stand/thanks", http.StatusSeeOther)
			}
		},
	})
	tap := func(before string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](before+`;document.querySelector("#sign").click()`)); err != nil {
			t.Fatal(err)
		}
	}
	tap(`document.querySelector("#name").value = "Zoé"`)
	until(t, ctx, `document.querySelector("[data-stand-away]")?.hidden === false && document.querySelector("#name")?.value === "Zoé"`)
	mode.Store(1)
	tap(`document.querySelector("[data-stand-away]").hidden = true`)
	until(t, ctx, `document.querySelector("[data-stand-away]")?.hidden === false && document.querySelector("#name")?.value === "Zoé"`)
	mode.Store(2)
	tap("")
	until(t, ctx, `document.title === "Erreur" && document.querySelector("#name")?.value === "Zoé!"`)
	mode.Store(3)
	tap("")
	until(t, ctx, `location.pathname === "/stand/thanks"`)
	until(t, ctx, `location.pathname === "/stand" && document.querySelector("#name")?.value === ""`) // by itself, some seconds later
	until(t, ctx, `setTimeout(() => history.back(), 300)`)
	until(t, ctx, `location.pathname !== "/stand" || document.querySelector("#name")?.value === ""`)
}
