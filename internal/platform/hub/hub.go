// Package hub tells open pages what is new: counters, viewers, who is typing. Loss is allowed here by definition; what
// must not be lost is a job.
//
// It promises:
//   - A topic has one value, the latest. Who comes gets it at once; who is slow skips to it, and makes nobody wait.
//   - Publish never blocks. A topic is sent once at once, then at most once per pace (a second unless Options say
//     otherwise), so that a thousand signatures a second are one line to each page.
//   - A page over HTTP/1 costs no goroutine and none of net/http's buffers: its connection is taken over, and one
//     goroutine per processor writes the ready-made frame to each, without ever waiting for a socket (see DESIGN.md).
//   - A page that is closed is dropped within two seconds, a phone that went away without a word at the second heartbeat, one
//     that reads nothing as soon as its buffers are full for as long.
//   - There are never more pages than MaxPages, so that they leave descriptors to the rest of the site, and never more than
//     PerBlock from one block of addresses, so that nobody takes them all.
//
// A topic is named by the program, such as "count/" and an id that exists, never by a visitor: each keeps its value.
//
// Where things are: hub.go publishes and paces; shard.go sends; conn.go is a page whose connection was taken over,
// mailbox.go everyone else; block.go counts pages; sse.go speaks the browser's language; bus.go joins several nodes.
package hub

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
)

const (
	defaultPace = time.Second
	defaultBeat = 20 * time.Second // proxies cut what is silent for 30 to 60 seconds
	defaultLook = 2 * time.Second

	tellPause = time.Minute // between two lines of the log about pages that were refused
)

// Options are what a Hub may be told. The zero value serves one node.
type Options struct {
	Pace     time.Duration                // between two sendings of one topic; 0 stands for a second
	Beat     time.Duration                // between two heartbeats; 0 stands for 20 seconds
	Look     time.Duration                // between two looks for pages that were closed; 0 stands for two seconds
	MaxPages int                          // open at once; 0 stands for three quarters of the process's file descriptors
	PerBlock int                          // of them from one block of addresses; 0 stands for 200
	Block    func(r *http.Request) string // the block from which r comes, "" when nobody can tell; nil when it does not matter
	Bus      Bus                          // to the other nodes; nil on a single one
	Log      *slog.Logger                 // nil stands for slog.Default
}

// Hub fans out. Make it with New, end it with Close; it is safe for concurrent use.
type Hub struct {
	pace    time.Duration
	limit   int64
	pages   atomic.Int64
	blocks  *blocks
	log     *slog.Logger
	refused atomic.Int64 // pages, since the log was told
	shards  []*shard
	next    atomic.Uint32 // the shard of the next who comes
	node    string        // tells our own words on the bus from the others'
	out     *outbox       // nil without a bus
	stop    context.CancelFunc
	run     sync.WaitGroup

	writeTime time.Duration // shorter in tests

	mu     sync.Mutex
	closed bool
	latest map[string]*message
	number int64 // of the last message, in the frames' id
	// The pace: the topics sent in this window are held until it ends.
	window *time.Timer
	open   bool
	sent   map[string]bool
	held   map[string]bool
}

// message is one value of a topic, ready to be sent to anyone.
type message struct {
	data  []byte
	frame []byte // as an event of server-sent events
}

// filled returns the options with what the zero values stand for.
func (o Options) filled() Options {
	if o.Pace <= 0 {
		o.Pace = defaultPace
	}
	if o.Beat <= 0 {
		o.Beat = defaultBeat
	}
	if o.Look <= 0 {
		o.Look = defaultLook
	}
	if o.MaxPages <= 0 {
		o.MaxPages = Descriptors() * 3 / 4
	}
	if o.PerBlock <= 0 {
		o.PerBlock = defaultPerBlock
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// New returns a hub whose goroutines run until Close.
func New(o Options) *Hub {
	o = o.filled()
	ctx, stop := context.WithCancel(context.Background())
	h := &Hub{
		pace:   o.Pace,
		limit:  int64(o.MaxPages),
		blocks: newBlocks(o),
		log:    o.Log,
		node:   id.Token(),
		stop:   stop,

		writeTime: defaultWriteTime,

		latest: map[string]*message{},
		number: clock.Micros(clock.System().Now()), // ids go on rising over a restart
		sent:   map[string]bool{},
		held:   map[string]bool{},
	}
	for range runtime.GOMAXPROCS(0) {
		s := newShard(h)
		h.shards = append(h.shards, s)
		h.run.Go(s.work)
	}
	h.run.Go(func() { h.beat(ctx, o.Beat, o.Look) })
	if o.Bus != nil {
		h.joinBus(ctx, o)
	}
	return h
}

// Close drops all pages, closes all subscriptions, and waits for the hub's goroutines. Browsers come back to whoever
// listens then. Close it before http.Server.Shutdown, which would wait for the pages that are not taken over.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	if h.window != nil {
		h.window.Stop()
	}
	h.mu.Unlock()
	h.stop()
	for _, s := range h.shards {
		s.end()
	}
	h.run.Wait()
}

// Pages returns how many pages are open.
func (h *Hub) Pages() int { return int(h.pages.Load()) }

// Publish makes data the value of topic, here and on the other nodes. It keeps a copy.
func (h *Hub) Publish(topic string, data []byte) {
	h.publish(topic, data)
	if h.out != nil {
		h.out.put(topic, data)
	}
}

func (h *Hub) publish(topic string, data []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.number++
	h.latest[topic] = newMessage(h.number, data)
	if h.sent[topic] {
		h.held[topic] = true
		return
	}
	h.send(topic)
}

// send hands topic to the shards and begins a window of the pace, unless one is open. It holds mu.
func (h *Hub) send(topic string) {
	h.sent[topic] = true
	for _, s := range h.shards {
		s.publish(topic)
	}
	if h.open {
		return
	}
	h.open = true
	if h.window == nil {
		h.window = time.AfterFunc(h.pace, h.turn)
		return
	}
	h.window.Reset(h.pace)
}

// turn ends a window of the pace: what was held goes out, and begins the next one.
func (h *Hub) turn() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open = false
	held := h.held
	clear(h.sent)
	h.held = map[string]bool{}
	if h.closed {
		return
	}
	for topic := range held {
		h.send(topic)
	}
}

// beat is the one timer of all heartbeats, of all looks for who has left, and of the log.
func (h *Hub) beat(ctx context.Context, every, look time.Duration) {
	beats, looks, words := time.NewTicker(every), time.NewTicker(look), time.NewTicker(tellPause)
	defer beats.Stop()
	defer looks.Stop()
	defer words.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beats.C:
			for _, s := range h.shards {
				s.beat()
			}
		case <-looks.C:
			for _, s := range h.shards {
				s.look()
			}
		case <-words.C:
			if n := h.refused.Swap(0); n > 0 {
				h.log.Warn("open pages get no stream, and ask for the number: there are too many, or too many from one block of addresses", "refused", n)
			}
		}
	}
}

// valueOf returns the latest message of topic, nil when there is none.
func (h *Hub) valueOf(topic string) *message {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latest[topic]
}

// join adds a listener to the shard whose turn it is, or refuses when the hub is closed.
func (h *Hub) join(topic string, l listener) bool {
	n := h.next.Add(1)
	return h.shards[int(n)%len(h.shards)].join(topic, l)
}
