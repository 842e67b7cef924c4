package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"unicode/utf8"

	"essaim/internal/platform/fault"
)

// Upload is a form with a file.
type Upload struct {
	Form
	File *os.File // nil when none was chosen; holds at most as much as was asked for, and one byte
	Size int64    // bytes that were sent
	read int      // bytes of answers
}

// Close lets go of the file.
func (u Upload) Close() {
	if u.File != nil {
		_ = u.File.Close() // it was only read
	}
}

// ReadUpload reads a form whose field of this name is a file, into what spool gives, so that a slow sender costs no memory. It
// keeps max bytes of it: the answers behind a file that is too large are read too, and come back with the form. A form without
// files is read as ReadForm does. The route's MaxBody bounds the whole.
func ReadUpload(r *http.Request, name string, max int64, spool func() (*os.File, error)) (u Upload, err error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		r.Body = http.MaxBytesReader(nil, r.Body, maxPlainForm)
		u.Form, err = ReadForm(r)
		return u, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return u, fault.New(fault.Malformed, "web.form_unreadable")
	}
	u.values = url.Values{}
	defer func() {
		if err != nil {
			u.Close()
		}
	}()
	for range maxFields {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return u, nil
		}
		if err != nil {
			return u, bodyFault(err)
		}
		if err := u.take(part, name, max, spool); err != nil {
			return u, err
		}
	}
	return u, fault.New(fault.Malformed, "web.form_unreadable")
}

// maxPlainForm is what a form without a file may send where one with a file would be taken.
const maxPlainForm = 256 << 10

// maxAnswers is what all answers beside a file may weigh, in bytes: they are kept in memory.
const maxAnswers = 1 << 20

// take reads one part: an answer, the file, or another file, which nobody asked for.
func (u *Upload) take(part *multipart.Part, name string, max int64, spool func() (*os.File, error)) error {
	field := part.FormName()
	switch {
	case part.FileName() == "" && field != name:
		return u.answer(part, field)
	case field != name || u.File != nil:
		_, err := io.Copy(io.Discard, part)
		return orBroken(err)
	}
	file, err := spool()
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "web.unavailable")
	}
	kept, err := io.Copy(file, io.LimitReader(part, max+1))
	u.File, u.Size = file, kept
	if err != nil {
		if _, full := errors.AsType[*os.PathError](err); full {
			return fault.Wrap(err, fault.Unavailable, "web.unavailable")
		}
		return bodyFault(err)
	}
	rest, err := io.Copy(io.Discard, part)
	u.Size += rest
	if u.Size == 0 && part.FileName() == "" { // what a browser sends when no file was chosen
		u.Close()
		u.File = nil
	}
	return orBroken(err)
}

func (u *Upload) answer(part io.Reader, field string) error {
	answer, err := io.ReadAll(io.LimitReader(part, maxValue+1))
	if err != nil {
		return bodyFault(err)
	}
	u.read += len(field) + len(answer)
	if !utf8.ValidString(field) || !utf8.Valid(answer) || len(answer) > maxValue || u.read > maxAnswers {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	u.values.Add(field, string(answer))
	return nil
}

func orBroken(err error) error {
	if err == nil {
		return nil
	}
	return bodyFault(err)
}
