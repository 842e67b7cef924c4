package web

import (
	"container/list"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
)

// The page cache.
//
// An entry is a page rendered once and compressed once per encoding, kept with its ETag under its path. Purge marks the
// entries that bear a tag; the next visitor has the page made anew, but never sooner than a second after it was last
// made, and while it is being made the others get the one that is there. 60 s is the longest life, for the case that another
// node's purge was lost.
//
// When memory is short, the page goes that nobody asked for since the last time it stood first in line (second chance): pages
// that people read stay, whatever else is asked for.

const (
	renderEvery = time.Second      // at most one render per page in this time, and one line in the log when none succeeds
	longestLife = 60 * time.Second // of a page that nobody purged
	longestHelp = time.Hour        // how long an old page stands in when a new one cannot be made
	cacheBytes  = 64 << 20         // of all pages together, compressed forms included
)

// Cache keeps pages. It is safe for concurrent use.
type Cache struct {
	clock   clock.Clock
	log     *slog.Logger
	entries sync.Map // key → *entry
	renders singleflight.Group
	count   atomic.Int64 // renders, for tests and metrics
	hits    atomic.Int64 // answers from memory, for metrics
	mu      sync.Mutex
	tagged  map[string]map[string]bool // tag → keys
	purged  map[string]int64           // tag → number of its last purge, for renders under way
	purges  int64
	floor   int64 // number of the last purge when purged was last emptied
	size    int64
	line    *list.List           // of *entry, for eviction: the next to be looked at stands first
	told    map[string]time.Time // route → when its failure was last logged
}

// NewCache returns an empty cache.
func NewCache(c clock.Clock, log *slog.Logger) *Cache {
	return &Cache{clock: c, log: log, tagged: map[string]map[string]bool{}, purged: map[string]int64{}, line: list.New(), told: map[string]time.Time{}}
}

// Renders tells how many pages were made so far.
func (c *Cache) Renders() int64 { return c.count.Load() }

// Hits tells how many answers came from memory so far.
func (c *Cache) Hits() int64 { return c.hits.Load() }

// Purge marks every page that bears one of the tags. It is cheap and may be called for each act.
func (c *Cache) Purge(tags ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.purges++
	if len(c.purged) > 10_000 { // only renders under way look here: they are taken for purged, which costs one more render
		clear(c.purged)
		c.floor = c.purges
	}
	for _, tag := range tags {
		c.purged[tag] = c.purges
		for key := range c.tagged[tag] {
			if e, ok := c.entries.Load(key); ok {
				e.(*entry).stale.Store(true)
			}
		}
	}
}

// serve answers from memory if it can.
func (c *Cache) serve(w http.ResponseWriter, r *http.Request, key string) bool {
	found, ok := c.entries.Load(key)
	if !ok {
		return false
	}
	e := found.(*entry)
	if !c.fresh(e) {
		return false
	}
	c.hits.Add(1)
	e.touch()
	e.write(w, r)
	return true
}

// fresh tells whether the entry may be given as it is.
func (c *Cache) fresh(e *entry) bool {
	age := c.clock.Now().Sub(e.made)
	return age < renderEvery && age >= 0 || !e.stale.Load() && age < longestLife && age >= 0
}

// page answers from memory or from render, which is run once for all who ask at the same time. Whoever asks for a page that
// is being made anew, or could not be made a moment ago, gets the one that is there.
func (c *Cache) page(w http.ResponseWriter, r *http.Request, key string, render func() (*entry, error)) error {
	var old *entry
	if found, there := c.entries.Load(key); there {
		old = found.(*entry)
		if c.fresh(old) || c.justFailed(old) || !old.making.CompareAndSwap(false, true) {
			old.touch()
			old.write(w, r)
			return nil
		}
		defer old.making.Store(false)
	}
	made, err, _ := c.renders.Do(key, func() (any, error) { return c.make(key, render) })
	if err == nil {
		made.(*entry).write(w, r)
		return nil
	}
	if old == nil || !c.standsIn(old, err) {
		return err
	}
	old.failed.Store(clock.Micros(c.clock.Now()))
	c.log.Error("a page cannot be made anew; the old one stands in", "error", err)
	old.write(w, r)
	return nil
}

// justFailed tells whether the page could not be made anew less than renderEvery ago.
func (c *Cache) justFailed(e *entry) bool {
	failed := e.failed.Load()
	if failed == 0 {
		return false
	}
	now := c.clock.Now()
	since := now.Sub(clock.Time(failed))
	return since >= 0 && since < renderEvery && now.Sub(e.made) < longestHelp
}

// standsIn tells whether an old page is better than this error: it is when the error is ours.
func (c *Cache) standsIn(e *entry, err error) bool {
	kind := asFault(err).Kind
	return (kind == fault.Internal || kind == fault.Unavailable) && c.clock.Now().Sub(e.made) < longestHelp
}

// mayTell tells whether a failure of a route may be logged now: under load the same one comes a thousand times a second.
func (c *Cache) mayTell(route string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if since := now.Sub(c.told[route]); since >= 0 && since < renderEvery {
		return false
	}
	c.told[route] = now
	return true
}

// make renders and keeps a page, unless somebody has just done so.
func (c *Cache) make(key string, render func() (*entry, error)) (*entry, error) {
	if again, ok := c.entries.Load(key); ok && c.fresh(again.(*entry)) {
		return again.(*entry), nil
	}
	c.count.Add(1)
	before := c.mark()
	e, err := render()
	if err != nil {
		return nil, err
	}
	e.key = key
	c.keep(e, before)
	return e, nil
}

func (c *Cache) mark() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.purges
}

// keep stores a page; it is stale from the start when one of its tags was purged while it was being made.
func (c *Cache) keep(e *entry, before int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(e.key)
	if before < c.floor {
		e.stale.Store(true)
	}
	for _, tag := range e.tags {
		if c.purged[tag] > before {
			e.stale.Store(true)
		}
		if c.tagged[tag] == nil {
			c.tagged[tag] = map[string]bool{}
		}
		c.tagged[tag][e.key] = true
	}
	c.entries.Store(e.key, e)
	e.place = c.line.PushBack(e)
	c.size += e.size
	for c.size > cacheBytes && c.line.Len() > 1 {
		c.evict()
	}
}

// evict forgets the first page in line, or sends it to the end when somebody asked for it since it last stood there.
func (c *Cache) evict() {
	first := c.line.Front().Value.(*entry)
	if first.asked.Swap(false) {
		c.line.MoveToBack(first.place)
		return
	}
	c.drop(first.key)
}

// drop forgets a page. The caller holds the lock.
func (c *Cache) drop(key string) {
	found, ok := c.entries.LoadAndDelete(key)
	if !ok {
		return
	}
	e := found.(*entry)
	c.size -= e.size
	c.line.Remove(e.place)
	for _, tag := range e.tags {
		delete(c.tagged[tag], key)
		if len(c.tagged[tag]) == 0 {
			delete(c.tagged, tag)
		}
	}
}
