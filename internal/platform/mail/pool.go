package mail

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// link is one connection to the server, signed in. One message at a time goes over it.
type link struct {
	client *gomail.Client // knows the settings
	smtp   *smtp.Client   // knows the conversation
	conn   net.Conn
	sent   int // messages tried
	expiry *time.Timer
}

// farewell is how long a server has to answer QUIT.
const farewell = time.Second

// quit says goodbye and closes.
func (l *link) quit() {
	_ = l.smtp.UpdateDeadline(farewell)
	_ = l.smtp.Quit()
	l.cut()
}

// cut closes without a word.
func (l *link) cut() { _ = l.conn.Close() }

// pool bounds how many connections there are and keeps those that are not in use.
type pool struct {
	slots   chan struct{} // one for each connection in use
	maxIdle time.Duration

	mu       sync.Mutex
	idle     []*link
	closed   bool
	expiries sync.WaitGroup // of timers that will still run
}

func newPool(connections int, maxIdle time.Duration) *pool {
	return &pool{slots: make(chan struct{}, connections), maxIdle: maxIdle}
}

var errClosed = errors.New("closed")

// enter waits until one more message may be under way.
func (p *pool) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		<-p.slots
		return errClosed
	}
	return nil
}

func (p *pool) leave() { <-p.slots }

// take returns the connection that was used last, nil when none is kept.
func (p *pool) take() *link {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	last := len(p.idle) - 1
	l := p.idle[last]
	p.idle = p.idle[:last]
	p.disarm(l)
	return l
}

// give keeps a connection for the next message, for a while.
func (p *pool) give(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		l.cut()
		return
	}
	p.idle = append(p.idle, l)
	p.expiries.Add(1)
	l.expiry = time.AfterFunc(p.maxIdle, func() {
		defer p.expiries.Done()
		p.expire(l)
	})
}

func (p *pool) disarm(l *link) {
	if l.expiry.Stop() {
		p.expiries.Done()
	}
}

// expire closes a connection that nobody took in time.
func (p *pool) expire(l *link) {
	p.mu.Lock()
	found := false
	for i, other := range p.idle {
		if other == l {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			found = true
			break
		}
	}
	p.mu.Unlock()
	if found {
		l.quit()
	}
}

func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	for _, l := range idle {
		p.disarm(l)
	}
	p.mu.Unlock()
	for _, l := range idle {
		l.quit()
	}
	p.expiries.Wait()
}
