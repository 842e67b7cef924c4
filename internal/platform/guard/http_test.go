package guard_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"essaim/internal/platform/guard"
)

type answer struct {
	Challenge  string
	Difficulty int
}

func ask(t *testing.T, g *guard.Guard, query string) (*httptest.ResponseRecorder, answer) {
	t.Helper()
	return askFrom(t, g, home, query)
}

func askFrom(t *testing.T, g *guard.Guard, addr netip.Addr, query string) (*httptest.ResponseRecorder, answer) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, guard.ChallengePath+query, nil)
	r.RemoteAddr = netip.AddrPortFrom(addr, 4711).String()
	g.ServeChallenge(w, r)
	var a answer
	if w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("%q: %v", w.Body, err)
		}
	}
	return w, a
}

func TestTheScriptLearnsChallengeAndDifficulty(t *testing.T) {
	g, _ := newGuard(t)
	w, a := ask(t, g, "?for=m1")
	if a.Challenge != g.Challenge("m1") || a.Difficulty != difficulty {
		t.Errorf("%+v", a)
	}
	if w.Header().Get("Cache-Control") != "private, max-age=60" || len(w.Result().Cookies()) != 0 {
		t.Errorf("headers %v", w.Header())
	}
	for i := range 100 {
		g.Check(solved(g, mail(i), home, difficulty+4))
	}
	if _, a := ask(t, g, "?for=m1"); a.Difficulty != difficulty+3 {
		t.Errorf("a busy block is asked for %d bits", a.Difficulty)
	}
}

func TestWhoAsksForNothingOrTooMuchIsRefused(t *testing.T) {
	g, _ := newGuard(t)
	for _, query := range []string{"", "?for=", "?for=" + strings.Repeat("a", 65), "?%zz"} {
		if w, _ := ask(t, g, query); w.Code != http.StatusBadRequest {
			t.Errorf("%q: %d", query, w.Code)
		}
	}
}
