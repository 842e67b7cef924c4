package account

import (
	"crypto/sha256"
	"net/url"
	"strings"
	"time"

	"essaim/internal/platform/id"
)

const (
	askedLife   = 30 * time.Minute
	invitedLife = 3 * 24 * time.Hour // who is invited does not sit before the screen
	codeTries   = 5
	askedAnHour = 5 // links to one address; then the newest open one is sent again
	againAfter  = 5 * time.Minute
	maxNext     = 200
)

// link is one way in. Its secret and its code are derived from its id, and not stored.
type link struct {
	id      string
	index   []byte // blind index of the address that it was made for
	next    string // the page wanted afterwards, empty for the usual one
	lang    string
	asked   bool // by somebody at the door, rather than made by a host
	created time.Time
	expires time.Time
	joiner  joiner // who would be let in
}

// joiner is the row of a person who would be new to the house, ready to be written; zero where nobody is let in.
type joiner struct {
	id          string
	email, name []byte // sealed
}

// joinerOf prepares the row of a person for an address.
func (r *Room) joinerOf(email string) joiner {
	j := joiner{id: id.New(r.Clock.Now())}
	j.email = r.Vault.Seal(purposeEmail, []byte(email), []byte(j.id))
	j.name = r.Vault.Seal(purposeName, nil, []byte(j.id))
	return j
}

func (r *Room) newLink(index []byte, lang, next string, asked bool) link {
	now := r.Clock.Now()
	l := link{id: id.New(now), index: index, next: localPath(next), lang: r.checkLang(lang), asked: asked, created: now}
	l.expires = now.Add(invitedLife)
	if asked {
		l.expires = now.Add(askedLife)
	}
	return l
}

// token is the link's secret, 128 bits.
func (r *Room) token(linkID string) string { return r.Vault.Token(purposeLink, linkID) }

// code is what may be typed instead, in the tab that asked.
func (r *Room) code(linkID string) string { return r.Vault.Code(purposeLink, linkID) }

// path is where a link leads, without language prefix.
func (r *Room) path(linkID string) string { return "/signin/" + r.token(linkID) }

// sum is how a token is kept.
func sum(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// isToken tells whether s may be a token at all, so that nonsense costs no query.
func isToken(s string) bool {
	return len(s) == id.TokenLen && strings.Trim(s, "0123456789abcdefghjkmnpqrstvwxyz") == ""
}

// SignInPath returns the path of the door for who was on the way to a page, without language prefix.
func SignInPath(next string) string {
	if next = localPath(next); next == "" {
		return "/signin"
	}
	return "/signin?next=" + url.QueryEscape(next)
}

// localPath returns next when it is the path of a page of this site, else nothing: whoever follows one of our links stays
// here. Browsers drop tabs and line ends, and read a backslash as a slash, so that "/\t/evil" and "/\evil" leave.
func localPath(next string) string {
	if len(next) > maxNext || !strings.HasPrefix(next, "/") || strings.Contains(next, "//") || strings.Contains(next, `\`) {
		return ""
	}
	for _, c := range []byte(next) {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	if u, err := url.Parse(next); err != nil || u.IsAbs() || u.Host != "" || u.Fragment != "" {
		return ""
	}
	return next
}
