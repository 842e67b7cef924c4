package view

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// codings are the ways in which an asset is compressed, the smallest result first.
var codings = [...]struct {
	name string // as in Accept-Encoding
	pack func([]byte) ([]byte, error)
}{
	{"br", packBrotli},
	{"zstd", packZstd},
	{"gzip", packGzip},
}

// Static serves the assets under /static/. An address with the right hash is kept for a year by browsers; the same name
// with another hash, which an older or a newer page asks for while an instance is updated, gets what we have for a minute.
func Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		name, hash := splitHash(strings.TrimPrefix(r.URL.Path, assetRoot))
		a, ok := assets()[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.serve(w, r, hash == a.hash)
	})
}

// splitHash takes "motif/rail.3f2a91c04b7d.svg" apart into the name of the file and the hash, empty when there is none.
func splitHash(file string) (name, hash string) {
	ext := path.Ext(file)
	stem := strings.TrimSuffix(file, ext)
	dot := strings.LastIndexByte(stem, '.')
	if dot < 0 {
		return file, ""
	}
	return stem[:dot] + ext, stem[dot+1:]
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, lasting bool) {
	body, coding := a.body, ""
	if i := preferred(r.Header.Get("Accept-Encoding"), a); i >= 0 {
		body, coding = a.packed[i](), codings[i].name
	}
	tag := `"` + a.hash + coding + `"` // a strong tag names the bytes, hence the coding too (RFC 9110 8.8.3)
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=60")
	if lasting {
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // RFC 8246
	}
	if a.packed[0] != nil {
		h.Set("Vary", "Accept-Encoding")
	}
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the browser went away: nobody is left to tell
	}
}

// preferred returns the index of the coding to answer with, -1 for none: our own order among what the browser takes.
func preferred(accept string, a *asset) int {
	if accept == "" {
		return -1
	}
	for i, coding := range codings {
		if a.packed[i] != nil && accepts(accept, coding.name) {
			return i
		}
	}
	return -1
}

// accepts tells whether an Accept-Encoding header takes a coding (RFC 9110 12.5.3). A weight counts only when it is zero:
// what browsers send beyond that says nothing.
func accepts(header, coding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, weighted := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		return !weighted || strings.Trim(q, "0.") != ""
	}
	return false
}

// matches tells whether an If-None-Match header names a tag; a weak comparison (RFC 9110 13.1.2).
func matches(header, tag string) bool {
	for item := range strings.SplitSeq(header, ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == "*" || item == tag {
			return true
		}
	}
	return false
}

// pack prepares the compressed forms, made when first asked for: an instance that starts must not wait for them.
func (a *asset) pack() {
	for i, coding := range codings {
		a.packed[i] = sync.OnceValue(func() []byte {
			packed, err := coding.pack(a.body)
			if err != nil {
				panic(fmt.Errorf("compress %s: %w", a.name, err)) // writing to memory fails only when the program is wrong
			}
			return packed
		})
	}
}

func packBrotli(body []byte) ([]byte, error) {
	return packWith(body, func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterLevel(w, brotli.BestCompression), nil
	})
}

func packZstd(body []byte) ([]byte, error) {
	return packWith(body, func(w io.Writer) (io.WriteCloser, error) {
		const window = 1 << 18 // more than our largest file, and a fraction of the memory of the default
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	})
}

func packGzip(body []byte) ([]byte, error) {
	return packWith(body, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) })
}

func packWith(body []byte, open func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
