package guard

import (
	"math"
	"net/netip"
	"time"
)

// The limits, per subject. A vessel drains Burst in each Per; free of it is what costs no extra work, and its brim is a
// flood: 600 at once and 60 a minute from one address are more than a full lecture hall that signs during the speech.
var (
	nearRate = Rate{Burst: 600, Per: 10 * time.Minute}  // an IPv4 address, an IPv6 /64: a home, a school, a mobile network's exit
	farRate  = Rate{Burst: 3000, Per: 10 * time.Minute} // an IPv4 /24, an IPv6 /48

	plainNear = Rate{Burst: 5, Per: time.Minute}   // without JavaScript, at once, from one near block
	plainAll  = Rate{Burst: 120, Per: time.Minute} // and from everywhere
	waitRate  = Rate{Burst: 600, Per: 10 * time.Minute}
)

const (
	nearFree = 20
	farFree  = 200
	waitFree = 10
	maxExtra = 4 // bits: sixteen times the work
)

// blocks are the two blocks that an address is counted in, as keys of the limiter. They never leave the process.
type blocks struct {
	near, far string
	known     bool
}

func blocksOf(addr netip.Addr) blocks {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() {
		return blocks{near: "unknown", far: "unknown"}
	}
	near, far := 32, 24
	if addr.Is6() {
		near, far = 64, 48
	}
	raw := string(addr.AsSlice())
	return blocks{near: raw[:near/8], far: raw[:far/8], known: true}
}

// extra returns how many bits above the usual are wanted: one for each time that the blocks' traffic doubles.
func (g *Guard) extra(subject string, b blocks) int {
	near := doublings(g.limiter.level(nearRate, "near", subject, b.near), nearFree)
	far := doublings(g.limiter.level(farRate, "far", subject, b.far), farFree)
	return min(max(near, far), maxExtra)
}

func doublings(level, free float64) int {
	if level <= free {
		return 0
	}
	return int(math.Ceil(math.Log2(level / free)))
}

// count adds what passes to its blocks, and finds the floods. Who comes from nowhere known is never put in the shadow:
// everybody does when a proxy was not declared.
func (g *Guard) count(subject string, b blocks) Verdict {
	near := g.limiter.add(nearRate, "near", subject, b.near)
	far := g.limiter.add(farRate, "far", subject, b.far)
	if b.known && (near >= nearRate.Burst || far >= farRate.Burst) {
		return Shadow
	}
	return Pass
}
