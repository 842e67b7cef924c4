package apptest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
)

// page does everything that no page may do.
const page = `<!doctype html><html lang="en"><title>page</title><h1>page</h1>
<script src="/fails.js"></script><script>document.title = "inline"</script><img src="http://other.localhost:%s/pixel.png" alt="">`

func TestATabSeesWhatAPageMayNotDo(t *testing.T) {
	var port string
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src *")
			w.Header().Set("Content-Type", "text/html")
			http.SetCookie(w, &http.Cookie{Name: "early", Value: "1"})
			fmt.Fprintf(w, page, port)
		case "/fails.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, "nobody.home()")
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(site.Close)
	port = site.URL[strings.LastIndex(site.URL, ":")+1:]
	tab := apptest.NewBrowser(t).Open(t, site.URL, apptest.Desk())
	tab.Go("/")
	var seen string
	apptest.Within(t, apptest.Patience, "four faults", func() bool {
		seen += strings.Join(tab.Faults(), "\n") + "\n"
		for _, fault := range []string{"another site was asked", "a script failed", "Content Security Policy", "404"} {
			if !strings.Contains(seen, fault) {
				return false
			}
		}
		return true
	})
	if cookies := tab.Cookies(); len(cookies) != 1 || cookies[0] != "early" {
		t.Errorf("cookies %v", cookies)
	}
	plain := apptest.Phone()
	plain.NoScript = true
	tab = apptest.NewBrowser(t).Open(t, site.URL, plain)
	tab.Go("/")
	if faults := strings.Join(tab.Faults(), "\n"); strings.Contains(faults, "a script failed") {
		t.Errorf("scripts run where they are off: %s", faults)
	}
}
