package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
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

const (
	renderEvery = time.Second      // at most one render per page in this time
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
	mu      sync.Mutex
	tagged  map[string]map[string]bool // tag → keys
	purged  map[string]int64           // tag → number of its last purge, for renders under way
	purges  int64
	size    int64
	order   []string // keys in the order in which they came, for eviction
}

type entry struct {
	key      string
	tags     []string
	made     time.Time
	stale    atomic.Bool
	making   atomic.Bool // somebody is making it anew
	plain    variant
	gzip     variant
	brotli   variant
	kind     []string // Content-Type
	control  []string // Cache-Control
	size     int64
	anyLinks []string // Link header, when there is one
}

// variant is one encoding of a page with its headers made beforehand.
type variant struct {
	body     []byte
	length   []string
	etag     []string
	encoding []string
}

// NewCache returns an empty cache.
func NewCache(c clock.Clock, log *slog.Logger) *Cache {
	return &Cache{clock: c, log: log, tagged: map[string]map[string]bool{}, purged: map[string]int64{}}
}

// Renders tells how many pages were made so far.
func (c *Cache) Renders() int64 { return c.count.Load() }

// Purge marks every page that bears one of the tags. It is cheap and may be called for each act.
func (c *Cache) Purge(tags ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.purges++
	if len(c.purged) > 10_000 { // only renders under way look here; forgetting costs them one more render at worst
		clear(c.purged)
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
	e.write(w, r)
	return true
}

// fresh tells whether the entry may be given as it is.
func (c *Cache) fresh(e *entry) bool {
	age := c.clock.Now().Sub(e.made)
	return age < renderEvery && age >= 0 || !e.stale.Load() && age < longestLife && age >= 0
}

// page answers from memory or from render, which is run once for all who ask at the same time. Whoever asks for a page that
// is being made anew gets the one that is there.
func (c *Cache) page(w http.ResponseWriter, r *http.Request, key string, render func() (*entry, error)) error {
	found, there := c.entries.Load(key)
	if there && c.fresh(found.(*entry)) {
		found.(*entry).write(w, r)
		return nil
	}
	if there {
		old := found.(*entry)
		if !old.making.CompareAndSwap(false, true) {
			old.write(w, r)
			return nil
		}
		defer old.making.Store(false)
	}
	made, err, _ := c.renders.Do(key, func() (any, error) { return c.make(key, render) })
	if err != nil && there && fault.Is(err, fault.Internal) && c.clock.Now().Sub(found.(*entry).made) < longestHelp {
		c.log.Error("a page cannot be made anew; the old one stands in", "error", err)
		found.(*entry).write(w, r)
		return nil
	}
	if err != nil {
		return err
	}
	made.(*entry).write(w, r)
	return nil
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
	c.order = append(c.order, e.key)
	c.size += e.size
	for c.size > cacheBytes && len(c.order) > 1 {
		c.drop(c.order[0])
	}
}

// drop forgets a page. The caller holds the lock.
func (c *Cache) drop(key string) {
	found, ok := c.entries.LoadAndDelete(key)
	if !ok {
		return
	}
	e := found.(*entry)
	c.size -= e.size
	for _, tag := range e.tags {
		delete(c.tagged[tag], key)
		if len(c.tagged[tag]) == 0 {
			delete(c.tagged, tag)
		}
	}
	for i, k := range c.order {
		if k == key {
			c.order = append(c.order[:i], c.order[i+1:]...)
			break
		}
	}
}

// newEntry compresses a rendered page. Brotli at 6 costs about 2 ms for 50 kB: once a second at most.
func newEntry(c clock.Clock, header http.Header, tags []string, body []byte) *entry {
	sum := sha256.Sum256(body)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	e := &entry{tags: tags, made: c.Now(), kind: header["Content-Type"], control: header["Cache-Control"], anyLinks: header["Link"]}
	if e.control == nil {
		e.control = []string{"no-cache"}
	}
	e.plain = newVariant(body, tag, "")
	var zipped bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&zipped, 6) // the level is valid
	_, _ = zip.Write(body)                    // a buffer does not fail
	_ = zip.Close()
	e.gzip = newVariant(zipped.Bytes(), tag, "gzip")
	var brotlied bytes.Buffer
	br := brotli.NewWriterLevel(&brotlied, 6)
	_, _ = br.Write(body)
	_ = br.Close()
	e.brotli = newVariant(brotlied.Bytes(), tag, "br")
	e.size = int64(len(e.plain.body)+len(e.gzip.body)+len(e.brotli.body)) + 1024
	return e
}

func newVariant(body []byte, tag, encoding string) variant {
	v := variant{body: body, length: []string{strconv.Itoa(len(body))}}
	if encoding == "" {
		v.etag = []string{`"` + tag + `"`}
		return v
	}
	v.etag = []string{`"` + tag + "-" + encoding + `"`}
	v.encoding = []string{encoding}
	return v
}

var varyEncoding = []string{"Accept-Encoding"}

// write sends the page in the best encoding that the browser takes, or 304 when it has it already (RFC 9110 13.1.2).
func (e *entry) write(w http.ResponseWriter, r *http.Request) {
	v := e.choose(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h["Content-Type"] = e.kind
	h["Cache-Control"] = e.control
	h["Vary"] = varyEncoding
	h["Etag"] = v.etag
	if e.anyLinks != nil {
		h["Link"] = e.anyLinks
	}
	if known := r.Header.Get("If-None-Match"); known != "" && strings.Contains(known, v.etag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if v.encoding != nil {
		h["Content-Encoding"] = v.encoding
	}
	h["Content-Length"] = v.length
	if r.Method != http.MethodHead {
		writeWhole(w, r, v.body)
	}
}

// choose reads Accept-Encoding as browsers send it; a client that refuses an encoding with q=0 gets the plain page.
func (e *entry) choose(accept string) *variant {
	if strings.Contains(accept, "q=0") && !strings.Contains(accept, "q=0.") {
		return &e.plain
	}
	if strings.Contains(accept, "br") {
		return &e.brotli
	}
	if strings.Contains(accept, "gzip") {
		return &e.gzip
	}
	return &e.plain
}
