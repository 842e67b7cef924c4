package app

import (
	"container/list"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
)

// doorLimits are how many connections there may be. Those that became streams are the hub's, and count only in all.
type doorLimits struct {
	all    int // with the streams; the descriptors beyond are for the database, mail and files
	block  int // from one block of addresses
	silent int // of them those that have not sent their first request yet
}

const (
	mostReserve = 1000 // descriptors; one in eight where there are few
	leastBlock  = 200  // a class room, each with a browser's six connections
	mostSilent  = 200
	doorPause   = time.Minute // between two lines of the log about who was turned away
)

// limitsOf shares the descriptors of the process: one block of addresses gets an eighth.
func limitsOf(descriptors int) doorLimits {
	all := descriptors - min(mostReserve, descriptors/8)
	return doorLimits{all: all, block: max(all/8, leastBlock), silent: min(mostSilent, max(all/8, 1))}
}

// door keeps count of the connections of a server, so that neither one machine nor a crowd that says nothing takes all the
// descriptors. Trusted proxies bring everybody, and count only in all. It is safe for concurrent use.
type door struct {
	limits  doorLimits
	proxies []netip.Prefix
	clock   clock.Clock
	log     *slog.Logger
	streams func() int

	mu       sync.Mutex
	callers  map[net.Conn]*caller
	blocks   map[string]crowd // who stands at the door is known while they do, and kept nowhere
	waiting  *list.List       // of net.Conn without a request under way, the longest first
	turned   int              // away, since the log was told
	toldLast time.Time
}

// caller is one connection.
type caller struct {
	block   string // "" for a proxy's
	silent  bool
	waiting *list.Element
}

// crowd is what one block of addresses has open.
type crowd struct{ open, silent int }

func newDoor(limits doorLimits, proxies []netip.Prefix, c clock.Clock, log *slog.Logger, streams func() int) *door {
	return &door{
		limits: limits, proxies: proxies, clock: c, log: log, streams: streams,
		callers: map[net.Conn]*caller{}, blocks: map[string]crowd{}, waiting: list.New(),
	}
}

// note is the server's ConnState. To net/http a connection is new until it has sent the whole head of a request, and idle until
// it has sent that of the next.
func (d *door) note(c net.Conn, state http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.tell()
	switch state {
	case http.StateNew:
		d.enter(c)
	case http.StateActive:
		d.speak(c)
	case http.StateIdle:
		d.wait(c)
	case http.StateHijacked, http.StateClosed:
		d.leave(c)
	}
}

// enter takes a connection in, or closes it: then the server finds out by itself.
func (d *door) enter(c net.Conn) {
	block := d.blockOf(c)
	if d.isFull(block) || !d.makeRoom() {
		_ = c.Close()
		d.turned++
		return
	}
	d.callers[c] = &caller{block: block, silent: true}
	d.count(block, crowd{open: 1, silent: 1})
	d.wait(c)
}

func (d *door) isFull(block string) bool {
	there := d.blocks[block]
	return there.open >= d.limits.block || there.silent >= d.limits.silent
}

// makeRoom lets go, where there are too many in all, of the connection that has said nothing for longest.
func (d *door) makeRoom() bool {
	if len(d.callers)+d.streams() < d.limits.all {
		return true
	}
	longest := d.waiting.Front()
	if longest == nil {
		return false
	}
	c := longest.Value.(net.Conn)
	_ = c.Close()
	d.leave(c)
	d.turned++
	return true
}

func (d *door) wait(c net.Conn) {
	if caller := d.callers[c]; caller != nil && caller.waiting == nil {
		caller.waiting = d.waiting.PushBack(c)
	}
}

func (d *door) speak(c net.Conn) {
	caller := d.callers[c]
	if caller == nil {
		return
	}
	if caller.waiting != nil {
		d.waiting.Remove(caller.waiting)
		caller.waiting = nil
	}
	if caller.silent {
		caller.silent = false
		d.count(caller.block, crowd{silent: -1})
	}
}

func (d *door) leave(c net.Conn) {
	d.speak(c)
	if caller := d.callers[c]; caller != nil {
		delete(d.callers, c)
		d.count(caller.block, crowd{open: -1})
	}
}

func (d *door) count(block string, more crowd) {
	if block == "" {
		return
	}
	there := d.blocks[block]
	there.open += more.open
	there.silent += more.silent
	if there.open == 0 {
		delete(d.blocks, block)
		return
	}
	d.blocks[block] = there
}

// tell tells the log, once a minute, how many were turned away.
func (d *door) tell() {
	if d.turned == 0 {
		return
	}
	now := d.clock.Now()
	if now.Sub(d.toldLast) < doorPause {
		return
	}
	d.log.Warn("connections were turned away: there are too many, or too many from one block of addresses", "connections", d.turned)
	d.turned, d.toldLast = 0, now
}

func (d *door) blockOf(c net.Conn) string {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return ""
	}
	addr := tcp.AddrPort().Addr().Unmap().WithZone("")
	if slices.ContainsFunc(d.proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return ""
	}
	return guard.Near(addr)
}

// block is the block of addresses from which r comes, behind the trusted proxies; "" when nobody can tell.
func (h *House) block(r *http.Request) string {
	addr := h.Guard.Addr(r)
	if !addr.IsValid() {
		return ""
	}
	return guard.Near(addr)
}
