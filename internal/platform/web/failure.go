package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/storage"
)

// fail turns an error into an answer.
func (s *Server) fail(w *recorder, r *http.Request, route Route, err error) {
	if w.status != 0 {
		return // the answer has begun: nothing can be added
	}
	f := asFault(err)
	// A body that breaks off ends the request's ctx; its sender may still read what went wrong.
	r = r.WithContext(context.WithoutCancel(r.Context()))
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Del("Content-Length")
	if comesBack(f) {
		header.Set("Retry-After", retryAfter)
	}
	if f.Kind == fault.TooLarge || f.Kind == fault.TooSlow {
		header.Set("Connection", "close")
	}
	if route.API {
		WriteProblem(w, r, f)
		return
	}
	s.Failure(w, r, int(f.Kind), f)
}

// retryAfter is in how many seconds who was sent away may come again.
const retryAfter = "10"

// comesBack tells whether the same request may succeed later.
func comesBack(f *fault.Fault) bool { return f.Kind == fault.Unavailable || f.Kind == fault.TooMany }

// ours tells whether an error is to be logged: it is unknown, or we are unavailable for a cause that the host can mend.
func ours(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	f := asFault(err)
	return f.Kind == fault.Internal || f.Kind == fault.Unavailable && f.Unwrap() != nil
}

// asFault returns the fault in err's chain, or the one that says nothing. What took too long is worth another try.
func asFault(err error) *fault.Fault {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Unavailable, "web.busy")
	}
	if storage.Unavailable(err) {
		return fault.Wrap(err, fault.Unavailable, "web.unavailable")
	}
	return fault.Wrap(err, fault.Internal, "web.internal")
}

// Problem is an error as programs read it (RFC 9457).
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Errors []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one field to correct.
type ProblemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"` // stable, such as "mobilisation.email_missing"
	Detail string `json:"detail"`
}

// ProblemOf tells a fault to a program, in a language.
func ProblemOf(l *i18n.Locale, f *fault.Fault) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(int(f.Kind)), Status: int(f.Kind), Detail: l.T(f.Key, f.Args...)}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{Field: field.Name, Code: field.Key, Detail: l.T(field.Key, field.Args...)})
	}
	return p
}

// WriteProblem answers with a problem document.
func WriteProblem(w http.ResponseWriter, r *http.Request, f *fault.Fault) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(int(f.Kind))
	_ = json.NewEncoder(w).Encode(ProblemOf(i18n.From(r.Context()), f)) // the caller has gone: nothing to do
}

// astray answers a request that no route takes: a page that helps, the right method, or the same page without its last slash.
func (s *Server) astray(w http.ResponseWriter, r *http.Request) {
	out := &recorder{ResponseWriter: w}
	lang, prefix := s.languageOf(r.URL.Path)
	locale, _ := s.languages.Locale(lang)
	info := &Info{Locale: locale, Path: pathWithout(prefix, r.URL.Path), Prefix: prefix}
	r = r.WithContext(s.context(r.Context(), info))
	refused := &buffer{header: http.Header{}}
	handler, _ := s.mux.Handler(r)
	handler.ServeHTTP(refused, r)
	switch {
	case refused.status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", refused.header.Get("Allow"))
		s.fail(out, r, astrayRoute(info.Path), fault.New(fault.MethodUnfit, "web.method"))
	case s.withoutSlash(out, r):
	default:
		s.fail(out, r, astrayRoute(info.Path), fault.New(fault.NotFound, "web.not_found"))
	}
}

func astrayRoute(path string) Route { return Route{API: strings.HasPrefix(path, "/api/")} }

// languageOf reads the language from a path that no route knows.
func (s *Server) languageOf(path string) (lang, prefix string) {
	tags := s.languages.Tags()
	for _, tag := range tags[1:] {
		if path == "/"+tag || strings.HasPrefix(path, "/"+tag+"/") {
			return tag, "/" + tag
		}
	}
	return tags[0], ""
}

// withoutSlash sends /m/rail/ to /m/rail, and /en to /en/, where there is such a page.
func (s *Server) withoutSlash(w http.ResponseWriter, r *http.Request) bool {
	path := strings.TrimSuffix(r.URL.Path, "/")
	if path == r.URL.Path {
		path += "/"
	}
	if len(path) < 2 || path[1] == '/' || path[1] == '\\' || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	other := r.Clone(r.Context())
	other.URL.Path = path
	other.URL.RawPath = ""
	if _, pattern := s.mux.Handler(other); pattern == "" {
		return false
	}
	w.Header().Set("Location", other.URL.EscapedPath())
	w.WriteHeader(http.StatusMovedPermanently)
	return true
}
