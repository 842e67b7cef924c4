package hub

import (
	"bytes"
	"context"
	"maps"
	"sync"
	"time"
)

// busPause is how long the hub waits before it listens again after the bus failed, and how long one word may take.
const busPause = time.Second

// Bus carries words between the nodes of one site, at most once each: a word that is lost is followed by the next.
type Bus interface {
	// Notify sends data (text) to all nodes, this one too.
	Notify(ctx context.Context, topic string, data []byte) error
	// Listen calls hear for each word until ctx ends or the bus fails.
	Listen(ctx context.Context, hear func(topic string, data []byte)) error
}

// outbox holds the latest word of each topic until the bus takes it.
type outbox struct {
	mu    sync.Mutex
	words map[string][]byte
	wake  chan struct{}
}

func (o *outbox) put(topic string, data []byte) {
	o.mu.Lock()
	o.words[topic] = bytes.Clone(data)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *outbox) take() map[string][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	words := maps.Clone(o.words)
	clear(o.words)
	return words
}

// joinBus starts to listen and to speak.
func (h *Hub) joinBus(ctx context.Context, o Options) {
	h.out = &outbox{words: map[string][]byte{}, wake: make(chan struct{}, 1)}
	h.run.Go(func() { h.speak(ctx, o.Bus) })
	h.run.Go(func() { h.listen(ctx, o.Bus) })
}

func (h *Hub) speak(ctx context.Context, bus Bus) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.out.wake:
		}
		for topic, data := range h.out.take() {
			if err := h.say(ctx, bus, topic, data); err != nil && ctx.Err() == nil {
				h.log.Warn("the other nodes were not told", "topic", topic, "error", err)
			}
		}
	}
}

func (h *Hub) say(ctx context.Context, bus Bus, topic string, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, busPause)
	defer cancel()
	return bus.Notify(ctx, topic, append([]byte(h.node), data...))
}

// listen hears the other nodes. Our own words are skipped: they come back late, and would set a counter back.
func (h *Hub) listen(ctx context.Context, bus Bus) {
	for {
		err := bus.Listen(ctx, func(topic string, data []byte) {
			if len(data) >= len(h.node) && string(data[:len(h.node)]) != h.node {
				h.publish(topic, data[len(h.node):])
			}
		})
		if ctx.Err() != nil {
			return
		}
		h.log.Warn("the other nodes are not heard", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(busPause):
		}
	}
}
