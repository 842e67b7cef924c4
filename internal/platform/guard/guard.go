// Package guard keeps machines from signing in thousands, without trackers: no cookie, no third party, no fingerprint,
// no address kept, and no riddle for people.
//
// Four means, from the kindest on:
//   - a proof of work, which a phone finds while a person types (work.go, js/);
//   - limits per subject and block of addresses. Mobile networks share addresses: more work is asked, nobody is refused
//     (limiter.go, block.go);
//   - a lane without JavaScript: some a minute pass at once, the others see "one moment", and pass after a few seconds
//     with all their answers (wait.go);
//   - a field that people do not see (a honeypot), and, far above what a stadium behind one address does, a shadow: the
//     same page and the same mail, never counted. What is in the shadow is kept, so that a person can bring it back.
//
// It promises that an ordinary person, with or without JavaScript, sees nothing of it; that a solution serves one
// address for one subject, so that nothing has to be remembered against replays; that it writes nothing anywhere; that
// it never judges by how fast a form was filled.
//
// A subject is what is acted on, such as a mobilisation's id. http.go answers the script; addr.go tells who asks behind
// proxies; assets.go hands out scripts, words and names of fields; guardtest solves challenges in tests.
package guard

import (
	"errors"
	"net/http"
	"net/netip"

	"essaim/internal/platform/clock"
)

const (
	// DefaultDifficulty is what a phone does unseen, in bits: 2^16 hashes, a fifth of a second to a second.
	DefaultDifficulty = 16
	// MaxDifficulty is more than any script tries, in bits.
	MaxDifficulty = 24
	keyLen        = 32
	// grace is by how many bits the work may fall short when more than usual is wanted: what is wanted may have risen
	// while the person typed.
	grace = 1
)

// Options are what a Guard needs.
type Options struct {
	Key            []byte         // 32 secret bytes, the same on all nodes: vault.Key
	Clock          clock.Clock    //
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Difficulty     int            // in bits; 0 stands for DefaultDifficulty
	Off            bool           // everybody passes: for load tests
	Loopback       bool           // the server listens to this machine only; Off is refused without it
}

// Guard judges requests. Make it with New; it is safe for concurrent use.
type Guard struct {
	key        []byte
	clock      clock.Clock
	proxies    []netip.Prefix
	difficulty int
	off        bool
	limiter    *Limiter
}

// New returns a guard, or says what is wrong with the options.
func New(o Options) (*Guard, error) {
	if o.Difficulty == 0 {
		o.Difficulty = DefaultDifficulty
	}
	switch {
	case len(o.Key) != keyLen:
		return nil, errors.New("guard: the key has not 32 bytes")
	case o.Clock == nil:
		return nil, errors.New("guard: no clock")
	case o.Difficulty < 1 || o.Difficulty > MaxDifficulty-maxExtra:
		return nil, errors.New("guard: the difficulty is 1 to 20 bits")
	case o.Off && !o.Loopback:
		return nil, errors.New("guard: it can be switched off only while the server listens to this machine alone")
	}
	return &Guard{
		key:        o.Key,
		clock:      o.Clock,
		proxies:    o.TrustedProxies,
		difficulty: o.Difficulty,
		off:        o.Off,
		limiter:    NewLimiter(o.Clock, maxGauges),
	}, nil
}

// Request is what is known of an act.
type Request struct {
	Subject   string     // what is acted on
	Email     string     // as typed
	Addr      netip.Addr // from Addr; the zero value when it is not known
	Challenge string     // the field FieldChallenge
	Solution  string     // the field FieldSolution
	Honeypot  string     // the field FieldHoneypot, which people leave empty
	WaitToken string     // the field FieldWait
}

// Verdict is what to do with a request.
type Verdict int

// The verdicts.
const (
	Pass   Verdict = iota + 1 // do it
	Wait                      // show the page "one moment" with all answers and the token of WaitToken
	Shadow                    // answer as for Pass, keep it, never count it
)

// Check judges a request that is otherwise fit: its form has no fault left.
func (g *Guard) Check(r Request) Verdict {
	if g.off {
		return Pass
	}
	if r.Honeypot != "" {
		return Shadow
	}
	now := g.clock.Now()
	blocks := blocksOf(r.Addr)
	extra := g.extra(r.Subject, blocks)
	switch {
	case g.workDone(r, now) >= g.difficulty+extra-min(extra, grace):
	case g.waited(r, now):
	case g.plainLane(r.Subject, blocks):
	default:
		return Wait
	}
	return g.count(r.Subject, blocks)
}

// plainLane lets some a minute through without work and without waiting.
func (g *Guard) plainLane(subject string, b blocks) bool {
	return g.limiter.Allow(plainNear, "plain", subject, b.near) && g.limiter.Allow(plainAll, "plain", subject)
}

// Addr returns who sent r, behind the trusted proxies of the options.
func (g *Guard) Addr(r *http.Request) netip.Addr { return ClientAddr(r, g.proxies) }
