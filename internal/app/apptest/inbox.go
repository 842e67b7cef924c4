package apptest

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/mail/mailtest"
)

// Letter is a mail with what a test needs of it.
type Letter struct {
	To        string
	MessageID string
	Subject   string
	Text      string
	Confirm   string // path of the link that confirms a signature, empty when there is none
	Withdraw  string // path of the link that withdraws it
	SignIn    string // path of the link that signs in
	Code      string // six digits
}

var (
	anyLink = regexp.MustCompile(`https?://[^\s<>"]+`)
	anyCode = regexp.MustCompile(`(?m)(?:^|[^0-9])(\d{3})[ \x{a0}\x{202f}]?(\d{3})\s*$`)
)

// ReadLetter finds links and code in a mail's text.
func ReadLetter(to, messageID, subject, text string) Letter {
	l := Letter{To: to, MessageID: messageID, Subject: subject, Text: text}
	for _, found := range anyLink.FindAllString(text, -1) {
		u, err := url.Parse(found)
		if err != nil {
			continue
		}
		path := u.EscapedPath()
		switch {
		case strings.Contains(path, "/c/"):
			l.Confirm = path
		case strings.Contains(path, "/w/"):
			l.Withdraw = path
		case strings.Contains(path, "/signin/"):
			l.SignIn = path
		}
	}
	if code := anyCode.FindStringSubmatch(text); code != nil {
		l.Code = code[1] + code[2]
	}
	return l
}

// Inbox reads what a mailtest server receives, from its first mail on. It is safe for concurrent use.
type Inbox struct {
	server *mailtest.Server
	mu     sync.Mutex
	all    []Letter
	by     map[string][]Letter // recipient → letters
}

// NewInbox returns the inbox of a server that has received nothing yet.
func NewInbox(server *mailtest.Server) *Inbox {
	return &Inbox{server: server, by: map[string][]Letter{}}
}

// Letters returns everything received so far, in order. The caller does not change it.
func (i *Inbox) Letters() []Letter {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch count := i.server.Count(); {
	case count == len(i.all):
		return i.all
	case count > mailtest.Limit:
		panic("apptest: more mails than a mailtest server keeps")
	}
	for _, m := range i.server.Messages()[len(i.all):] {
		l := ReadLetter(m.To[0], m.Header("Message-Id"), m.Header("Subject"), m.Text())
		i.all = append(i.all, l)
		i.by[l.To] = append(i.by[l.To], l)
	}
	return i.all
}

// To returns what one address has received so far.
func (i *Inbox) To(address string) []Letter {
	i.Letters()
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.by[address]
}

// Wait returns the n-th letter to an address, from 1, and fails the test when it does not come.
func (i *Inbox) Wait(t testing.TB, address string, n int) Letter {
	t.Helper()
	Within(t, 20*time.Second, "a mail to "+address, func() bool { return len(i.To(address)) >= n })
	return i.To(address)[n-1]
}
