package app_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/web/webtest"
)

func TestOneAddressGetsTwoHundredStreamsAndTheNumberBeyond(t *testing.T) {
	h := apptest.Build(t, apptest.Settings(t, engine(t), webtest.URL), app.Options{})
	apptest.Publish(t, h, apptest.Slug, apptest.Carrier(t, h).ID)
	ctx, leave := context.WithCancel(t.Context())
	ask := func(from, file, forwarded string) (*httptest.ResponseRecorder, chan struct{}) {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, webtest.URL+"/m/"+apptest.Slug+"/"+file, nil)
		r.RemoteAddr = net.JoinHostPort(from, "4000")
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		answer, ended := httptest.NewRecorder(), make(chan struct{})
		go func() {
			defer close(ended)
			h.Web.ServeHTTP(answer, r)
		}()
		return answer, ended
	}
	pages := func(n int) func() bool { return func() bool { return h.Hub.Pages() == n } }
	for range 200 {
		ask("2001:db8::1", "count.sse", "")
	}
	apptest.Within(t, 20*time.Second, "the streams are open", pages(200))
	refused, ended := ask("2001:db8::2", "count.sse", "") // of the same /64
	<-ended
	number, ended := ask("2001:db8::2", "count.json", "")
	<-ended
	if refused.Code != http.StatusServiceUnavailable || number.Code != http.StatusOK {
		t.Errorf("one stream more: %d, the number: %d", refused.Code, number.Code)
	}
	ask("2001:db8:1::1", "count.sse", "")
	for range 210 { // a proxy that nobody declared brings everybody
		ask("10.0.0.1", "count.sse", "192.0.2.1")
	}
	apptest.Within(t, 20*time.Second, "the others' streams are open", pages(411))
	leave()
	apptest.Within(t, 20*time.Second, "the streams have ended", pages(0))
}
