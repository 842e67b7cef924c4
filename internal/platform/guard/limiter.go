package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"hash"
	"sync"
	"time"

	"essaim/internal/platform/clock"
)

// maxGauges bounds a guard's memory: about 100 bytes each, 20 MB when an attack fills them all.
const maxGauges = 200_000

// Rate is a token bucket: Burst at once, and Burst again in each Per.
type Rate struct {
	Burst float64
	Per   time.Duration
}

// Limiter counts events by key in memory. Keys are kept as HMACs under a key of the process, so that a look into its
// memory or a core file shows no address. At most its size is kept: the oldest are dropped, which forgets what they
// did and refuses nobody. It is safe for concurrent use.
type Limiter struct {
	clock clock.Clock
	half  int

	mu          sync.Mutex
	mac         hash.Hash
	in, out     []byte             // of mac, to be used again
	young, aged map[gaugeKey]gauge // a gauge that is touched is young; when half are, the others go
}

type gaugeKey [16]byte

// gauge is a vessel that each event fills by one, and that drains with time.
type gauge struct {
	level float64
	at    int64 // microseconds since 1970
}

// NewLimiter returns a limiter that remembers at most size keys.
func NewLimiter(c clock.Clock, size int) *Limiter {
	key := make([]byte, sha256.Size)
	rand.Read(key)
	return &Limiter{
		clock: c,
		half:  max(size/2, 1),
		mac:   hmac.New(sha256.New, key),
		young: map[gaugeKey]gauge{},
		aged:  map[gaugeKey]gauge{},
	}
}

// Allow takes one token from the bucket of this key, and tells whether there was one. The parts of a key are told apart
// by their lengths.
func (l *Limiter) Allow(rate Rate, key ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.keyOf(key)
	g := l.drained(k, rate)
	allowed := g.level+1 <= rate.Burst
	if allowed {
		g.level++
	}
	l.keep(k, g)
	return allowed
}

// add fills the vessel of this key by one, up to the rate's burst, and returns its level.
func (l *Limiter) add(rate Rate, key ...string) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.keyOf(key)
	g := l.drained(k, rate)
	g.level = min(g.level+1, rate.Burst)
	l.keep(k, g)
	return g.level
}

// pour fills the vessel of this key by amount, also above the rate's burst, and returns its level. What would rise above most is
// not poured.
func (l *Limiter) pour(rate Rate, amount, most float64, key ...string) (level float64, poured bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.keyOf(key)
	g := l.drained(k, rate)
	if g.level+amount > most {
		return g.level, false
	}
	g.level += amount
	l.keep(k, g)
	return g.level, true
}

// level returns how full the vessel of this key is, and leaves no trace.
func (l *Limiter) level(rate Rate, key ...string) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.drained(l.keyOf(key), rate).level
}

func (l *Limiter) keyOf(parts []string) gaugeKey {
	l.mac.Reset()
	l.in = joined(l.in[:0], parts)
	l.mac.Write(l.in)
	clear(l.in) // no address stays behind
	l.out = l.mac.Sum(l.out[:0])
	return gaugeKey(l.out[:len(gaugeKey{})])
}

// drained returns the gauge as it is now. A clock that was set back drains nothing, and costs nobody the way back.
func (l *Limiter) drained(k gaugeKey, rate Rate) gauge {
	now := clock.Micros(l.clock.Now())
	g, ok := l.young[k]
	if !ok {
		g = l.aged[k]
	}
	if passed := now - g.at; passed > 0 {
		g.level = max(0, g.level-rate.Burst*float64(passed)/float64(rate.Per.Microseconds()))
	}
	g.at = now
	return g
}

func (l *Limiter) keep(k gaugeKey, g gauge) {
	if _, ok := l.young[k]; !ok && len(l.young) >= l.half {
		l.aged, l.young = l.young, map[gaugeKey]gauge{}
	}
	l.young[k] = g
}

// Len returns how many keys are remembered.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.young)
	for k := range l.aged {
		if _, ok := l.young[k]; !ok {
			n++
		}
	}
	return n
}
