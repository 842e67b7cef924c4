package guard_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/guard/guardtest"
)

const difficulty = 6 // enough to tell work from luck in a test whose key and time stand still

var (
	start = time.Date(2026, 3, 28, 10, 3, 0, 0, time.UTC)
	home  = netip.MustParseAddr("203.0.113.7")
)

func newGuard(t testing.TB, change ...func(*guard.Options)) (*guard.Guard, *clock.Manual) {
	t.Helper()
	c := clock.NewManual(start)
	o := guard.Options{Key: []byte(strings.Repeat("k", 32)), Clock: c, Difficulty: difficulty}
	for _, f := range change {
		f(&o)
	}
	g, err := guard.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g, c
}

// solved returns a request that brings its work, so many bits of it.
func solved(g *guard.Guard, email string, addr netip.Addr, bits int) guard.Request {
	challenge := g.Challenge("m1")
	return guard.Request{Subject: "m1", Email: email, Addr: addr, Challenge: challenge, Solution: guardtest.Solve(challenge, "m1", email, bits)}
}

func mail(i int) string { return fmt.Sprintf("person%d@example.org", i) }

func TestAPersonWithAScriptPasses(t *testing.T) {
	g, _ := newGuard(t)
	r := solved(g, "ada@example.org", home, difficulty)
	r.Email = "  Ada@Example.ORG\t" // the script and the server bind the same form of it
	if got := g.Check(r); got != guard.Pass {
		t.Errorf("verdict %d", got)
	}
}

func TestAPersonWithoutJavaScriptSeesNoDelay(t *testing.T) {
	g, _ := newGuard(t)
	for i := range 5 {
		if got := g.Check(guard.Request{Subject: "m1", Email: mail(i), Addr: home}); got != guard.Pass {
			t.Fatalf("person %d of a family: verdict %d", i, got)
		}
	}
}

func TestBeyondAFewAMinuteTheLaneWithoutJavaScriptWaitsAndThenPasses(t *testing.T) {
	g, c := newGuard(t)
	r := guard.Request{Subject: "m1", Email: "ada@example.org", Addr: home}
	for range 5 {
		g.Check(r)
	}
	if got := g.Check(r); got != guard.Wait {
		t.Fatalf("verdict %d", got)
	}
	token, left := g.WaitToken(r)
	if left != 8*time.Second {
		t.Fatalf("%s to wait", left)
	}
	r.WaitToken = token
	c.Advance(5 * time.Second)
	if got := g.Check(r); got != guard.Wait {
		t.Fatalf("too early: verdict %d", got)
	}
	again, left := g.WaitToken(r)
	if again != token || left != 3*time.Second {
		t.Fatalf("the wait began again: %s left", left)
	}
	c.Advance(left)
	if got := g.Check(r); got != guard.Pass {
		t.Fatalf("after the wait: verdict %d", got)
	}
}

func TestAWaitTokenServesOneAddressForOneSubjectAndEnds(t *testing.T) {
	g, c := newGuard(t)
	r := guard.Request{Subject: "m1", Email: "ada@example.org", Addr: home}
	for range 5 {
		g.Check(r)
	}
	r.WaitToken, _ = g.WaitToken(r)
	c.Advance(9 * time.Second)
	other := r
	other.Email = "eve@example.org"
	elsewhere := r
	elsewhere.Subject = "m2"
	for range 5 { // so that m2's own plain lane is full as well
		g.Check(guard.Request{Subject: "m2", Addr: home})
	}
	forged := r
	forged.WaitToken = "1" + r.WaitToken[strings.IndexByte(r.WaitToken, '.'):]
	for name, r := range map[string]guard.Request{"another address": other, "another subject": elsewhere, "an earlier time": forged} {
		if got := g.Check(r); got != guard.Wait {
			t.Errorf("%s: verdict %d", name, got)
		}
	}
	c.Advance(2 * time.Hour)
	for range 5 {
		g.Check(guard.Request{Subject: "m1", Addr: home})
	}
	if got := g.Check(r); got != guard.Wait {
		t.Errorf("two hours later: verdict %d", got)
	}
	if fresh, left := g.WaitToken(r); fresh == r.WaitToken || left == 0 {
		t.Error("an ended token was not replaced")
	}
}

