package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// The variables of the walk: how many wrong inputs each route gets, times what it gets in `make test`, and the seed.
const (
	spoilTimes = "ESSAIM_SPOIL_TIMES"
	spoilSeed  = "ESSAIM_SPOIL_SEED"
)

// walkers are who sends wrong inputs, and how many to each route in one language: strangers send most of them.
var walkers = []struct {
	who     perm.Role
	each    int
	guarded bool // the guard asks for work, as on a public site
}{
	{nobody, 300, false}, {nobody, 60, true}, {perm.RoleOrganiser, 80, false}, {perm.RoleModerator, 80, false}, {perm.RoleHost, 80, false},
}

// mostMemory is by how much the house may have grown when a walk is over, in bytes: the page cache may be full.
const mostMemory = 128 << 20

// walk is a visitor who sends what nobody should send.
type walk struct {
	*estate
	who     perm.Role
	dice    *rand.Rand
	visitor *webtest.Visitor
	sent    int
	by      map[int]int // answers by status
}

// TestSpoiledInputIsAnsweredWithAReason walks every route, in every language, as everybody, with wrong inputs of all kinds:
// none is answered with a 5xx, no handler panics, every answer keeps the rules of rules_test.
func TestSpoiledInputIsAnsweredWithAReason(t *testing.T) {
	times, seed := setting(t, spoilTimes, 1), setting(t, spoilSeed, 1)
	for _, walker := range walkers {
		t.Run(fmt.Sprintf("%s, guarded: %v", walker.who, walker.guarded), func(t *testing.T) {
			t.Parallel()
			w := &walk{estate: furnish(t, engine(t), walker.guarded), who: walker.who, dice: rand.New(rand.NewPCG(uint64(seed), 2)), by: map[int]int{}}
			before := heap()
			for _, route := range w.Web.Routes() {
				for _, prefix := range prefixes(route) {
					w.walk(route, prefix, walker.each*times)
				}
			}
			if grown := heap() - before; grown > mostMemory {
				t.Errorf("the house has grown by %d MB", grown>>20)
			}
			if w.who == nobody {
				w.checkCache()
			}
			t.Logf("%d wrong inputs, %s=%d, answers by status: %v", w.sent, spoilSeed, seed, w.by)
		})
	}
}

// heap is what is in use, in bytes.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// walk sends n wrong inputs to one route.
func (w *walk) walk(route web.Route, prefix string, n int) {
	w.t.Helper()
	for range n {
		if w.visitor == nil || w.who != nobody && w.visitor.Cookie(web.SessionCookie) == "" {
			w.visitor = w.estate.visitor(w.who)
		}
		s := w.spoil(route, prefix)
		if s == nil {
			continue // net/http itself refuses what cannot be parsed; slow_test sends it over a connection
		}
		answer := w.visitor.Do(s.request)
		s.done()
		w.sent++
		w.by[answer.Status]++
		for _, wrong := range w.broken(s, answer) {
			w.t.Errorf("%s as %s: %s\n%s", s.name, w.who, wrong, s.dump())
		}
		if w.t.Failed() {
			w.t.FailNow() // thousands of the same would hide the first
		}
	}
	for line := range strings.Lines(w.log.take()) {
		if strings.Contains(line, "panic") || strings.Contains(line, "request failed") {
			w.t.Fatalf("%s %s: logged: %s", route.Method, prefix+route.Path, line)
		}
	}
}

// checkCache looks for what strangers sent in the pages that everybody gets.
func (w *walk) checkCache() {
	w.t.Helper()
	fresh := w.site.Visitor(w.t)
	for _, route := range w.Web.Routes() {
		if !route.Cached {
			continue
		}
		for _, prefix := range prefixes(route) {
			answer := fresh.Get(prefix + w.path(route))
			if answer.Status != http.StatusOK {
				w.t.Errorf("%s: %d after the walk", prefix+route.Path, answer.Status)
			}
			if strings.Contains(answer.Body, marker) {
				w.t.Errorf("%s holds what a stranger sent", prefix+route.Path)
			}
		}
	}
}

// pick returns one of several.
func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

// spoiled is one wrong input.
type spoiled struct {
	name    string // what is wrong
	request *http.Request
	route   web.Route
	prefix  string
	fields  [][2]string // of the form, as sent
	whole   bool        // the form can be read as it was sent
	done    func()
}

// dump is enough to send it again by hand.
func (s *spoiled) dump() string {
	text := fmt.Sprintf("%s %q\n", s.request.Method, s.request.URL)
	for name, values := range s.request.Header {
		text += fmt.Sprintf("%s: %.200q\n", name, values)
	}
	for _, f := range s.fields {
		text += fmt.Sprintf("%s = %.200q\n", f[0], f[1])
	}
	return text
}
