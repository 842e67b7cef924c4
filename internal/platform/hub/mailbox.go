package hub

import "sync/atomic"

// mailbox holds the latest word for a goroutine that reads at its own speed.
type mailbox struct {
	c      chan []byte // of one; written and closed by the shard only
	framed bool        // frames and heartbeats, not data
	left   atomic.Bool
}

func newMailbox(framed bool) *mailbox { return &mailbox{c: make(chan []byte, 1), framed: framed} }

func (b *mailbox) hear(m *message) bool {
	if b.left.Load() {
		return false
	}
	word := m.data
	if b.framed {
		word = m.frame
	}
	select {
	case <-b.c: // nobody read the last one: skip it
	default:
	}
	b.c <- word // never blocks: only this goroutine writes
	return true
}

func (b *mailbox) heartbeat() bool {
	if b.left.Load() {
		return false
	}
	if b.framed {
		select {
		case b.c <- heartbeatFrame:
		default:
		}
	}
	return true
}

func (b *mailbox) here() bool { return !b.left.Load() }

func (b *mailbox) close() { close(b.c) }

// Subscription is a reader inside the program.
type Subscription struct{ box *mailbox }

// Subscribe listens to topic. The present value comes first, if there is one.
func (h *Hub) Subscribe(topic string) *Subscription {
	s := &Subscription{box: newMailbox(false)}
	if !h.join(topic, s.box) {
		s.box.close()
	}
	return s
}

// C returns the channel of values; its bytes must not be changed. A slow reader finds the latest only. It is closed when
// the hub is.
func (s *Subscription) C() <-chan []byte { return s.box.c }

// Close ends the subscription. The channel may give one more value.
func (s *Subscription) Close() { s.box.left.Store(true) }
