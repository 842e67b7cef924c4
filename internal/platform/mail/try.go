package mail

import "context"

// Try goes as far with the server as one can without sending: greeting, encryption, signing in, and whether it takes mail from
// our sender. An error is an *Error, of the stage "connect" or "sender".
func (s *SMTP) Try(ctx context.Context) error {
	if err := s.pool.enter(ctx); err != nil {
		return &Error{Stage: "connect", cause: err}
	}
	defer s.pool.leave()
	l, failed := s.dial(ctx)
	if failed != nil {
		return failed
	}
	defer l.quit()
	stop := context.AfterFunc(ctx, l.cut)
	defer stop()
	if err := l.smtp.Mail("<" + s.config.From + ">"); err != nil {
		refused := refusal(ctx, err)
		refused.Stage = "sender"
		return refused
	}
	return nil
}

// Server returns the host and the port that messages are handed to.
func (s *SMTP) Server() (host string, port int) { return s.server.host, s.server.port }
