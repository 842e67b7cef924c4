package app

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// late is how long before its end a certificate should have been renewed, at the latest: ten days, and less for one that lives for some
// days alone.
func late(c *x509.Certificate) time.Duration {
	return min(10*24*time.Hour, c.NotAfter.Sub(c.NotBefore)/5)
}

// site is the address that visitors type; public is false when it leads to this machine alone.
func (d *doctor) site() (site *url.URL, public bool) {
	site, err := url.Parse(d.URL)
	if err != nil || site.Hostname() == "" {
		return &url.URL{}, false
	}
	addr, err := netip.ParseAddr(site.Hostname())
	return site, site.Hostname() != "localhost" && (err != nil || !addr.IsLoopback())
}

// lookSiteName sees whether the site's name leads to this machine.
func (d *doctor) lookSiteName(ctx context.Context) {
	site, public := d.site()
	if !public {
		d.found("name", Warning, "Set --url to the address that visitors will type.", "%s is an address of this machine alone: links in mails lead nowhere", d.URL)
		return
	}
	if _, err := netip.ParseAddr(site.Hostname()); err == nil {
		d.found("name", Warning, "Take a name: an address changes with the machine.", "the site has no name, but an address")
		return
	}
	there, err := d.resolver.LookupNetIP(ctx, "ip", site.Hostname())
	switch {
	case lost(err):
		d.found("name", Unknown, "Is this machine on line? See /etc/resolv.conf.", "the name servers do not answer: %v", err)
		return
	case err != nil || len(there) == 0:
		d.found("name", Wrong, fmt.Sprintf("Add an A record (and AAAA) for %s at the name's provider, with the address of this machine.", site.Hostname()), "%s leads nowhere", site.Hostname())
		return
	}
	own, err := d.addresses()
	if err != nil {
		d.found("name", Unknown, "", "the addresses of this machine cannot be read: %v", err)
		return
	}
	for _, address := range there {
		if !slices.Contains(own, address.Unmap()) {
			d.found("name", Warning, "Is a proxy in front, or a router that passes on to this machine? Then all is well. Otherwise correct the A and AAAA records.",
				"%s leads to %s, which is no address of this machine", site.Hostname(), address.Unmap())
			return
		}
	}
	d.good("name", "%s leads to this machine", site.Hostname())
}

// publicAddresses are those from which this machine sends.
func (d *doctor) publicAddresses(ctx context.Context) ([]netip.Addr, error) {
	own, err := d.addresses()
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(own, func(a netip.Addr) bool { return !a.IsGlobalUnicast() || a.IsPrivate() })
	if site, public := d.site(); len(own) == 0 && public { // behind a router, the site's name tells
		return d.resolver.LookupNetIP(ctx, "ip", site.Hostname())
	}
	return own, nil
}

// lookSite asks the site for its health as a visitor would. It may be an address of a network of our own: fetch would refuse.
func (d *doctor) lookSite(ctx context.Context) {
	site, public := d.site()
	if !public {
		return
	}
	if site.Scheme != "https" {
		d.found("https", Warning, "Set --url to https://…, with --tls or a proxy: docs/installation.md", "what visitors type and read goes over the wire in the open")
		return
	}
	state, status, err := d.visit(ctx, site)
	left, soon := time.Duration(0), time.Duration(0)
	if err == nil {
		leaf := state.PeerCertificates[0]
		left, soon = leaf.NotAfter.Sub(d.clock.Now()), late(leaf)
	}
	switch {
	case err != nil:
		d.found("https", Wrong, "Does the site run, are ports 80 and 443 open in the firewall, is the certificate of this name?", "%s cannot be visited from here: %v", d.Origin(), err)
	case status != http.StatusOK:
		d.found("https", Wrong, "Look at the log of the site, and of the proxy in front of it.", "%s answers with %d", d.Origin(), status)
	case left < soon:
		d.found("https", Wrong, "Renew it. With --tls: can port 80 be reached from outside?", "the certificate ends in %s", inDays(left))
	default:
		d.good("https", "%s answers; its certificate is good for %s", d.Origin(), inDays(left))
	}
}

// lookCertificate tells what the authority refused last, when there is no newer certificate since.
func (d *doctor) lookCertificate(context.Context) {
	text, err := os.ReadFile((&House{Settings: d.Settings}).refusalFile())
	if !d.TLS || err != nil {
		return
	}
	at, says, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	d.found("certificate", Wrong, "Mend that, and restart the site; else it asks again within the hour. docs/installation.md tells what an authority must reach.",
		"the certificate authority gave no certificate at %s: %s", at, says)
}

// visit asks for /healthz over TLS.
func (d *doctor) visit(ctx context.Context, site *url.URL) (state tls.ConnectionState, status int, err error) {
	port := site.Port()
	if port == "" {
		port = "443"
	}
	direct, err := d.dial(ctx, "tcp", net.JoinHostPort(site.Hostname(), port))
	if err != nil {
		return state, 0, err
	}
	defer direct.Close()
	stop := context.AfterFunc(ctx, func() { _ = direct.Close() })
	defer stop()
	conn := tls.Client(direct, &tls.Config{ServerName: site.Hostname(), RootCAs: d.roots, MinVersion: tls.VersionTLS12, Time: d.clock.Now})
	if err := conn.HandshakeContext(ctx); err != nil {
		return state, 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.Origin()+"/healthz", nil)
	if err != nil {
		return state, 0, err
	}
	request.Close = true
	if err := request.Write(conn); err != nil {
		return state, 0, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, headerSize)), request)
	if err != nil {
		return state, 0, err
	}
	_ = answer.Body.Close()
	return conn.ConnectionState(), answer.StatusCode, nil
}
