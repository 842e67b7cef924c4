// Package fetch asks other machines for something over HTTP, and is the only door through which we do.
//
// Addresses often come from strangers: a link to import, an actor of the fediverse, a webhook. So it promises that no
// connection is ever begun to this machine, its neighbours or its provider's metadata, whatever name, redirect or change
// of mind of a DNS server led there: what is judged is the very IP address of each connection, after the name was
// resolved and before the first packet leaves (address.go). It promises as well that an answer is bounded in bytes, time
// and redirects, that no proxy of the environment is used, and that errors tell the host but not the rest of a URL, which
// may hold a secret.
package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrRefused is that the address is not one that we ask.
var ErrRefused = errors.New("refused address")

// ErrTooLarge is that the answer has more bytes than Options.MaxBytes.
var ErrTooLarge = errors.New("answer too large")

// StatusError is an answer to Get other than 200.
type StatusError struct{ Code int }

// Error implements error.
func (e *StatusError) Error() string { return "status " + strconv.Itoa(e.Code) }

// Options bound what a Client does. The zero Options are right for an address that a stranger gave.
type Options struct {
	// AllowLoopback also lets through this machine's loopback, on any port: for tests, and for a source that the host
	// named.
	AllowLoopback bool
	// AllowPrivate also lets through loopback and private networks (RFC 1918, RFC 4193, RFC 6598), on the ports that may be asked:
	// for a server that the host named and said to be its own. What providers tell machines about themselves stays closed.
	AllowPrivate bool
	// MaxBytes is how much of an answer is read, after decompression. 0 is 8 MiB.
	MaxBytes int64
	// Timeout bounds the whole exchange, reading included. 0 is twenty seconds.
	Timeout time.Duration
	// Redirects is how many are followed. 0 is five, a negative number none.
	Redirects int
	// Ports are those that may be asked. None means 80 and 443.
	Ports []int
	// UserAgent says who asks; empty for "Essaim".
	UserAgent string
	// Resolver looks names up; nil for the system's.
	Resolver *net.Resolver
	// TLS is for servers whose certificate no public authority signed; nil for the usual checks.
	TLS *tls.Config
}

// Client asks. It keeps connections for a while, and is safe for concurrent use.
type Client struct {
	options Options
	http    *http.Client
}

// maxBeginning is how long a connection may take to stand, however long the answer may then take.
const maxBeginning = 20 * time.Second

// New returns a client.
func New(options Options) *Client {
	options.MaxBytes = cmp.Or(options.MaxBytes, 8<<20)
	options.Timeout = cmp.Or(options.Timeout, 20*time.Second)
	options.Redirects = max(cmp.Or(options.Redirects, 5), 0)
	options.UserAgent = cmp.Or(options.UserAgent, "Essaim")
	if len(options.Ports) == 0 {
		options.Ports = []int{80, 443}
	}
	c := &Client{options: options}
	beginning := min(options.Timeout, maxBeginning)
	dialer := &net.Dialer{Timeout: beginning, KeepAlive: 30 * time.Second, Resolver: options.Resolver, Control: c.control}
	c.http = &http.Client{
		Timeout:       options.Timeout,
		CheckRedirect: c.redirect,
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would resolve the name in our place
			DialContext:            dialer.DialContext,
			TLSClientConfig:        options.TLS,
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    beginning,
			ResponseHeaderTimeout:  options.Timeout,
			ExpectContinueTimeout:  time.Second,
			IdleConnTimeout:        30 * time.Second,
			MaxIdleConns:           100,
			MaxIdleConnsPerHost:    4,
			MaxConnsPerHost:        32,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
	return c
}

// Close lets go of the connections that are not in use.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get asks for a URL and returns the body of the answer, which the caller closes. Reading past MaxBytes is ErrTooLarge.
// An answer other than 200 is a *StatusError, an address that we do not ask ErrRefused.
func (c *Client) Get(ctx context.Context, rawURL string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, rawURL, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w: not a URL", ErrRefused)
	}
	response, err := c.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, fmt.Errorf("fetch %s: %w", request.URL.Hostname(), &StatusError{Code: response.StatusCode})
	}
	return response.Body, nil
}

// Do sends a request, of the context that it bears, and returns the answer, whose body the caller closes. Only GET and
// HEAD follow redirects: another method gets the redirect as its answer. Reading past MaxBytes is ErrTooLarge.
func (c *Client) Do(request *http.Request) (*http.Response, error) {
	if err := c.check(request.URL); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", request.URL.Hostname(), err)
	}
	request = request.Clone(request.Context())
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", c.options.UserAgent)
	}
	response, err := c.http.Do(request) //nolint:bodyclose // the caller closes
	if err != nil {
		return nil, shorten(request.URL.Hostname(), err)
	}
	if response.ContentLength > c.options.MaxBytes {
		_ = response.Body.Close()
		return nil, fmt.Errorf("fetch %s: %w", request.URL.Hostname(), ErrTooLarge)
	}
	response.Body = &bounded{body: response.Body, left: c.options.MaxBytes}
	return response, nil
}

// shorten keeps the host of a failed request and drops path and query.
func shorten(host string, err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		if u, parsed := url.Parse(failed.URL); parsed == nil {
			host = u.Hostname()
		}
		err = failed.Err
	}
	return fmt.Errorf("fetch %s: %w", host, err)
}

// redirect implements http.Client.CheckRedirect.
func (c *Client) redirect(request *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet && first.Method != http.MethodHead {
		return http.ErrUseLastResponse
	}
	if len(via) > c.options.Redirects {
		return fmt.Errorf("%w: too many redirects", ErrRefused)
	}
	if via[len(via)-1].URL.Scheme == "https" && request.URL.Scheme != "https" {
		return fmt.Errorf("%w: from https to %s", ErrRefused, request.URL.Scheme)
	}
	return c.check(request.URL)
}

// check refuses what needs no name to be looked up: other schemes, other ports, passwords, no host.
func (c *Client) check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: only http and https", ErrRefused)
	case u.User != nil:
		return fmt.Errorf("%w: a password in the URL", ErrRefused)
	case u.Hostname() == "" || u.Opaque != "":
		return fmt.Errorf("%w: no host", ErrRefused)
	case strings.Contains(u.Hostname(), "%"):
		return fmt.Errorf("%w: an address of one link", ErrRefused)
	case disguised(u.Hostname()):
		return fmt.Errorf("%w: a number that is no address", ErrRefused)
	}
	return nil
}

// disguised tells whether a host ends in a number as an IPv4 address does but is not written as one: 2130706433, 0x7f.1,
// 0177.0.0.1, which some resolvers read as 127.0.0.1 (WHATWG URL, "ends in a number").
func disguised(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" || last[0] < '0' || last[0] > '9' {
		return false
	}
	if _, err := strconv.ParseUint(last, 0, 64); err != nil && strings.Trim(last, "0123456789") != "" {
		return false // a name such as 4chan
	}
	_, err := netip.ParseAddr(host)
	return err != nil
}

// port tells whether a port may be asked.
func (c *Client) port(port uint16) bool { return slices.Contains(c.options.Ports, int(port)) }

// bounded is a body that ends in an error after so many bytes, rather than in a silence that would pass for the end.
type bounded struct {
	body io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one byte more tells an answer that fits from one that does not
	}
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

// Close implements io.Closer.
func (b *bounded) Close() error { return b.body.Close() }
