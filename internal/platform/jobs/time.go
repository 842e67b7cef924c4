package jobs

import (
	"context"
	"sync"
	"time"
)

// skewLife is how long a measured difference is believed.
const skewLife = 30 * time.Second

// sharedTime is by how much the database's clock is ahead of ours. Without it a node whose clock is fast would take the jobs
// that others hold.
type sharedTime struct {
	mu       sync.Mutex
	ahead    time.Duration
	measured time.Time // by the queue's clock
}

// ShareTime has the queue measure leases by the database's clock, for a house of several nodes. It is called before Start.
func (q *Queue) ShareTime() { q.shared = &sharedTime{} }

// now is the time by which leases are measured.
func (q *Queue) now(ctx context.Context) time.Time { return q.clock.Now().Add(q.skew(ctx)) }

// skew is by how much the shared time is ahead of the queue's clock. While the database does not answer, the last one holds.
func (q *Queue) skew(ctx context.Context) time.Duration {
	if q.shared == nil {
		return 0
	}
	s := q.shared
	s.mu.Lock()
	defer s.mu.Unlock()
	before := q.clock.Now()
	if age := before.Sub(s.measured); age >= 0 && age < skewLife {
		return s.ahead
	}
	theirs, err := q.db.Now(ctx)
	if err != nil {
		return s.ahead
	}
	after := q.clock.Now()
	s.ahead, s.measured = theirs.Sub(before.Add(after.Sub(before)/2)), after
	return s.ahead
}
