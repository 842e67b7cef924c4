package hub

import (
	"hash/maphash"
	"net/http"
	"sync"
)

// defaultPerBlock is more pages than a school has open at one time, and less than a hundredth of what a machine may hold.
const defaultPerBlock = 200

// blocks counts the open pages of each block of addresses. It keeps hashes under a seed of the process: no address stays behind.
type blocks struct {
	of   func(*http.Request) string // nil: nobody is counted
	most int
	seed maphash.Seed

	mu   sync.Mutex
	open map[block]int
}

// block is one whose pages are counted; nowhere is the one of those who are not.
type block uint64

const nowhere block = 0

func newBlocks(o Options) *blocks {
	return &blocks{of: o.Block, most: o.PerBlock, seed: maphash.MakeSeed(), open: map[block]int{}}
}

// enter counts one more page, unless its block has as many as it may.
func (b *blocks) enter(r *http.Request) (from block, ok bool) {
	if b.of == nil {
		return nowhere, true
	}
	name := b.of(r)
	if name == "" {
		return nowhere, true
	}
	from = block(maphash.String(b.seed, name) | 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[from] >= b.most {
		return nowhere, false
	}
	b.open[from]++
	return from, true
}

func (b *blocks) leave(from block) {
	if from == nowhere {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[from]--; b.open[from] <= 0 {
		delete(b.open, from)
	}
}

// admit counts one more page, here and in its block.
func (h *Hub) admit(r *http.Request) (from block, ok bool) {
	if h.pages.Add(1) <= h.limit {
		if from, ok = h.blocks.enter(r); ok {
			return from, true
		}
	}
	h.pages.Add(-1)
	h.refused.Add(1)
	return nowhere, false
}

func (h *Hub) release(from block) {
	h.pages.Add(-1)
	h.blocks.leave(from)
}
