package guard

import (
	"crypto/hmac"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/id"
)

const (
	waitTime  = 8 * time.Second  // as long as reading the page takes
	waitMost  = 64 * time.Second // under attack from the same block
	waitValid = time.Hour        // a person may be called away
	waitFree  = 10               // askings of a near block before its waits grow
)

// waitRate is the askings of a near block for one subject. The others are what passes after a wait, for all subjects of a lane:
// from a near block, from a far one, from everywhere.
var (
	waitRate   = Rate{Burst: 600, Per: 10 * time.Minute}
	waitedNear = Rate{Burst: 10, Per: time.Minute}
	waitedFar  = Rate{Burst: 60, Per: time.Minute}
	waitedAll  = Rate{Burst: 600, Per: time.Minute}
)

// WaitToken returns what the page "one moment" carries after the verdict Wait, and how long its button has still to
// wait, in whole seconds, rounded up. Pressed too early, the same token goes on: nobody starts again. One that was ripe and found its
// bucket empty is replaced by a new wait. It is bound to subject and address, and signed; nothing is stored.
func (g *Guard) WaitToken(r Request) (token string, left time.Duration) {
	now := g.clock.Now()
	if due, ok := g.readWait(r); ok && now.Before(due) {
		return r.WaitToken, upToSeconds(due.Sub(now))
	}
	due := now.Add(g.waitFor(r) + time.Second - 1).Unix()
	text := strconv.FormatInt(due, 10)
	return text + "." + g.signWait(r, text), upToSeconds(time.Unix(due, 0).Sub(now))
}

func upToSeconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

// waitFor doubles the time each time that a block's askings double. It is the longest where the near block is at its brim.
func (g *Guard) waitFor(r Request) time.Duration {
	near := blocksOf(r.Addr).near
	level := g.limiter.add(waitRate, "wait", r.Subject, near)
	if g.limiter.level(nearRate, "near", r.Subject, near) >= nearRate.Burst-1 {
		return waitMost
	}
	return min(waitTime<<min(doublings(level, waitFree), 8), waitMost)
}

// waited tells whether r's token is ripe.
func (g *Guard) waited(r Request, now time.Time) bool {
	due, ok := g.readWait(r)
	return ok && !now.Before(due) && now.Before(due.Add(waitValid))
}

// waitLane lets some a minute through of those who have waited. Who comes from nowhere known shares no block with anybody.
func (g *Guard) waitLane(lane string, b blocks) bool {
	if b.known && !(g.limiter.Allow(waitedNear, "waited near", lane, b.near) && g.limiter.Allow(waitedFar, "waited far", lane, b.far)) {
		return false
	}
	return g.limiter.Allow(waitedAll, "waited", lane)
}

// readWait returns the instant in r's token, when it is one of ours.
func (g *Guard) readWait(r Request) (time.Time, bool) {
	text, mac, found := strings.Cut(r.WaitToken, ".")
	if !found || !hmac.Equal([]byte(mac), []byte(g.signWait(r, text))) {
		return time.Time{}, false
	}
	due, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(due, 0), err == nil
}

func (g *Guard) signWait(r Request, due string) string {
	return id.Encode(g.sign("wait", r.Subject, Normal(r.Email), due)[:16])
}
