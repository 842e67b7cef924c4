package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"

	"essaim/internal/platform/clock"
)

// entry is a page in memory.
type entry struct {
	key      string
	tags     []string
	made     time.Time
	stale    atomic.Bool
	making   atomic.Bool   // somebody is making it anew
	failed   atomic.Int64  // microseconds since 1970 when it last could not be made anew, 0 for never
	asked    atomic.Bool   // since it last stood first in line
	place    *list.Element // in the line; guarded by the cache's lock
	plain    variant
	gzip     variant // no body when the page is of a kind that is compressed already
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

// touch notes that the page was asked for. It writes seldom: all cores read it.
func (e *entry) touch() {
	if !e.asked.Load() {
		e.asked.Store(true)
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
	if compressible(header.Get("Content-Type")) {
		e.gzip = newVariant(zipped(body), tag, "gzip")
		e.brotli = newVariant(brotlied(body), tag, "br")
	}
	e.size = int64(len(e.plain.body)+len(e.gzip.body)+len(e.brotli.body)) + 1024
	return e
}

// compressible tells whether a type gains from compression; pictures, sounds and archives are compressed already.
func compressible(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.TrimSpace(kind)
	switch kind {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "+json")
}

func zipped(body []byte) []byte {
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, 6) // the level is valid
	_, _ = zip.Write(body)                 // a buffer does not fail
	_ = zip.Close()
	return out.Bytes()
}

func brotlied(body []byte) []byte {
	var out bytes.Buffer
	br := brotli.NewWriterLevel(&out, 6)
	_, _ = br.Write(body)
	_ = br.Close()
	return out.Bytes()
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
	if e.brotli.body != nil {
		h["Vary"] = varyEncoding
	}
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

// choose returns the form that the browser likes best; of two that it likes as much, the shorter.
func (e *entry) choose(accept string) *variant {
	if accept == "" || e.brotli.body == nil {
		return &e.plain
	}
	zip, br := weights(accept)
	switch {
	case br > 0 && br >= zip:
		return &e.brotli
	case zip > 0:
		return &e.gzip
	}
	return &e.plain
}

// weights reads how much a browser likes gzip and Brotli, in thousandths, 0 for not at all (RFC 9110 12.5.3).
func weights(accept string) (zip, br int) {
	zip, br, rest := -1, -1, 0
	for item := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(item, ";")
		name = strings.TrimSpace(name)
		switch {
		case strings.EqualFold(name, "gzip") || strings.EqualFold(name, "x-gzip"):
			zip = thousandths(weight)
		case strings.EqualFold(name, "br"):
			br = thousandths(weight)
		case name == "*":
			rest = thousandths(weight)
		}
	}
	if zip < 0 {
		zip = rest
	}
	if br < 0 {
		br = rest
	}
	return zip, br
}

// thousandths reads "q=0.5" as 500 (RFC 9110 12.4.2). What is no weight counts as none: 1000.
func thousandths(weight string) int {
	name, value, _ := strings.Cut(weight, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1000
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 1000
	}
	return int(q * 1000)
}
