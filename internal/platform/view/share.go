package view

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"
)

// Share is what people pass on: the address of a page, its title, and a message of which the address is no part.
type Share struct {
	URL   string // absolute, the same for everyone
	Title string
	Text  string
}

// message returns what stands in a message: the text, then the address on its own, which every program makes a link.
func (s Share) message() string { return s.Text + " " + s.URL }

// sms has no number: the telephone asks for it. The "?&" serves Android and iOS, which disagree on RFC 5724.
func (s Share) sms() templ.SafeURL { return templ.SafeURL("sms:?&body=" + encode(s.message())) }

// mail follows RFC 6068: a space is %20, never a plus.
func (s Share) mail() templ.SafeURL {
	return templ.SafeURL("mailto:?subject=" + encode(s.Title) + "&body=" + encode(s.message()))
}

// shown returns the address as people read it.
func (s Share) shown() string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s.URL, "https://"), "http://"), "/")
}

// channel is a messenger or a network, named in letters.
type channel struct {
	name string
	url  templ.SafeURL
}

// channels are links: nothing is asked of these sites before a person follows one.
func (s Share) channels() []channel {
	return []channel{
		{"WhatsApp", templ.SafeURL("https://wa.me/?text=" + encode(s.message()))},
		{"Telegram", templ.SafeURL("https://t.me/share/url?url=" + encode(s.URL) + "&text=" + encode(s.Text))},
		{"Mastodon", templ.SafeURL("https://share.joinmastodon.org/#text=" + encode(s.message()))},
		{"Bluesky", templ.SafeURL("https://bsky.app/intent/compose?text=" + encode(s.message()))},
		{"Facebook", templ.SafeURL("https://www.facebook.com/sharer/sharer.php?u=" + encode(s.URL))},
	}
}

func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
