package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"essaim/internal/platform/fault"
)

// origins tells whether a request that changes something comes from a page of this site. The Host header says nothing about
// that: whoever sends the request writes it, and a name that leads here is not the site's for that.
type origins struct {
	own   string // as a browser writes it: RFC 6454 6.2
	local bool   // the site is this machine's own, which goes by several names
}

func newOrigins(site *url.URL) origins {
	own, _ := Origin(site)
	return origins{own: own, local: site.Scheme == "http" && isLocal(site.Hostname())}
}

// Origin is the address of a site as a browser writes it in the header Origin (RFC 6454 6.2): in small letters, other scripts in
// punycode, without the usual port. host is its name alone, without brackets.
func Origin(site *url.URL) (origin, host string) {
	host, err := idna.Lookup.ToASCII(site.Hostname())
	if err != nil {
		host = strings.ToLower(site.Hostname()) // an address, or a name of the house such as my_site
	}
	port := site.Port()
	if port == "443" && site.Scheme == "https" || port == "80" && site.Scheme == "http" {
		port = ""
	}
	origin = site.Scheme + "://" + host
	if strings.Contains(host, ":") {
		origin = site.Scheme + "://[" + host + "]"
	}
	if port != "" {
		origin += ":" + port
	}
	return origin, host
}

// check refuses a request from a page of another site. Browsers send an Origin with every request that changes something, and
// those of our time Sec-Fetch-Site as well, which no page can forge. What has neither is no browser.
func (o origins) check(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	switch {
	case origin == o.own, o.local && origin == "http://"+r.Host && isLocal(hostOf(r.Host)):
		return nil
	case origin == "" && site == "", (origin == "" || origin == "null") && (site == "same-origin" || site == "none"):
		return nil // "null" is said by browsers that hide where they come from, from their own site too
	}
	return fault.New(fault.Forbidden, "web.other_site")
}

func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

// isLocal tells whether a host needs no name server, so that nobody else can make it lead here: localhost, or an address.
func isLocal(host string) bool {
	if host == "localhost" {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}
