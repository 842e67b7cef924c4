// Package mail sends one message to one person, and is the only door to SMTP.
//
// It promises that a message is either whole and free of injected headers or refused; that an error tells whether trying
// again can help (Permanent) and holds neither address nor text, so that it may be logged; that a message which the
// server accepted is never reported as failed; and that what is sent bears no pixel and no rewritten link.
//
// A Message is what is sent, a Sender sends it: NewSMTP through a mail server (smtp.go, pool.go, compose.go), NewCaptured
// into memory for the demo (captured.go). A Letter is laid out as text and HTML by Render (letter.go). What people type as
// their address is read by ParseAddress, and told from its variants by Canonical (address.go, provider.go).
//
// Retries, queues and bounces are of those who call: a Sender tries once.
package mail

import (
	"context"
	"embed"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed locales/*.po
var locales embed.FS

// Locales returns the .po files of the package's words for people.
func Locales() fs.FS {
	sub, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Sender sends a message.
type Sender interface {
	// Send returns nil once the message is accepted. It tries once; an error is an *Error.
	Send(ctx context.Context, m Message) error
}

// Message is one message to one person.
type Message struct {
	// To is the recipient's address, as ParseAddress returns it.
	To string
	// ToName is the recipient's name, empty when it is not known or better not shown.
	ToName string
	// Subject is one line.
	Subject string
	// Text is the message as plain text. It must not be empty: some people read nothing else.
	Text string
	// HTML is the same message as a page; empty for a message of text only.
	HTML string
	// MessageID is the part of the Message-ID before the @ (RFC 5322 3.6.4): letters, digits, dots and hyphens, the same
	// each time that the same message is tried again, so that a second copy is known as one.
	MessageID string
	// Lang is the BCP 47 tag of the language of the message.
	Lang string
	// ReplyTo is the address to which answers go; empty for the sender's own choice.
	ReplyTo string
	// Unsubscribe is the https URL that takes the recipient off the list with one POST (RFC 8058); empty for a message
	// that answers an act of the recipient.
	Unsubscribe string
	// UnsubscribeTo is an address that does the same for programs which cannot POST. Only with Unsubscribe.
	UnsubscribeTo string
	// Headers are further headers, such as List-Id. Those that other fields make are refused.
	Headers []Header
}

// Header is one header of a message. Its value is text: it is encoded when it is written.
type Header struct{ Name, Value string }

const (
	maxLine    = 900     // bytes of a header before it is folded; RFC 5322 2.1.1 allows 998
	maxBody    = 1 << 20 // bytes of text or HTML: more is no letter
	maxHeaders = 20
)

// check refuses a message that must not be sent. Its errors are permanent: the same message will not get better.
func (m Message) check() error {
	if address, err := ParseAddress(m.To); err != nil || address != m.To {
		return malformed("to")
	}
	if m.ReplyTo != "" {
		if address, err := ParseAddress(m.ReplyTo); err != nil || address != m.ReplyTo {
			return malformed("reply-to")
		}
	}
	switch {
	case !oneLine(m.ToName):
		return malformed("name")
	case m.Subject == "" || !oneLine(m.Subject):
		return malformed("subject")
	case m.MessageID == "" || len(m.MessageID) > 100 || strings.Trim(m.MessageID, tokenChars+".") != "":
		return malformed("message-id")
	case strings.Trim(m.Lang, tokenChars) != "":
		return malformed("lang")
	case m.Text == "" || !body(m.Text) || !body(m.HTML):
		return malformed("body")
	}
	return m.checkHeaders()
}

const tokenChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

func (m Message) checkHeaders() error {
	if m.Unsubscribe == "" && m.UnsubscribeTo != "" {
		return malformed("unsubscribe")
	}
	if m.Unsubscribe != "" && (!strings.HasPrefix(m.Unsubscribe, "https://") || strings.ContainsAny(m.Unsubscribe, " <>,") || !oneLine(m.Unsubscribe)) {
		return malformed("unsubscribe")
	}
	if m.UnsubscribeTo != "" {
		if address, err := ParseAddress(m.UnsubscribeTo); err != nil || address != m.UnsubscribeTo {
			return malformed("unsubscribe")
		}
	}
	if len(m.Headers) > maxHeaders {
		return malformed("headers")
	}
	for _, h := range m.Headers {
		if h.Name == "" || len(h.Name) > 60 || strings.Trim(h.Name, tokenChars) != "" || ours(h.Name) || !oneLine(h.Value) {
			return malformed("headers")
		}
	}
	return nil
}

// ours tells whether a header is made from another field of a Message.
func ours(name string) bool {
	switch strings.ToLower(name) {
	case "from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "return-path", "received",
		"mime-version", "content-type", "content-transfer-encoding", "content-language", "auto-submitted",
		"list-unsubscribe", "list-unsubscribe-post", "dkim-signature":
		return true
	}
	return false
}

// oneLine tells whether s may stand in a header: no control character, so that it cannot begin another one.
func oneLine(s string) bool {
	return len(s) <= maxLine && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

func body(s string) bool {
	return len(s) <= maxBody && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}
