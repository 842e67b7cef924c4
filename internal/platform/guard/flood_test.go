package guard_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"essaim/internal/platform/guard"
)

func TestOneSolutionSentAgainAndAgainIsNoTraffic(t *testing.T) {
	g, _ := newGuard(t)
	mallory := solved(g, "mallory@evil.example", home, difficulty+4)
	for i := range 3000 {
		if got := g.Check(mallory); got != guard.Pass {
			t.Fatalf("replay %d: verdict %d", i, got)
		}
	}
	neighbour := netip.MustParseAddr("203.0.113.200")
	for name, addr := range map[string]netip.Addr{"at home": home, "in the /24": neighbour} {
		if _, a := askFrom(t, g, addr, "?for=m1"); a.Difficulty != difficulty {
			t.Errorf("%s: %d bits are wanted", name, a.Difficulty)
		}
		if got := g.Check(solved(g, "claire@example.org", addr, difficulty)); got != guard.Pass {
			t.Errorf("%s: verdict %d", name, got)
		}
	}
}

func TestWhoGivesTheWorkIsCountedWhateverTheNeighboursDo(t *testing.T) {
	g, c := newGuard(t)
	for i := range 2000 {
		if got := g.Check(solved(g, mail(i), home, difficulty+4)); got != guard.Pass {
			t.Fatalf("person %d with all the work: verdict %d", i, got)
		}
	}
	_, a := ask(t, g, "?for=m1")
	if a.Difficulty != difficulty+4 {
		t.Errorf("%d bits are wanted behind a flood", a.Difficulty)
	}
	if got := g.Check(solved(g, "claire@example.org", home, a.Difficulty)); got != guard.Pass {
		t.Errorf("an honest person behind the flood: verdict %d", got)
	}
	c.Advance(10 * time.Minute)
	if got := g.Check(solved(g, "ada@example.org", home, difficulty)); got != guard.Pass {
		t.Errorf("ten minutes later: verdict %d", got)
	}
}

func TestAFloodWithoutWorkWaitsLongAndNeverFillsTheShadow(t *testing.T) {
	g, _ := newGuard(t)
	for i := range 700 {
		g.Check(solved(g, mail(i), home, difficulty+4))
	}
	for i := range 100 {
		r := guard.Request{Subject: "m1", Email: mail(1000 + i), Addr: home}
		if got := g.Check(r); got == guard.Shadow {
			t.Fatalf("person %d is in the shadow", i)
		}
	}
	r := guard.Request{Subject: "m1", Email: "ada@example.org", Addr: home}
	if _, left := g.WaitToken(r); left != 64*time.Second {
		t.Errorf("behind a flood one waits %s", left)
	}
}

func TestANetworkCostsItsNeighboursWorkAndNothingElse(t *testing.T) {
	for _, network := range []string{"198.51.100.%d", "2001:db8:1:%x::1"} {
		g, _ := newGuard(t)
		for i := range 4000 {
			addr := netip.MustParseAddr(fmt.Sprintf(network, i%200))
			if got := g.Check(solved(g, mail(i), addr, difficulty+4)); got != guard.Pass {
				t.Fatalf("%s: verdict %d", addr, got)
			}
		}
		neighbour := netip.MustParseAddr(fmt.Sprintf(network, 250))
		_, a := askFrom(t, g, neighbour, "?for=m1")
		if a.Difficulty != difficulty+3 {
			t.Errorf("%s: %d bits are wanted", neighbour, a.Difficulty)
		}
		if got := g.Check(solved(g, "ada@example.org", neighbour, a.Difficulty)); got != guard.Pass {
			t.Errorf("%s: verdict %d", neighbour, got)
		}
	}
}

// ripe returns so many requests whose waits are over.
func ripe(g *guard.Guard, advance func(time.Duration), n int, addr func(int) netip.Addr) (all []guard.Request) {
	for i := range n {
		r := guard.Request{Subject: "m1", Email: mail(i), Addr: addr(i)}
		r.WaitToken, _ = g.WaitToken(r)
		all = append(all, r)
	}
	advance(65 * time.Second)
	return all
}

func passing(g *guard.Guard, all []guard.Request) (n int) {
	for _, r := range all {
		if g.Check(r) == guard.Pass {
			n++
		}
	}
	return n
}

func TestRipeWaitsOfOneHomePassAtARate(t *testing.T) {
	g, c := newGuard(t)
	all := ripe(g, c.Advance, 800, func(int) netip.Addr { return home })
	if n := passing(g, all); n != 10+5 {
		t.Errorf("%d of 800 pass at once, not ten and the five that need no wait", n)
	}
	late := all[700]
	again, left := g.WaitToken(late)
	if again == late.WaitToken || left == 0 {
		t.Fatal("who found the bucket empty was not given a new wait")
	}
	late.WaitToken = again
	c.Advance(left)
	if got := g.Check(late); got != guard.Pass {
		t.Errorf("after the new wait: verdict %d", got)
	}
}

func TestRipeWaitsOfANetworkAndOfAllPassAtARate(t *testing.T) {
	for name, of := range map[string]struct {
		network string
		most    int
	}{"a /48": {"2001:db8:1:%x::1", 60 + 30}, "everywhere": {"2001:db8:%x::1", 600 + 120}} {
		g, c := newGuard(t)
		all := ripe(g, c.Advance, 2000, func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf(of.network, i)) })
		if n := passing(g, all); n > of.most {
			t.Errorf("%s: %d pass at once", name, n)
		}
		other := guard.Request{Subject: "signin", Lane: "signin", Email: "host@example.org", Addr: home}
		for range 5 {
			g.Check(other)
		}
		other.WaitToken, _ = g.WaitToken(other)
		c.Advance(8 * time.Second)
		if got := g.Check(other); got != guard.Pass {
			t.Errorf("%s: another lane: verdict %d", name, got)
		}
	}
}
