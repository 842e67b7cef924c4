package guard

import (
	"math"
	"net/netip"
	"time"
)

// The limits, per subject. A vessel drains Burst in each Per; free of it is what costs no extra work, and it holds no more than
// Burst, so that a block is well again after Per. 600 at once and 60 a minute from one address are more than a full lecture
// hall that signs during the speech.
var (
	nearRate = Rate{Burst: 600, Per: 10 * time.Minute}  // an IPv4 address, an IPv6 /64: a home, a school, a mobile network's exit
	farRate  = Rate{Burst: 3000, Per: 10 * time.Minute} // an IPv4 /24, an IPv6 /48
	onceRate = Rate{Burst: 1, Per: 2 * bucket}          // a mail address fills them once while a solution of it is taken

	plainNear = Rate{Burst: 5, Per: time.Minute}   // without JavaScript, at once, from one near block
	plainFar  = Rate{Burst: 30, Per: time.Minute}  // from one far block
	plainAll  = Rate{Burst: 120, Per: time.Minute} // and from everywhere
)

const (
	nearFree = 20
	farFree  = 200
	maxExtra = 4 // bits: sixteen times the work
	farExtra = 3 // bits, for what the far block does: neighbours who do not know each other
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

// Near names the part of an address that is one home, one school or one exit of a mobile network: all of IPv4, the first 64 bits of
// IPv6. It is a key for a Limiter, and is to be kept nowhere.
func Near(addr netip.Addr) string { return blocksOf(addr).near }

// extra returns how many bits above the usual are wanted: one for each time that the blocks' traffic doubles.
func (g *Guard) extra(subject string, b blocks) int {
	near := doublings(g.limiter.level(nearRate, "near", subject, b.near), nearFree)
	far := doublings(g.limiter.level(farRate, "far", subject, b.far), farFree)
	return max(min(near, maxExtra), min(far, farExtra))
}

func doublings(level, free float64) int {
	if level <= free {
		return 0
	}
	return int(math.Ceil(math.Log2(level / free)))
}

// count adds who passes to its blocks, each mail address once: a form that is sent again and again is no traffic.
func (g *Guard) count(r Request, b blocks) {
	if !g.once.Allow(onceRate, "passed", r.Subject, Normal(r.Email)) {
		return
	}
	g.limiter.add(nearRate, "near", r.Subject, b.near)
	g.limiter.add(farRate, "far", r.Subject, b.far)
}
