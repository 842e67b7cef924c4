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
)

// WaitToken returns what the page "one moment" carries after the verdict Wait, and how long its button has still to
// wait, in whole seconds, rounded up. Pressed too early, the same token goes on: nobody starts again. It is bound to subject and address, and signed;
// nothing is stored.
func (g *Guard) WaitToken(r Request) (token string, left time.Duration) {
	now := g.clock.Now()
	if due, ok := g.readWait(r); ok && now.Before(due.Add(waitValid)) {
		return r.WaitToken, max(0, upToSeconds(due.Sub(now)))
	}
	due := now.Add(g.waitFor(r) + time.Second - 1).Unix()
	text := strconv.FormatInt(due, 10)
	return text + "." + g.signWait(r, text), upToSeconds(time.Unix(due, 0).Sub(now))
}

func upToSeconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

// waitFor doubles the time each time that a block's askings double.
func (g *Guard) waitFor(r Request) time.Duration {
	level := g.limiter.add(waitRate, "wait", r.Subject, blocksOf(r.Addr).near)
	return min(waitTime<<min(doublings(level, waitFree), 8), waitMost)
}

// waited tells whether r's token is ripe.
func (g *Guard) waited(r Request, now time.Time) bool {
	due, ok := g.readWait(r)
	return ok && !now.Before(due) && now.Before(due.Add(waitValid))
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
