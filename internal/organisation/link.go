package organisation

import (
	"net/url"
	"strconv"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/prose"
)

const (
	maxLinks = 8
	maxLabel = 60
	maxURL   = 500
)

// Link leads to the organisation elsewhere: its site, its networks, its address for mail.
type Link struct {
	Label string
	URL   string // http, https or mailto
}

// Mail tells whether the link writes a mail.
func (l Link) Mail() bool { return strings.HasPrefix(l.URL, "mailto:") }

// cleanLinks cleans what was typed, and drops the lines that were left empty.
func cleanLinks(typed []Link) []Link {
	var links []Link
	for _, l := range typed {
		if l = l.Clean(); l != (Link{}) {
			links = append(links, l)
		}
	}
	return links
}

// Clean fills in what people leave out: the scheme, and the words where there are none.
func (l Link) Clean() Link {
	l.Label, l.URL = prose.Line(l.Label), withScheme(prose.Line(l.URL))
	if l.Label == "" {
		l.Label = prose.Line(shown(l.URL))
	}
	return l
}

func withScheme(address string) string {
	lower := strings.ToLower(address)
	switch {
	case address == "" || strings.Contains(address, "://") || strings.HasPrefix(lower, "mailto:"):
		return address
	case strings.Contains(address, "@") && !strings.Contains(address, "/"):
		return "mailto:" + address
	case strings.Contains(address, ":"):
		return address // a scheme that is none of ours: refused by Valid
	}
	return "https://" + address
}

// shown is the address without what machines need.
func shown(address string) string {
	for _, prefix := range []string{"https://", "http://", "mailto:", "www."} {
		address = strings.TrimPrefix(address, prefix)
	}
	return strings.TrimSuffix(address, "/")
}

func checkLinks(f *fault.Flaws, links []Link) {
	f.When(len(links) > maxLinks, "link_url_0", "organisation.links_many", "max", maxLinks)
	for i, l := range links {
		n := strconv.Itoa(i)
		f.When(prose.Longer(l.Label, maxLabel), "link_label_"+n, "organisation.label_long", "max", maxLabel)
		f.When(!l.Valid(), "link_url_"+n, "organisation.url_shape")
	}
}

// Valid tells whether the address is that of a page or of a mailbox, and nothing that a browser would run.
func (l Link) Valid() bool {
	if len(l.URL) > maxURL {
		return false
	}
	if mailbox, ok := strings.CutPrefix(l.URL, "mailto:"); ok {
		read, err := mail.ParseAddress(mailbox)
		return err == nil && read == mailbox
	}
	u, err := url.Parse(l.URL)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.User == nil && strings.Contains(u.Hostname(), ".")
}
