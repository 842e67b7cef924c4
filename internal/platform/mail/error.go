package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"

	gomail "github.com/wneessen/go-mail"
)

// Error says why a message was not accepted. It holds no address, no subject and none of the server's words, which often
// repeat them.
type Error struct {
	// Stage is where it stopped: "message" (refused here), "connect", "sender", "recipient" or "content".
	Stage string
	// Code is the server's reply, such as 450 (RFC 5321 4.2); 0 when it gave none.
	Code int
	// Status is the enhanced status, such as "5.1.1" (RFC 3463); empty when there is none.
	Status string
	// Permanent tells that trying this message again cannot help.
	Permanent bool

	cause error
}

// Error is for the log.
func (e *Error) Error() string {
	text := "mail: " + e.Stage
	if e.Code != 0 {
		text += " " + strconv.Itoa(e.Code)
	}
	if e.Status != "" {
		text += " " + e.Status
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the cause, such as the error of a connection or of the context.
func (e *Error) Unwrap() error { return e.cause }

// Permanent tells whether trying the same message again cannot help. An error that is not of this package may pass.
func Permanent(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Permanent
}

var errMalformed = errors.New("malformed")

func malformed(field string) error {
	return &Error{Stage: "message", Permanent: true, cause: fmt.Errorf("%s: %w", field, errMalformed)}
}

var errLost = errors.New("connection lost")

// failure reads what the library says of a failed attempt.
func failure(err error) *Error {
	sent, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return &Error{Stage: "connect", cause: errLost}
	}
	e := &Error{Stage: stage(sent.Reason), Code: sent.ErrorCode(), Status: sent.EnhancedStatusCode()}
	if e.Code == 0 {
		e.cause = errLost
	}
	e.Permanent = hopeless(e)
	return e
}

func stage(reason gomail.SendErrReason) string {
	switch reason {
	case gomail.ErrSMTPMailFrom, gomail.ErrGetSender:
		return "sender"
	case gomail.ErrSMTPRcptTo, gomail.ErrGetRcpts:
		return "recipient"
	case gomail.ErrSMTPData, gomail.ErrWriteContent, gomail.ErrSMTPDataClose, gomail.ErrNoUnencoded:
		return "content"
	default:
		return "connect"
	}
}

// refusal reads why no connection was made: the server's code but none of its words.
func refusal(ctx context.Context, err error) *Error {
	e := &Error{Stage: "connect", cause: err}
	reply, refused := errors.AsType[*textproto.Error](err)
	switch {
	case ctx.Err() != nil:
		e.cause = ctx.Err()
	case refused:
		e.Code, e.cause = reply.Code, nil
	case errors.Is(err, io.EOF):
		e.cause = errLost
	}
	return e
}

// hopeless tells a recipient or a message that will never be accepted (5yz, RFC 5321 4.2.1) from a server that is not
// ready for us: a sign-in that it wants, a policy against our address or our sender (X.7.Z, RFC 3463 3.8). The latter is
// for the host to mend, and no letter may be lost meanwhile.
func hopeless(e *Error) bool {
	if e.Code < 500 || (e.Stage != "recipient" && e.Stage != "content") {
		return false
	}
	switch e.Code {
	case 502, 503, 530, 534, 535, 538:
		return false
	}
	return len(e.Status) < 3 || e.Status[2] != '7'
}
