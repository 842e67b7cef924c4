package hub_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"

	"essaim/internal/platform/hub"
)

// wire is a bus in memory, which may be cut.
type wire struct {
	mu    sync.Mutex
	ears  map[int]func(string, []byte)
	next  int
	cut   bool
	count int // of words
}

func (w *wire) Notify(_ context.Context, topic string, data []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		return errors.New("cut")
	}
	w.count++
	for _, hear := range w.ears {
		hear(topic, data)
	}
	return nil
}

func (w *wire) Listen(ctx context.Context, hear func(string, []byte)) error {
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		return errors.New("cut")
	}
	me := w.next
	w.next++
	w.ears[me] = hear
	w.mu.Unlock()
	<-ctx.Done()
	w.mu.Lock()
	delete(w.ears, me)
	w.mu.Unlock()
	return ctx.Err()
}

func (w *wire) listeners() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.ears)
}

func TestNodesHearEachOther(t *testing.T) {
	bus := &wire{ears: map[int]func(string, []byte){}}
	a, b := newHub(t, hub.Options{Bus: bus}), newHub(t, hub.Options{Bus: bus})
	waitFor(t, "both listen", func() bool { return bus.listeners() == 2 })
	here, there := a.Subscribe("t"), b.Subscribe("t")
	defer here.Close()
	defer there.Close()
	a.Publish("t", []byte("from a"))
	want(t, here, "from a")
	want(t, there, "from a")
	b.Publish("t", []byte("from b"))
	want(t, here, "from b")
	want(t, there, "from b")
}

func TestOurOwnWordsDoNotComeBackLate(t *testing.T) {
	bus := &wire{ears: map[int]func(string, []byte){}}
	h := newHub(t, hub.Options{Bus: bus})
	waitFor(t, "it listens", func() bool { return bus.listeners() == 1 })
	s := h.Subscribe("t")
	defer s.Close()
	h.Publish("t", []byte("1"))
	want(t, s, "1")
	waitFor(t, "the bus took the word", func() bool {
		bus.mu.Lock()
		defer bus.mu.Unlock()
		return bus.count == 1
	})
	h.Publish("t", []byte("2"))
	if got := string(<-s.C()); got != "2" {
		t.Errorf("after 1 comes %q", got)
	}
}

func TestACutBusLeavesTheNodeWorking(t *testing.T) {
	bus := &wire{ears: map[int]func(string, []byte){}, cut: true}
	h := newHub(t, hub.Options{Bus: bus, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	s := h.Subscribe("t")
	defer s.Close()
	h.Publish("t", []byte("1"))
	want(t, s, "1")
	bus.mu.Lock()
	bus.cut = false
	bus.mu.Unlock()
	waitFor(t, "it listens again", func() bool { return bus.listeners() == 1 })
}

func TestAWordTooShortToBeANodesIsIgnored(t *testing.T) {
	bus := &wire{ears: map[int]func(string, []byte){}}
	h := newHub(t, hub.Options{Bus: bus})
	waitFor(t, "it listens", func() bool { return bus.listeners() == 1 })
	s := h.Subscribe("t")
	defer s.Close()
	if err := bus.Notify(t.Context(), "t", []byte("short")); err != nil {
		t.Fatal(err)
	}
	h.Publish("t", []byte("true"))
	want(t, s, "true")
}
