package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"

	"essaim/internal/platform/clock"
)

// SMTP sends through a mail server. It keeps a few connections open, and is safe for concurrent use.
type SMTP struct {
	config Config
	server server
	clock  clock.Clock
	pool   *pool
}

// NewSMTP returns a sender for this server. It does not connect: a server that is away is an error of Send, not of
// starting. Close it when no more is to be sent.
func NewSMTP(config Config, c clock.Clock) (*SMTP, error) {
	server, err := parseURL(config.URL)
	if err != nil {
		return nil, err
	}
	if config.From, err = ParseAddress(config.From); err != nil {
		return nil, fmt.Errorf("mail: the sender's address: %w", err)
	}
	if config.ReplyTo != "" {
		if config.ReplyTo, err = ParseAddress(config.ReplyTo); err != nil {
			return nil, fmt.Errorf("mail: the address for answers: %w", err)
		}
	}
	if !oneLine(config.FromName) || !oneLine(config.Hello) {
		return nil, errors.New("mail: a control character in the sender's name")
	}
	config.Hello = cmp.Or(config.Hello, Domain(config.From))
	config.Timeout = cmp.Or(config.Timeout, time.Minute)
	config.Connections = cmp.Or(config.Connections, 4)
	config.MaxIdle = cmp.Or(config.MaxIdle, 20*time.Second)
	config.PerConnection = cmp.Or(config.PerConnection, 100)
	return &SMTP{config: config, server: server, clock: c, pool: newPool(config.Connections, config.MaxIdle)}, nil
}

// Close says goodbye on the connections that are not in use; the others close when their message is through.
func (s *SMTP) Close() error {
	s.pool.close()
	return nil
}

// Send sends a message, waiting for a free connection if need be. It implements Sender. When ctx ends while the server
// considers the message, nobody knows whether it was accepted: it counts as not, and the same Message-ID tells the two
// apart if it comes again.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	if err := s.pool.enter(ctx); err != nil {
		return &Error{Stage: "connect", cause: err}
	}
	defer s.pool.leave()
	if l := s.pool.take(); l != nil {
		err := s.try(ctx, l, m)
		if err == nil || !err.stale() {
			return err.orNil()
		}
	}
	l, err := s.dial(ctx)
	if err != nil {
		return err.orNil()
	}
	return s.try(ctx, l, m).orNil()
}

// stale tells whether a kept connection had died, or the server had had enough of it, before it heard of the message: a
// new one may well be better.
func (e *Error) stale() bool {
	return (e.Stage == "connect" || e.Stage == "sender") && (e.Code == 0 || e.Code == 421)
}

// orNil keeps a nil *Error from becoming an error that is not nil.
func (e *Error) orNil() error {
	if e == nil {
		return nil
	}
	return e
}

// try sends a message over one connection, then keeps the connection or closes it.
func (s *SMTP) try(ctx context.Context, l *link, m Message) *Error {
	msg, err := s.compose(m, s.clock.Now())
	if err != nil {
		s.pool.give(l)
		return &Error{Stage: "message", Permanent: true, cause: err}
	}
	stop := context.AfterFunc(ctx, l.cut)
	err = l.client.SendWithSMTPClient(l.smtp, msg)
	if l.sent++; err == nil || msg.IsDelivered() {
		if stop() && err == nil && l.sent < s.config.PerConnection {
			s.pool.give(l)
		} else {
			l.quit()
		}
		return nil
	}
	failed := failure(err)
	switch {
	case !stop():
		failed.cause, failed.Permanent = ctx.Err(), false
		l.cut()
	case failed.Code == 0 || failed.Code == 421 || l.smtp.Reset() != nil:
		l.cut()
	default:
		s.pool.give(l)
	}
	return failed
}

// dial opens a connection, greets, encrypts and signs in.
func (s *SMTP) dial(ctx context.Context) (*link, *Error) {
	limited, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	conn, err := s.connect(limited)
	if err != nil {
		return nil, &Error{Stage: "connect", cause: err}
	}
	stop := context.AfterFunc(limited, func() { _ = conn.Close() })
	defer stop()
	client, err := gomail.NewClient(s.server.host, s.options(conn)...)
	if err != nil {
		_ = conn.Close()
		return nil, &Error{Stage: "connect", cause: err}
	}
	session, err := client.DialToSMTPClientWithContext(limited)
	if err != nil {
		_ = conn.Close()
		return nil, refusal(limited, err)
	}
	return &link{client: client, smtp: session, conn: conn}, nil
}

// connect opens a connection whose budget lies below TLS, if there is TLS from the start: the library asks its type what it is.
func (s *SMTP) connect(ctx context.Context) (net.Conn, error) {
	direct, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.server.address())
	if err != nil {
		return nil, err
	}
	conn := newBudgeted(direct)
	if s.server.security != implicitTLS {
		return conn, nil
	}
	secure := tls.Client(conn, s.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

func (s *SMTP) tls() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.config.TLS != nil {
		config = s.config.TLS.Clone()
	}
	config.ServerName = cmp.Or(config.ServerName, s.server.host)
	return config
}

func (s *SMTP) options(conn net.Conn) []gomail.Option {
	options := []gomail.Option{
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }),
		gomail.WithTimeout(s.config.Timeout),
		gomail.WithHELO(s.config.Hello),
		gomail.WithTLSConfig(s.tls()),
		gomail.WithTLSPolicy(s.policy()),
		gomail.WithoutNoop(),     // a round trip for each message; a dead connection shows at the first command
		gomail.WithoutRset(),     // the end of DATA has cleared the server's buffers (RFC 5321 4.1.1.4)
		gomail.WithoutSMTPUTF8(), // every address that we write is ASCII
	}
	if s.server.user != "" {
		options = append(options, gomail.WithUsername(s.server.user), gomail.WithPassword(s.server.password),
			gomail.WithOpportunisticSMTPAuth(s.mechanisms()...))
	}
	return options
}

func (s *SMTP) policy() gomail.TLSPolicy {
	switch s.server.security {
	case startTLS:
		return gomail.TLSMandatory
	case opportunistic:
		return gomail.TLSOpportunistic
	}
	return gomail.NoTLS // none, or already there
}

// mechanisms lists how we sign in, the best first. In clear, which parseURL allows on loopback only, the library wants to
// be told twice.
func (s *SMTP) mechanisms() []gomail.SMTPAuthType {
	if s.server.encrypted() {
		return []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5}
	}
	return []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc, gomail.SMTPAuthCramMD5}
}