func TestOneBlockThatAsksForManyTokensWaitsLonger(t *testing.T) {
	g, _ := newGuard(t)
	longest := time.Duration(0)
	for i := range 300 {
		_, longest = g.WaitToken(guard.Request{Subject: "m1", Email: mail(i), Addr: home})
	}
	if longest != 64*time.Second {
		t.Errorf("%s", longest)
	}
	if _, left := g.WaitToken(guard.Request{Subject: "m1", Email: "a@b.fr", Addr: netip.MustParseAddr("198.51.100.1")}); left != 8*time.Second {
		t.Errorf("elsewhere: %s", left)
	}
}

func TestASolutionServesOneAddressForOneSubjectOnly(t *testing.T) {
	g, _ := newGuard(t)
	for range 5 { // no lane without work is left
		g.Check(guard.Request{Subject: "m1", Addr: home})
		g.Check(guard.Request{Subject: "m2", Addr: home})
	}
	good := solved(g, "ada@example.org", home, difficulty)
	spoil := map[string]func(*guard.Request){
		"another address":       func(r *guard.Request) { r.Email = "eve@example.org" },
		"another subject":       func(r *guard.Request) { r.Subject = "m2" },
		"another challenge":     func(r *guard.Request) { r.Challenge = g.Challenge("m2") },
		"no challenge":          func(r *guard.Request) { r.Challenge = "" },
		"no solution":           func(r *guard.Request) { r.Solution = "" },
		"no number":             func(r *guard.Request) { r.Solution = "x" + r.Solution },
		"more than 32 bits":     func(r *guard.Request) { r.Solution = "4294967296" },
		"a negative number":     func(r *guard.Request) { r.Solution = "-1" },
		"a number without work": func(r *guard.Request) { r.Solution = workless(*r) },
	}
	for name, f := range spoil {
		r := good
		f(&r)
		if got := g.Check(r); got != guard.Wait {
			t.Errorf("%s: verdict %d", name, got)
		}
	}
	if got := g.Check(good); got != guard.Pass {
		t.Errorf("unspoiled: verdict %d", got)
	}
}

func workless(r guard.Request) string {
	for n := 0; ; n++ {
		if s := fmt.Sprint(n); guard.Work(r.Challenge, r.Subject, r.Email, s) < difficulty {
			return s
		}
	}
}

func TestAChallengeIsTakenInItsTenMinutesAndTheNext(t *testing.T) {
	g, c := newGuard(t) // three minutes past the hour
	r := solved(g, "ada@example.org", home, difficulty)
	for _, minutes := range []int{0, 6, 10, 16} {
		c.Advance(start.Add(time.Duration(minutes) * time.Minute).Sub(c.Now()))
		for range 5 {
			g.Check(guard.Request{Subject: "m1", Addr: home})
		}
		if got := g.Check(r); got != guard.Pass {
			t.Errorf("after %d minutes: verdict %d", minutes, got)
		}
	}
	c.Advance(2 * time.Minute)
	for range 5 {
		g.Check(guard.Request{Subject: "m1", Addr: home})
	}
	if got := g.Check(r); got != guard.Wait {
		t.Errorf("after 18 minutes: verdict %d", got)
	}
}

func TestTheChallengeIsTheSameOnAllNodesAndUnlikeTheNext(t *testing.T) {
	a, c := newGuard(t)
	b, _ := newGuard(t)
	foreign, _ := newGuard(t, func(o *guard.Options) { o.Key = []byte(strings.Repeat("x", 32)) })
	first := a.Challenge("m1")
	if first != b.Challenge("m1") || first == a.Challenge("m2") || first == foreign.Challenge("m1") {
		t.Error("challenges are not bound to key and subject")
	}
	c.Advance(10 * time.Minute)
	if first == a.Challenge("m1") {
		t.Error("the same challenge ten minutes later")
	}
}

func TestWhoFillsTheHoneypotIsInTheShadow(t *testing.T) {
	g, _ := newGuard(t)
	r := solved(g, "ada@example.org", home, difficulty)
	r.Honeypot = "https://example.com"
	if got := g.Check(r); got != guard.Shadow {
		t.Errorf("verdict %d", got)
	}
}

