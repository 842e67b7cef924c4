package mail

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"
)

// Config says through which server, and in whose name, messages are sent.
type Config struct {
	// URL is the server: "smtp://user:password@host:587", or "smtps://…" where TLS comes first (port 465). STARTTLS is
	// compulsory with smtp, but on loopback where nothing is listening between; "?tls=none" or "?tls=opportunistic" say
	// otherwise, and never with a password.
	URL string
	// From is the sender's address, FromName the name shown before it. SPF, DKIM and DMARC are of its domain.
	From, FromName string
	// ReplyTo is where answers go; empty for From.
	ReplyTo string
	// Hello is the name under which we greet the server (RFC 5321 4.1.1.1); empty for the domain of From.
	Hello string
	// Timeout bounds the making of a connection, and then the sending of one message. 0 is one minute.
	Timeout time.Duration
	// Connections is how many are open at most. 0 is four.
	Connections int
	// MaxIdle is how long a connection is kept for the next message. 0 is twenty seconds.
	MaxIdle time.Duration
	// PerConnection is how many messages one connection carries before it is renewed. 0 is one hundred.
	PerConnection int
	// TLS is for servers whose certificate no public authority signed; nil for the usual checks.
	TLS *tls.Config
}

// security says how a connection is encrypted.
type security int

const (
	clear         security = iota // not at all: loopback only, or on the host's word
	opportunistic                 // STARTTLS where the server offers it
	startTLS                      // STARTTLS or nothing
	implicitTLS                   // from the first byte
)

// server is what a URL says.
type server struct {
	host           string
	port           int
	user, password string
	security       security
}

// errURL does not repeat the URL: it may hold a password.
var errURL = errors.New("mail: the server's URL is not of the form smtp://user:password@host:587 or smtps://user:password@host")

var errClear = errors.New("mail: a password is only sent encrypted, or to this machine")

func parseURL(raw string) (server, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || (u.Path != "" && u.Path != "/") || u.Fragment != "" {
		return server{}, errURL
	}
	s := server{host: u.Hostname(), user: u.User.Username(), port: 25}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		s.security = startTLS
		if loopback(s.host) {
			s.security = clear
		}
		if s.user != "" {
			s.port = 587
		}
	case "smtps":
		s.security, s.port = implicitTLS, 465
	default:
		return server{}, errURL
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errURL
		}
	}
	return s.override(u.Query())
}

// override reads ?tls=.
func (s server) override(query url.Values) (server, error) {
	for key := range query {
		if key != "tls" {
			return server{}, errURL
		}
	}
	switch query.Get("tls") {
	case "":
	case "starttls":
		s.security = startTLS
	case "opportunistic":
		s.security = opportunistic
	case "none":
		s.security = clear
	default:
		return server{}, errURL
	}
	if s.user != "" && !s.encrypted() && !loopback(s.host) {
		return server{}, errClear
	}
	return s, nil
}

func (s server) encrypted() bool { return s.security == startTLS || s.security == implicitTLS }

func (s server) address() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// loopback tells whether a host is this machine, whose network nobody listens to.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
