package app

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
)

// metrics count what an administrator watches. They hold numbers alone: no name, no address, and of URLs the route's pattern.
// They are safe for concurrent use.
type metrics struct {
	routes sync.Map // "GET /m/{slug}" → *routeMetrics
	mails  [3]atomic.Int64
}

// What became of a mail.
const (
	mailSent    = iota
	mailRefused // for good
	mailFailed  // and comes back
)

var mailEnds = [...]string{mailSent: "sent", mailRefused: "refused", mailFailed: "failed"}

// latencies are the upper bounds of the histogram's buckets.
var latencies = [...]time.Duration{
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 10 * time.Second,
}

// routeMetrics are of one line of the table of routes.
type routeMetrics struct {
	classes [6]atomic.Int64                  // answers by status / 100
	buckets [len(latencies) + 1]atomic.Int64 // answers no slower than the bound, and slower than the one before
	micros  atomic.Int64                     // all their time
}

// request counts an answer. Those from memory are counted by the cache, which knows no route.
func (m *metrics) request(route string, status int, took time.Duration) {
	found, ok := m.routes.Load(route)
	if !ok {
		found, _ = m.routes.LoadOrStore(route, &routeMetrics{})
	}
	r := found.(*routeMetrics)
	if class := status / 100; class >= 1 && class < len(r.classes) {
		r.classes[class].Add(1)
	}
	slot := 0
	for slot < len(latencies) && took > latencies[slot] {
		slot++
	}
	r.buckets[slot].Add(1)
	r.micros.Add(took.Microseconds())
}

// countedMail counts what becomes of mails. One that waits because no server is set is none.
type countedMail struct {
	mail.Sender
	metrics *metrics
}

// Send implements mail.Sender.
func (c countedMail) Send(ctx context.Context, m mail.Message) error {
	err := c.Sender.Send(ctx, m)
	switch {
	case err == nil:
		c.metrics.mails[mailSent].Add(1)
	case jobs.IsLater(err):
	case mail.Permanent(err):
		c.metrics.mails[mailRefused].Add(1)
	default:
		c.metrics.mails[mailFailed].Add(1)
	}
	return err
}