func TestABusyMobileNetworkWorksMoreAndIsNotRefused(t *testing.T) {
	g, _ := newGuard(t)
	for i := range 500 {
		if got := g.Check(solved(g, mail(i), home, difficulty+4)); got != guard.Pass {
			t.Fatalf("person %d behind one address: verdict %d", i, got)
		}
	}
	g.Check(guard.Request{Subject: "m1", Addr: home}) // whatever is left of the lane without work
	weak := 0
	for i := range 50 {
		r := solved(g, mail(1000+i), home, difficulty)
		if guard.Work(r.Challenge, r.Subject, r.Email, r.Solution) >= difficulty+3 {
			continue // by luck
		}
		if g.Check(r) == guard.Wait {
			weak++
		}
	}
	if weak < 30 {
		t.Errorf("the usual work is still enough: %d of 50 wait", weak)
	}
	if got := g.Check(solved(g, "far@example.org", netip.MustParseAddr("198.51.100.1"), difficulty)); got != guard.Pass {
		t.Errorf("elsewhere: verdict %d", got)
	}
	if got := g.Check(guard.Request{Subject: "m2", Email: "a@b.fr", Addr: home}); got != guard.Pass {
		t.Errorf("another subject: verdict %d", got)
	}
}

func TestOneHomeIsOneBlockWhateverItsIPv6AddressIs(t *testing.T) {
	g, _ := newGuard(t)
	for i := range 5 {
		g.Check(guard.Request{Subject: "m1", Email: mail(i), Addr: netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2::%x", i+1))})
	}
	if got := g.Check(guard.Request{Subject: "m1", Email: "a@b.fr", Addr: netip.MustParseAddr("2001:db8:1:2:ffff::1%eth0")}); got != guard.Wait {
		t.Errorf("the same /64: verdict %d", got)
	}
	if got := g.Check(guard.Request{Subject: "m1", Email: "a@b.fr", Addr: netip.MustParseAddr("::ffff:203.0.113.7")}); got != guard.Pass {
		t.Errorf("elsewhere: verdict %d", got)
	}
}

func TestWhoComesFromNowhereKnownIsNeverInTheShadow(t *testing.T) {
	g, _ := newGuard(t)
	for i := range 1500 {
		if got := g.Check(solved(g, mail(i), netip.Addr{}, difficulty+4)); got != guard.Pass {
			t.Fatalf("person %d behind an undeclared proxy: verdict %d", i, got)
		}
	}
}

func TestItIsSwitchedOffOnLoopbackOnly(t *testing.T) {
	options := guard.Options{Key: make([]byte, 32), Clock: clock.System(), Off: true}
	if _, err := guard.New(options); err == nil {
		t.Error("off on a public address")
	}
	options.Loopback = true
	g, err := guard.New(options)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if got := g.Check(guard.Request{Subject: "m1", Addr: home, Honeypot: "x"}); got != guard.Pass {
			t.Fatalf("verdict %d", got)
		}
	}
}

func TestUnfitOptionsAreRefused(t *testing.T) {
	for name, o := range map[string]guard.Options{
		"short key":     {Key: make([]byte, 31), Clock: clock.System()},
		"no clock":      {Key: make([]byte, 32)},
		"too difficult": {Key: make([]byte, 32), Clock: clock.System(), Difficulty: 21},
		"no letters":    {Key: make([]byte, 32), Clock: clock.System(), LettersAnHour: -1},
	} {
		if _, err := guard.New(o); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzCheck(f *testing.F) {
	g, _ := newGuard(f)
	r := solved(g, "ada@example.org", home, difficulty)
	token, _ := g.WaitToken(r)
	f.Add("m1", r.Email, r.Challenge, r.Solution, token)
	f.Add("", "", "", "", ".")
	f.Add("m1", "\xff\x00", strings.Repeat("z", 26), "4294967295", "99999999999999999999.x")
	f.Add("m1", "a\nb", r.Challenge, "+1", "-1."+token)
	f.Fuzz(func(t *testing.T, subject, email, challenge, solution, wait string) {
		r := guard.Request{Subject: subject, Email: email, Challenge: challenge, Solution: solution, WaitToken: wait}
		if v := g.Check(r); v < guard.Pass || v > guard.Shadow {
			t.Fatalf("verdict %d", v)
		}
		if _, left := g.WaitToken(r); left < 0 || left > time.Minute+5*time.Second {
			t.Fatalf("%s to wait", left)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	g, c := newGuard(b)
	r := solved(g, "ada@example.org", home, difficulty+4)
	b.ReportAllocs()
	for b.Loop() {
		c.Advance(time.Millisecond)
		r.Challenge = g.Challenge("m1")
		g.Check(r)
	}
}

func BenchmarkSolve(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		guardtest.Solve("challenge", "m1", mail(i), guard.DefaultDifficulty)
	}
}
