package web

import (
	"net/http"
	"strings"
	"time"
)

// SessionCookie is the name of the session's cookie. Whoever bears one that is known gets pages made for them, never from the
// cache.
//
// Where the site's URL is https, browsers know the cookie under HostPrefix and this name; here it is always called so.
const SessionCookie = "essaim_session"

// HostPrefix stands before the name of a cookie that a browser takes from this very host alone, over https and for all paths
// (RFC 6265bis 4.1.3.2): no other site of the same domain can put one in its place.
const HostPrefix = "__Host-"

// onWire is the name under which browsers know a cookie of ours.
func onWire(name string, https bool) string {
	if name == SessionCookie && https {
		return HostPrefix + name
	}
	return name
}

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
		Name: onWire(c.Name, s.https), Value: c.Value, Path: c.Path, MaxAge: int(c.Life.Seconds()),
		HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode,
	})
}

// ClearCookie has the browser forget a cookie.
func (s *Server) ClearCookie(w http.ResponseWriter, name, path string) {
	http.SetCookie(w, &http.Cookie{Name: onWire(name, s.https), Path: path, MaxAge: -1, HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode})
}

// CookieValue returns the value of a cookie of ours that came with the request under way, "" when there is none.
func CookieValue(r *http.Request, name string) string {
	return cookieValue(r, onWire(name, InfoFrom(r.Context()).https))
}

func cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// bearsSession tells whether a session's cookie came with the request, whatever it is worth.
func (s *Server) bearsSession(r *http.Request) bool {
	for _, line := range r.Header["Cookie"] {
		if strings.Contains(line, SessionCookie) { // most requests bear no cookie at all: look closer only when one may be ours
			return cookieValue(r, onWire(SessionCookie, s.https)) != ""
		}
	}
	return false
}
