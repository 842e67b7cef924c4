// Package guard keeps machines from signing in thousands, without trackers: no cookie, no third party, no fingerprint,
// no address kept, and no riddle for people.
//
// Four means, from the kindest on:
//   - a proof of work, which a phone finds while a person types (work.go, js/);
//   - limits per subject and block of addresses. Mobile networks share addresses: more work is asked, nobody is refused
//     (limiter.go, block.go);
//   - a lane without JavaScript: some a minute pass at once, the others see "one moment", and pass after a few seconds
//     with all their answers. It is a rate, not a delay only: a token that is ripe draws from its block's bucket, and where that
//     is empty a new wait begins (wait.go);
//   - a field that people do not see (a honeypot). Who fills it is in the shadow: the same page and the same mail, never
//     counted. What is in the shadow is kept, so that a person can bring it back.
//
// A fifth one is for who never asked: letters to strangers have a budget per block and for the whole site, beyond which they leave
// later (letters.go).
//
// It promises that an ordinary person, with or without JavaScript, sees nothing of it; that a solution serves one
// address for one subject, and counts as traffic once, however often it is sent; that it writes nothing anywhere; that
// it never judges by how fast a form was filled.
//
// And it promises that nobody's signature stops counting for what neighbours do. Whoever gives the work that is asked passes, at
// any traffic; whoever gives none, waits, and sees it. The near block (a home, a school, an exit of a mobile network) can raise the work by
// maxExtra bits and the wait to waitMost; the far block (a /24, a /48) by farExtra bits, which a phone still does unseen. Only the honeypot
// leads into the shadow, and nothing but what passes fills the vessels: whoever does no work passes more slowly than they drain, and
// so raises nobody's.
//
// A subject is what is acted on, such as a mobilisation's id. http.go answers the script; addr.go tells who asks behind
// proxies; assets.go hands out scripts, words and names of fields; guardtest solves challenges in tests.
package guard

import (
	"errors"
	"net/http"
	"net/netip"
	"time"

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
	LettersAnHour  int            // to strangers, from the whole site; 0 stands for DefaultLetters
}

// Guard judges requests. Make it with New; it is safe for concurrent use.
type Guard struct {
	key        []byte
	clock      clock.Clock
	proxies    []netip.Prefix
	difficulty int
	off        bool
	letters    Rate     // of the whole site
	limiter    *Limiter // how busy blocks are
	once       *Limiter // who was counted already, apart, so that neither pushes out the other
}

// New returns a guard, or says what is wrong with the options.
func New(o Options) (*Guard, error) {
	if o.Difficulty == 0 {
		o.Difficulty = DefaultDifficulty
	}
	if o.LettersAnHour == 0 {
		o.LettersAnHour = DefaultLetters
	}
	switch {
	case len(o.Key) != keyLen:
		return nil, errors.New("guard: the key has not 32 bytes")
	case o.Clock == nil:
		return nil, errors.New("guard: no clock")
	case o.Difficulty < 1 || o.Difficulty > MaxDifficulty-maxExtra:
		return nil, errors.New("guard: the difficulty is 1 to 20 bits")
	case o.LettersAnHour < 1:
		return nil, errors.New("guard: less than one letter an hour")
	case o.Off && !o.Loopback:
		return nil, errors.New("guard: it can be switched off only while the server listens to this machine alone")
	}
	return &Guard{
		key:        o.Key,
		clock:      o.Clock,
		proxies:    o.TrustedProxies,
		difficulty: o.Difficulty,
		off:        o.Off,
		letters:    Rate{Burst: float64(o.LettersAnHour), Per: time.Hour},
		limiter:    NewLimiter(o.Clock, maxGauges),
		once:       NewLimiter(o.Clock, maxGauges),
	}, nil
}

// Request is what is known of an act.
type Request struct {
	Subject   string     // what is acted on
	Lane      string     // acts of one lane share the rate of those who wait; the empty one is for signing
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
	Shadow                    // answer as for Pass, keep it, never count it: the honeypot was filled
)

// Check judges a request that is otherwise fit: its form has no fault left.
func (g *Guard) Check(r Request) Verdict {
	if g.off {
		return Pass
	}
	if r.Honeypot != "" {
		return Shadow
	}
	blocks := blocksOf(r.Addr)
	extra := g.extra(r.Subject, blocks)
	now := g.clock.Now()
	switch {
	case g.workDone(r, now) >= g.difficulty+extra-min(extra, grace):
	case g.waited(r, now) && g.waitLane(r.Lane, blocks):
	case g.plainLane(r.Subject, blocks):
	default:
		return Wait
	}
	g.count(r, blocks)
	return Pass
}

// plainLane lets some a minute through without work and without waiting.
func (g *Guard) plainLane(subject string, b blocks) bool {
	return g.limiter.Allow(plainNear, "plain", subject, b.near) &&
		(!b.known || g.limiter.Allow(plainFar, "plain far", subject, b.far)) &&
		g.limiter.Allow(plainAll, "plain", subject)
}

// Addr returns who sent r, behind the trusted proxies of the options.
func (g *Guard) Addr(r *http.Request) netip.Addr { return ClientAddr(r, g.proxies) }
