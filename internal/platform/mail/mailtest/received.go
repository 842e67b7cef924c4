package mailtest

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
)

// Received is a message as it came.
type Received struct {
	From string   // of the envelope
	To   []string // of the envelope
	Data []byte   // headers and body, lines ending in CRLF
}

func (s *Server) keep(r Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	if len(s.received) == Limit {
		s.received = slices.Delete(s.received, 0, Limit/10) // a tenth at a time: deleting one would move all the others
	}
	s.received = append(s.received, r)
}

// Messages returns what was received and is still kept, in order.
func (s *Server) Messages() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// Count returns how many messages were received.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Header returns a header of the message, decoded; empty when it is not there.
func (r Received) Header(name string) string {
	m, err := mail.ReadMessage(bytes.NewReader(r.Data))
	if err != nil {
		return ""
	}
	decoded, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
	if err != nil {
		return ""
	}
	return decoded
}

// Text returns the part of the message that is plain text, decoded; empty when there is none.
func (r Received) Text() string { return r.part("text/plain") }

// HTML returns the part of the message that is HTML, decoded; empty when there is none.
func (r Received) HTML() string { return r.part("text/html") }

func (r Received) part(want string) string {
	m, err := mail.ReadMessage(bytes.NewReader(r.Data))
	if err != nil {
		return ""
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	if kind == want {
		return decode(m.Body, m.Header.Get("Content-Transfer-Encoding"))
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		if kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind == want {
			return decode(part, part.Header.Get("Content-Transfer-Encoding"))
		}
	}
}

func decode(body io.Reader, encoding string) string {
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Sprintf("(unreadable: %v)", err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}
