package web

import (
	"net/http"
	"strings"
	"time"
)

// SessionCookie is the name of the session's cookie. Whoever bears one that is known gets pages made for them, never from the
// cache.
const SessionCookie = "essaim_session"

// Cookie describes a cookie of ours. All are HttpOnly and SameSite=Lax; Secure when the site's URL is https.
type Cookie struct {
	Name  string
	Value string
	Path  string // "/" when empty
	Life  time.Duration
}

// SetCookie sends a cookie. It is only called after an act of the person.
func (s *Server) SetCookie(w http.ResponseWriter, c Cookie) {
	if c.Path == "" {
		c.Path = "/"
	}
	http.SetCookie(w, &http.Cookie{
		Name: c.Name, Value: c.Value, Path: c.Path, MaxAge: int(c.Life.Seconds()),
		HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode,
	})
}

// ClearCookie has the browser forget a cookie.
func (s *Server) ClearCookie(w http.ResponseWriter, name, path string) {
	http.SetCookie(w, &http.Cookie{Name: name, Path: path, MaxAge: -1, HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode})
}

// CookieValue returns the value of a cookie, "" when there is none.
func CookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// bearsSession tells whether a session's cookie came with the request, whatever it is worth.
func bearsSession(r *http.Request) bool {
	for _, line := range r.Header["Cookie"] {
		if strings.Contains(line, SessionCookie) { // most requests bear no cookie at all: look closer only when one may be ours
			return CookieValue(r, SessionCookie) != ""
		}
	}
	return false
}
