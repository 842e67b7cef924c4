// Package fault carries what went wrong in two voices: words for the visitor, and the full cause for the log.
//
// A fault is a kind, which decides the HTTP status, and the key of a message in the .po files. An error that is no fault is
// unknown: it is logged once, and the visitor sees a calm page that says nothing of SQL, paths or addresses.
package fault

import (
	"errors"
	"fmt"
	"net/http"
)

// Kind says whose turn it is to act.
type Kind int

// The kinds, with the HTTP status that each becomes.
const (
	Internal     Kind = http.StatusInternalServerError   // unknown: never made by New
	Malformed    Kind = http.StatusBadRequest            // bytes that are no request: broken encoding, unreadable form
	Unsigned     Kind = http.StatusUnauthorized          // sign in first
	Forbidden    Kind = http.StatusForbidden             // signed in, without the right
	NotFound     Kind = http.StatusNotFound              //
	Conflict     Kind = http.StatusConflict              // the thing has changed, or is there already
	Gone         Kind = http.StatusGone                  // was here, and is no more
	TooLarge     Kind = http.StatusRequestEntityTooLarge // more bytes than the route takes
	Unsupported  Kind = http.StatusUnsupportedMediaType  // a body of another type
	Invalid      Kind = http.StatusUnprocessableEntity   // fields to correct
	TooMany      Kind = http.StatusTooManyRequests       // wait, then again
	Unavailable  Kind = http.StatusServiceUnavailable    // our turn: disk full, database away
	MethodUnfit  Kind = http.StatusMethodNotAllowed      //
	TooSlow      Kind = http.StatusRequestTimeout        //
	HeadersLarge Kind = http.StatusRequestHeaderFieldsTooLarge
)

// Fault is an error with words for the visitor.
type Fault struct {
	Kind   Kind
	Key    string  // of the message in the .po files, such as "mobilisation.closed"
	Args   []any   // name, value, name, value… for the message's placeholders
	Fields []Field // of a form, in the order in which they stand there
	cause  error
}

// Field is one answer of a form that has to be corrected.
type Field struct {
	Name string // of the input
	Key  string // of the message
	Args []any
}

// New returns a fault whose words are the message key, filled with args (name, value, name, value…).
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args}
}

// Wrap returns a fault like New that keeps its cause for the log.
func Wrap(cause error, kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args, cause: cause}
}

// InvalidForm returns the fault of a form with these fields to correct.
func InvalidForm(fields ...Field) *Fault {
	return &Fault{Kind: Invalid, Key: "fault.invalid", Fields: fields}
}

// Error is for the log, never for a visitor.
func (f *Fault) Error() string {
	text := fmt.Sprintf("%d %s", int(f.Kind), f.Key)
	for _, field := range f.Fields {
		text += fmt.Sprintf(" (%s: %s)", field.Name, field.Key)
	}
	if f.cause != nil {
		text += ": " + f.cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.cause }

// KindOf returns the kind of the first fault in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Kind
	}
	return Internal
}

// Is tells whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
