package mail

import (
	"context"
	"slices"
	"sync"
	"time"

	"essaim/internal/platform/clock"
)

// Caught is a message that was kept instead of sent.
type Caught struct {
	// Number counts the messages since the start, from 1.
	Number int
	// At is when it was caught.
	At time.Time
	Message
}

// Captured keeps the last messages in memory and sends none: the mail of the demo. It is safe for concurrent use.
type Captured struct {
	clock clock.Clock
	limit int

	mu    sync.Mutex
	count int
	box   []Caught // a ring: message n is at (n-1) % limit
}

// NewCaptured returns a box of at most limit messages, the oldest of which makes room.
func NewCaptured(c clock.Clock, limit int) *Captured {
	return &Captured{clock: c, limit: max(limit, 1)}
}

// Send keeps the message, or refuses it as a server's sender would. It implements Sender.
func (c *Captured) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return &Error{Stage: "connect", cause: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	caught := Caught{Number: c.count, At: c.clock.Now(), Message: m}
	if len(c.box) < c.limit {
		c.box = append(c.box, caught)
		return nil
	}
	c.box[(c.count-1)%c.limit] = caught
	return nil
}

// Count returns how many messages were caught since the start, kept or not.
func (c *Captured) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

// All returns the messages that are kept, the newest first.
func (c *Captured) All() []Caught {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.box)
	slices.SortFunc(all, func(a, b Caught) int { return b.Number - a.Number })
	return all
}

// Get returns the message of this number, and whether it is still kept.
func (c *Captured) Get(number int) (Caught, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number < 1 || number > c.count || number <= c.count-len(c.box) {
		return Caught{}, false
	}
	return c.box[(number-1)%c.limit], true
}
