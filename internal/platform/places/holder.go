package places

import "sync/atomic"

// Holder hands out the Places of the moment, and lets a newer set take the place of an older one while people read. Keep what Load
// returned for the length of one request, no longer.
type Holder struct{ places atomic.Pointer[Places] }

// NewHolder returns a holder of p.
func NewHolder(p *Places) *Holder {
	h := &Holder{}
	h.Store(p)
	return h
}

// Load returns the Places of the moment.
func (h *Holder) Load() *Places { return h.places.Load() }

// Store makes p the Places of the moment.
func (h *Holder) Store(p *Places) { h.places.Store(p) }
