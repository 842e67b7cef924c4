package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
)

const (
	maxFields = 200       // in one form
	maxValue  = 512 << 10 // bytes of one answer before it is cleaned; a route that takes less says so with MaxBody
)

// Form is what a person typed. Its methods clean: control and bidirectional characters are gone, spaces are folded.
type Form struct{ values url.Values }

// ReadForm reads a form of type application/x-www-form-urlencoded. What cannot be read is a fault with words: too large, of
// another type, not UTF-8.
func ReadForm(r *http.Request) (Form, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return Form{}, fault.New(fault.Unsupported, "web.form_type")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return Form{}, bodyFault(err)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil || len(values) > maxFields {
		return Form{}, fault.New(fault.Malformed, "web.form_unreadable")
	}
	for name, answers := range values {
		if !utf8.ValidString(name) || len(answers) > maxFields {
			return Form{}, fault.New(fault.Malformed, "web.form_unreadable")
		}
		for _, answer := range answers {
			if !utf8.ValidString(answer) || len(answer) > maxValue {
				return Form{}, fault.New(fault.Malformed, "web.form_unreadable")
			}
		}
	}
	return Form{values}, nil
}

// bodyFault tells a body that is too large or too slow from one that broke off.
func bodyFault(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.New(fault.TooLarge, "web.too_large")
	}
	if isTimeout(err) {
		return fault.Wrap(err, fault.TooSlow, "web.too_slow")
	}
	return fault.Wrap(err, fault.Malformed, "web.form_unreadable")
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && timeout.Timeout()
}

// Line returns a one-line answer, cleaned.
func (f Form) Line(name string) string { return prose.Line(f.values.Get(name)) }

// Text returns an answer of several lines, cleaned.
func (f Form) Text(name string) string { return prose.Text(f.values.Get(name)) }

// Raw returns an answer as it came: for tokens, which are compared and never shown.
func (f Form) Raw(name string) string { return f.values.Get(name) }

// Ticked tells whether a box was ticked.
func (f Form) Ticked(name string) bool { return f.values.Get(name) != "" }

// Values gives every answer of a name, cleaned.
func (f Form) Values(name string) []string {
	all := make([]string, 0, len(f.values[name]))
	for _, v := range f.values[name] {
		all = append(all, prose.Line(v))
	}
	return all
}

// FormOf makes a form from pairs name, value, …: for tests and for acts that come from elsewhere than a page.
func FormOf(pairs ...string) Form {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return Form{values}
}

// CleanQuery returns one parameter of the query, cleaned and cut to max bytes at a letter's edge.
func CleanQuery(r *http.Request, name string, max int) string {
	value := r.URL.Query().Get(name)
	if len(value) > max {
		value = strings.ToValidUTF8(value[:max], "")
	}
	return prose.Line(strings.ToValidUTF8(value, ""))
}
