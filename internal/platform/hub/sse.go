package hub

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"essaim/internal/platform/clock"
)

// defaultWriteTime is how long a page that was not taken over may take to accept a frame.
const defaultWriteTime = 10 * time.Second

// After a restart all pages come back, spread over these milliseconds.
const (
	retryFrom   = 2000
	retrySpread = 4000
)

// heartbeatFrame is a comment, which browsers skip and proxies count as life.
var heartbeatFrame = []byte(":\n\n")

// newMessage encodes data once for all pages: HTML Living Standard 9.2.5, one data field a line.
func newMessage(number int64, data []byte) *message {
	data = bytes.Clone(data)
	frame := append([]byte("id: "), strconv.FormatInt(number, 10)...)
	lines := bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	for line := range bytes.SplitSeq(lines, []byte("\n")) {
		frame = append(append(frame, "\ndata: "...), line...)
	}
	return &message{data: data, frame: append(frame, "\n\n"...)}
}

// ServeSSE keeps the page that asked on topic until it leaves or the hub is closed. Over HTTP/1 it returns at once, and
// the connection is the hub's from then on; over HTTP/2, which has no connection to take, it returns when the page is
// gone. The headers that are set on w already go out as well.
//
// When there are MaxPages, or PerBlock from where r comes, the answer is 503: the browser does not come back by itself, and
// the page asks for the number less often.
func (h *Hub) ServeSSE(w http.ResponseWriter, r *http.Request, topic string) {
	from, ok := h.admit(r)
	if !ok {
		w.Header().Set("Retry-After", "60")
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would keep the events
	if r.Method != http.MethodHead && r.ProtoMajor == 1 && h.takeOver(w, topic, from) {
		return
	}
	defer h.release(from)
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		h.stream(r.Context(), w, topic)
	}
}

// takeOver makes w's connection a page of the hub. It fails, with w untouched, where w cannot give it.
func (h *Hub) takeOver(w http.ResponseWriter, topic string, from block) bool {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	// The server's own timeouts end here.
	now := clock.System().Now()
	err = conn.SetDeadline(time.Time{})
	if err == nil {
		err = conn.SetWriteDeadline(now.Add(h.writeTime))
	}
	if err == nil {
		_, err = conn.Write(head(w.Header(), now))
	}
	if err == nil {
		err = conn.SetWriteDeadline(time.Time{})
	}
	if p := newPage(h, conn, from); err != nil || !h.join(topic, p) {
		p.close()
	}
	return true
}

// head is the head of the answer and the first words. Its body ends with the connection: RFC 9112 6.3, case 8.
func head(header http.Header, now time.Time) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	header.Set("Connection", "close")
	header.Set("Date", now.Format(http.TimeFormat))
	header.Write(&b) // a bytes.Buffer never fails
	b.WriteString("\r\n")
	b.Write(retry())
	return b.Bytes()
}

func retry() []byte { return fmt.Appendf(nil, "retry: %d\n\n", retryFrom+rand.IntN(retrySpread)) }

// stream writes to a page that stays net/http's.
func (h *Hub) stream(ctx context.Context, w http.ResponseWriter, topic string) {
	box := newMailbox(true)
	if !h.join(topic, box) {
		return
	}
	defer box.left.Store(true)
	control := http.NewResponseController(w)
	for frame := retry(); ; {
		if err := h.writeThrough(w, control, frame); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case next, ok := <-box.c:
			if !ok {
				return
			}
			frame = next
		}
	}
}

// writeThrough writes a frame down to the socket. HTTP/2 ends a stream when its deadline passes, even when nothing is
// being written: so there is one only during the writing.
func (h *Hub) writeThrough(w http.ResponseWriter, control *http.ResponseController, frame []byte) error {
	// A test's recorder has no deadline to set; a connection that refuses one fails in the next line.
	control.SetWriteDeadline(clock.System().Now().Add(h.writeTime))
	defer control.SetWriteDeadline(time.Time{})
	if _, err := w.Write(frame); err != nil {
		return err
	}
	return control.Flush()
}
