package guard_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"essaim/internal/platform/guard"
)

// atOnce counts the letters that leave at once of n that are asked for by make.
func atOnce(g *guard.Guard, n int, make func(int) guard.Request) (now int) {
	for i := range n {
		if wait, ok := g.Letters(make(i)); ok && wait == 0 {
			now++
		}
	}
	return now
}

func TestAHomeHasABudgetOfLettersThatWorkMakesLarger(t *testing.T) {
	for name, c := range map[string]struct {
		make func(g *guard.Guard, i int) guard.Request
		want int
	}{
		"without work": {func(_ *guard.Guard, i int) guard.Request {
			return guard.Request{Subject: "m1", Email: mail(i), Addr: home}
		}, 20},
		"with four bits more": {func(g *guard.Guard, i int) guard.Request { return solved(g, mail(i), home, difficulty+4) }, 800},
	} {
		g, _ := newGuard(t)
		if n := atOnce(g, 900, func(i int) guard.Request { return c.make(g, i) }); n != c.want {
			t.Errorf("%s: %d letters leave at once, not %d", name, n, c.want)
		}
	}
}

func TestAnHourFillsTheBudgetAgainAndWhatWaitsLeavesInTurn(t *testing.T) {
	g, c := newGuard(t)
	at := func(i int) guard.Request { return guard.Request{Subject: "m1", Email: mail(i), Addr: home} }
	atOnce(g, 20, at)
	first, ok := g.Letters(at(20))
	second, also := g.Letters(at(21))
	if !ok || !also || first != 3*time.Minute || second != 6*time.Minute {
		t.Errorf("the next wait %s and %s", first, second)
	}
	c.Advance(66 * time.Minute)
	if n := atOnce(g, 100, func(i int) guard.Request { return at(100 + i) }); n != 20 {
		t.Errorf("an hour later %d leave at once", n)
	}
}

func TestWhereSixHoursOfLettersWaitTheNextIsNotTakenHoweverOftenItIsAskedFor(t *testing.T) {
	g, _ := newGuard(t)
	at := func(i int) guard.Request { return guard.Request{Subject: "m1", Email: mail(i), Addr: home} }
	taken := 0
	for i := range 1000 {
		wait, ok := g.Letters(at(i))
		if ok {
			taken++
		}
		if wait > 6*time.Hour {
			t.Fatalf("letter %d waits %s", i, wait)
		}
	}
	if taken != 7*20 {
		t.Errorf("%d letters are taken", taken)
	}
	for range 3 {
		if _, ok := g.Letters(at(900)); ok {
			t.Fatal("a letter that was refused is taken when it is asked for again")
		}
	}
}

func TestTheSameLetterIsTakenOnceAndWaitsAsLong(t *testing.T) {
	g, _ := newGuard(t)
	r := guard.Request{Subject: "m1", Email: "ada@example.org", Addr: home}
	if n := atOnce(g, 50, func(int) guard.Request { return r }); n != 50 {
		t.Errorf("%d of 50 to one recipient leave at once", n)
	}
	at := func(i int) guard.Request { return guard.Request{Subject: "m1", Email: mail(i), Addr: home} }
	if n := atOnce(g, 30, at); n != 19 {
		t.Errorf("%d others leave at once", n)
	}
	first, _ := g.Letters(at(29))
	if first == 0 {
		t.Error("asked for again, a letter that waits leaves at once")
	}
}

func TestANetworkAndTheSiteHaveTheirBudgetOfLetters(t *testing.T) {
	g, _ := newGuard(t, func(o *guard.Options) { o.LettersAnHour = 500 })
	network := func(of string) func(int) guard.Request {
		return func(i int) guard.Request {
			return guard.Request{Subject: "m1", Email: of + mail(i), Addr: netip.MustParseAddr(fmt.Sprintf(of, i))}
		}
	}
	if n := atOnce(g, 1000, network("2001:db8:1:%x::1")); n != 200 {
		t.Errorf("%d letters of a /48 leave at once", n)
	}
	g, _ = newGuard(t, func(o *guard.Options) { o.LettersAnHour = 500 })
	if n := atOnce(g, 1000, network("2001:db8:%x::1")); n != 500 {
		t.Errorf("%d letters of the site leave at once", n)
	}
	g, _ = newGuard(t)
	if n := atOnce(g, 300, func(i int) guard.Request { return guard.Request{Subject: "m1", Email: mail(i)} }); n != 300 {
		t.Errorf("behind an undeclared proxy %d letters leave at once", n)
	}
}
