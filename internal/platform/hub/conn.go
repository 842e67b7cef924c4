package hub

import (
	"net"
	"syscall"
	"time"

	"essaim/internal/platform/clock"
)

// patience is how long a socket that cannot be written without waiting may hold its shard up. Such a socket is full,
// which one that carries some bytes a second becomes only when nobody has answered for minutes.
const patience = 50 * time.Millisecond

// maxStuck is how many heartbeats in a row a page may leave bytes unread.
const maxStuck = 2

// page is an open page whose connection was taken over from net/http: all that it costs is this and its socket.
type page struct {
	hub   *Hub
	conn  net.Conn
	raw   syscall.RawConn // nil where only Write is possible: TLS, wrapped connections
	rest  []byte          // of a frame that the socket took in part
	from  block
	stuck int8
}

func newPage(h *Hub, conn net.Conn, from block) *page {
	p := &page{hub: h, conn: conn, from: from}
	if direct, ok := conn.(syscall.Conn); ok && canWriteRaw {
		if raw, err := direct.SyscallConn(); err == nil {
			p.raw = raw
		}
	}
	return p
}

func (p *page) hear(m *message) bool { return p.write(m.frame) }

func (p *page) heartbeat() bool {
	if len(p.rest) > 0 {
		p.stuck++
	}
	return p.stuck < maxStuck && p.write(heartbeatFrame)
}

// here tells whether the peer still stands. Over TLS, whose records are not ours to read, only a heartbeat tells.
func (p *page) here() bool { return p.raw == nil || isOpen(p.raw) }

func (p *page) close() {
	p.conn.Close()
	p.hub.release(p.from)
}

// write sends a frame whole, or what the socket takes of it, or nothing when the last one is still in part unsent.
func (p *page) write(frame []byte) bool {
	if p.raw == nil {
		return p.writeSoon(frame)
	}
	if len(p.rest) > 0 {
		n, ok := writeRaw(p.raw, p.rest)
		p.rest = p.rest[n:]
		if !ok || len(p.rest) > 0 {
			return ok
		}
		p.rest, p.stuck = nil, 0
	}
	n, ok := writeRaw(p.raw, frame)
	if n < len(frame) {
		p.rest = frame[n:] // frames are never changed, so this needs no copy
	}
	return ok
}

// writeSoon is for connections that keep no account of a part: they are dropped instead.
func (p *page) writeSoon(frame []byte) bool {
	// The kernel's deadlines are in the machine's own time, whatever a test's clock says.
	if err := p.conn.SetWriteDeadline(clock.System().Now().Add(patience)); err != nil {
		return false
	}
	_, err := p.conn.Write(frame)
	return err == nil
}
