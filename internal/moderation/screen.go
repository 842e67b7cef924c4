package moderation

import (
	"context"
	"sync"
	"time"

	"essaim/internal/platform/words"
)

// screenAge is how old what a node knows of the lists may be, so that a change holds everywhere within a minute and long before.
const screenAge = 5 * time.Second

// screen is the lists in memory.
type screen struct {
	mu      sync.RWMutex
	lists   *words.Lists
	changes int64 // of the lists when they were read; -1 before
	looked  time.Time
	reading sync.Mutex
}

// forget has the lists looked at before they are asked next.
func (s *screen) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked = time.Time{}
}

func (s *screen) known() (lists *words.Lists, changes int64, looked time.Time) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.lists, s.changes, s.looked
}

// Screen tells what a text meets in the moderators' lists. Rooms that take words ask it. When the lists cannot be read, those known
// before hold on.
func (r *Room) Screen(ctx context.Context, lang, text string) words.Result {
	lists, _, looked := r.screen.known()
	if r.Clock.Now().Sub(looked) >= screenAge {
		if err := r.readLists(ctx); err != nil {
			r.Log.Error("the lists of words cannot be read", "error", err)
		}
		lists, _, _ = r.screen.known()
	}
	return lists.Screen(lang, text)
}

// readLists reads the lists if they were changed. Of many who come, one reads.
func (r *Room) readLists(ctx context.Context) error {
	r.screen.reading.Lock()
	defer r.screen.reading.Unlock()
	now := r.Clock.Now()
	_, known, looked := r.screen.known()
	if now.Sub(looked) < screenAge {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	changes, err := r.changesOfLists(ctx) // before the entries: a change meanwhile is read again
	if err != nil || changes == known {
		r.screen.keep(nil, known, now)
		return err
	}
	entries, err := r.inForce(ctx)
	if err != nil {
		r.screen.keep(nil, known, now)
		return err
	}
	r.screen.keep(words.Compile(entries), changes, now)
	return nil
}

// keep takes lists over, nil for those that were known.
func (s *screen) keep(lists *words.Lists, changes int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if lists != nil {
		s.lists = lists
	}
	s.changes, s.looked = changes, now
}
