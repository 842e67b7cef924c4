// Package mailtest is a mail server on loopback for tests: it keeps what it is sent and misbehaves when it is told to.
//
// It promises to speak SMTP well enough for any client (go-smtp does), to answer at each stage what On asked for, and to
// keep at most Limit messages. New starts one for the length of a test; Start and Close are for drills that outlive one.
// What it received is read by Received (received.go).
package mailtest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Limit is how many messages a server keeps; older ones make room, and are still counted.
const Limit = 50_000

// Stage is a moment of the conversation at which a server can misbehave.
type Stage int

// The stages, in order.
const (
	Hello  Stage = iota // EHLO
	Mail                // MAIL FROM
	Rcpt                // RCPT TO
	Data                // in the middle of the message, nothing kept
	Accept              // the message is kept, the answer not yet given
)

// Reply is what the server does at a stage instead of accepting.
type Reply struct {
	// Code refuses, such as 450 or 550; 0 does not.
	Code int
	// Status is the enhanced status of the refusal, such as "5.1.1"; empty for X.0.0.
	Status string
	// Wait is how long the server thinks first.
	Wait time.Duration
	// Drop cuts the connection instead of answering.
	Drop bool
	// Times is how often; 0 is for ever.
	Times int
	// To is the only recipient for whom it does so; empty for all. From Rcpt on.
	To string
}

// Options are what a server offers.
type Options struct {
	// StartTLS offers STARTTLS, ImplicitTLS begins with TLS; both with a certificate that only ClientTLS trusts.
	StartTLS, ImplicitTLS bool
	// User and Password, when set, must be given (AUTH PLAIN).
	User, Password string
}

// Server is a mail server on loopback.
type Server struct {
	options Options
	address string
	cert    certificate
	close   context.CancelFunc
	closed  context.Context //nolint:containedctx // ends what the server waits for when it stops

	mu          sync.Mutex
	smtp        *smtp.Server
	listener    net.Listener
	done        chan struct{}
	script      map[Stage][]Reply
	received    []Received
	count       int
	connections int // since the start
	open        int // now
}

// New starts a server that stops with the test.
func New(t testing.TB, options Options) *Server {
	t.Helper()
	s, err := Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server on a free port of 127.0.0.1.
func Start(options Options) (*Server, error) {
	s := &Server{options: options, address: "127.0.0.1:0", script: map[Stage][]Reply{}}
	s.closed, s.close = context.WithCancel(context.Background())
	var err error
	if s.cert, err = newCertificate(); err != nil {
		return nil, fmt.Errorf("mailtest: %w", err)
	}
	if err := s.Up(); err != nil {
		return nil, err
	}
	return s, nil
}

// Up makes a server that is down listen again, on the port it had.
func (s *Server) Up() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.address)
	if err != nil {
		return fmt.Errorf("mailtest: %w", err)
	}
	listener = &counter{Listener: listener, server: s}
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain = "localhost"
	server.AllowInsecureAuth = true
	server.MaxMessageBytes = 4 << 20
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = log.New(io.Discard, "", 0)
	if s.options.StartTLS {
		server.TLSConfig = s.cert.server
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address, s.smtp, s.listener, s.done = listener.Addr().String(), server, listener, make(chan struct{})
	if s.options.ImplicitTLS {
		listener = tls.NewListener(listener, s.cert.server)
	}
	go func(done chan struct{}) {
		defer close(done)
		_ = server.Serve(listener)
	}(s.done)
	return nil
}

// Down stops listening and cuts every connection. Messages are kept.
func (s *Server) Down() {
	s.mu.Lock()
	server, listener, done := s.smtp, s.listener, s.done
	s.smtp = nil
	s.mu.Unlock()
	if server == nil {
		return
	}
	_ = server.Close()
	_ = listener.Close() // which the server may not have seen yet
	<-done
}

// Close stops the server for good.
func (s *Server) Close() {
	s.close()
	s.Down()
}

// Address returns host and port.
func (s *Server) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// URL returns the server's URL for mail.Config.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.Address()}
	if s.options.User != "" {
		u.User = url.UserPassword(s.options.User, s.options.Password)
	}
	switch {
	case s.options.ImplicitTLS:
		u.Scheme = "smtps"
	case s.options.StartTLS:
		u.RawQuery = "tls=starttls"
	}
	return u.String()
}

// ClientTLS returns the settings of a client that trusts the server's certificate.
func (s *Server) ClientTLS() *tls.Config { return s.cert.client }

// On makes the server misbehave at a stage. Replies of one stage are used up in the order in which they were given.
func (s *Server) On(stage Stage, replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script[stage] = append(s.script[stage], replies...)
}

// Behave forgets every On.
func (s *Server) Behave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.script)
}

// next returns what to do at a stage for these recipients, and whether there is anything to do.
func (s *Server) next(stage Stage, to []string) (Reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	replies := s.script[stage]
	for i, r := range replies {
		if r.To != "" && (len(to) == 0 || to[len(to)-1] != r.To) {
			continue
		}
		if r.Times > 0 {
			if replies[i].Times--; replies[i].Times == 0 {
				s.script[stage] = append(replies[:i:i], replies[i+1:]...)
			}
		}
		return r, true
	}
	return Reply{}, false
}

var errDropped = errors.New("dropped")

// act does what the script says at a stage. It returns what the server answers, nil to accept.
func (s *Server) act(stage Stage, to []string, conn *smtp.Conn) error {
	reply, ok := s.next(stage, to)
	if !ok {
		return nil
	}
	if reply.Wait > 0 {
		select {
		case <-time.After(reply.Wait):
		case <-s.closed.Done():
		}
	}
	if reply.Drop {
		_ = conn.Conn().Close()
		return errDropped
	}
	if reply.Code == 0 {
		return nil
	}
	return refusal(reply)
}

func refusal(r Reply) error {
	status := smtp.EnhancedCode{r.Code / 100, 0, 0}
	if r.Status != "" {
		_, _ = fmt.Sscanf(r.Status, "%d.%d.%d", &status[0], &status[1], &status[2])
	}
	return &smtp.SMTPError{Code: r.Code, EnhancedCode: status, Message: "as the test asked"}
}
