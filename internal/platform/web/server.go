package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
)

// PasskeyFirst is the fault of who would have the right, once they came in with their passkey.
const PasskeyFirst = "web.passkey_first"

// Options is what a server is made of.
type Options struct {
	// URL is the address of the site as visitors type it, such as https://exemple.fr. It is trusted, the Host header is not.
	URL string
	// Languages gives the words; its first language has no prefix in the URL.
	Languages *i18n.Catalogue
	Clock     clock.Clock
	Log       *slog.Logger
	// Session finds who bears a session's cookie; nobody when it is unknown or over.
	Session func(ctx context.Context, token string) (perm.Actor, error)
	// Failure writes the page of an error. It may not fail.
	Failure func(w http.ResponseWriter, r *http.Request, status int, f *fault.Fault)
	// Decorate adds to the ctx of a page what its layout needs.
	Decorate func(ctx context.Context) context.Context
	// Observe is told of every answer that was not from memory: the route's method and pattern, the status, how long it took. Nil
	// for nobody.
	Observe func(route string, status int, took time.Duration)
}

// Server is the front door. It is an http.Handler.
type Server struct {
	Options
	Pages     *Cache
	languages *i18n.Catalogue
	https     bool
	origins   origins
	mux       *http.ServeMux
	routes    []Route
}

// New returns a server without routes.
func New(o Options) (*Server, error) {
	site, err := url.Parse(o.URL)
	if err != nil || site.Host == "" || site.Scheme != "https" && site.Scheme != "http" {
		return nil, fmt.Errorf("the site's URL %q is not like https://example.org", o.URL)
	}
	return &Server{
		Options: o, Pages: NewCache(o.Clock, o.Log), languages: o.Languages, https: site.Scheme == "https", origins: newOrigins(site),
		mux: http.NewServeMux(),
	}, nil
}

// Add puts routes into the table.
func (s *Server) Add(routes ...Route) error {
	for _, r := range routes {
		if err := r.check(); err != nil {
			return err
		}
		for prefix, lang := range s.prefixes(r) {
			s.mux.Handle(r.Method+" "+prefix+r.Path, s.enter(r, prefix, lang))
		}
		if r.API && r.Method == http.MethodPost {
			s.mux.HandleFunc("OPTIONS "+r.Path, preflight)
		}
		s.routes = append(s.routes, r)
	}
	return nil
}

// Routes lists the table.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }

// ServeHTTP answers from the cache before anything else is looked at, then by the table.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header())
	if r.URL.RawQuery == "" && r.URL.RawPath == "" && s.cacheable(r) && s.Pages.serve(w, r, r.URL.Path) {
		return
	}
	if strings.ContainsRune(r.URL.Path, 0) || !utf8.ValidString(r.URL.Path) { // no page has such a name, and PostgreSQL takes no such text
		r.URL.Path, r.URL.RawPath = "/-", ""
	}
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.astray(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// cacheable tells whether the answer may be one that everybody gets. "/" looks at the language that the browser prefers. Who
// bears a session's cookie is looked at first.
func (s *Server) cacheable(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.Path == "/" {
		return false
	}
	return strings.IndexByte(r.URL.Path, 0) < 0 && !s.bearsSession(r)
}

// enter is the way of a request into a route's handler.
func (s *Server) enter(route Route, prefix, lang string) http.HandlerFunc {
	own := lang
	if own == "" {
		own = s.languages.Tags()[0]
	}
	return func(w http.ResponseWriter, r *http.Request) {
		began, lang := s.Clock.Now(), own
		if accept := r.Header.Get("Accept-Language"); route.API && accept != "" {
			lang = s.languages.Match(accept)
		}
		locale, _ := s.languages.Locale(lang)
		info := &Info{Locale: locale, Path: pathWithout(prefix, r.URL.Path), Prefix: prefix, Route: route.Method + " " + route.Path, https: s.https}
		r = r.WithContext(s.context(r.Context(), info))
		if route.API {
			anyOrigin(w.Header())
		}
		out := &recorder{ResponseWriter: w}
		err := s.pass(out, r, route, info)
		if err != nil {
			s.fail(out, r, route, err)
		} else {
			err = info.failure
		}
		s.note(out, route, err, s.Clock.Now().Sub(began))
	}
}

// pathWithout is a path without its language, as a link writes it. Whatever was asked for, it leads to a page of this site:
// "//elsewhere.example" would not.
func pathWithout(prefix, path string) string {
	path = strings.TrimLeft(strings.TrimPrefix(path, prefix), "/")
	return (&url.URL{Path: "/" + path}).EscapedPath()
}

func (s *Server) context(ctx context.Context, info *Info) context.Context {
	ctx = i18n.With(WithInfo(ctx, info), info.Locale)
	if s.Decorate != nil {
		ctx = s.Decorate(ctx)
	}
	return ctx
}

// pass checks origin, session and right, then runs the handler, through the cache where the route allows it.
func (s *Server) pass(w *recorder, r *http.Request, route Route, info *Info) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	if !route.API {
		if err := s.origins.check(r); err != nil {
			return err
		}
		if err := s.identify(r, info); err != nil {
			return err
		}
		if route.Cached && !info.Actor.SignedIn() { // also who bears a cookie that we do not know: it must not cost a page
			return s.cachedPage(w, r, route, info)
		}
		// The layout shows who is signed in, so the ctx is made again now that it is known.
		r = r.WithContext(s.context(r.Context(), info))
	}
	if !info.Actor.May(route.Right) {
		if info.Actor.Awaits(route.Right) {
			return fault.New(fault.Forbidden, PasskeyFirst)
		}
		if info.Actor.SignedIn() {
			return fault.New(fault.Forbidden, "web.forbidden")
		}
		return fault.New(fault.Unsigned, "web.sign_in_first")
	}
	limit := route.MaxBody
	if limit == 0 {
		limit = DefaultMaxBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "private, no-store")
	}
	return route.Handle(w, r)
}

func (s *Server) identify(r *http.Request, info *Info) error {
	token := CookieValue(r, SessionCookie)
	if token == "" || s.Session == nil {
		return nil
	}
	actor, err := s.Session(r.Context(), token)
	info.Actor = actor
	return err
}

// cachedPage answers a cached route: from memory, or by rendering once for all who ask now.
func (s *Server) cachedPage(w *recorder, r *http.Request, route Route, info *Info) error {
	if s.preferred(w, r, route, info) || canonical(w, r) {
		return nil
	}
	keepQuery(r, route.Query)
	key := r.URL.Path
	if r.URL.RawQuery != "" {
		key += "\x00" + r.URL.RawQuery // no path that comes here holds this byte, so that none can pass for another page's
	}
	return s.Pages.page(w, r, key, func() (*entry, error) {
		page := &buffer{header: http.Header{}}
		// Whoever asked first may go away; the page is made for all.
		alone, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Second)
		defer cancel()
		if err := route.Handle(page, forAll(alone, r)); err != nil {
			return nil, err
		}
		if page.status != 0 && page.status != http.StatusOK {
			return nil, fmt.Errorf("cached route %s answered %d", route.Path, page.status)
		}
		return newEntry(s.Clock, page.header, info.tags, page.body.Bytes()), nil
	})
}

// forAll is the request for a page that everybody gets: it tells the handler nothing of who came first.
func forAll(ctx context.Context, r *http.Request) *http.Request {
	r = r.Clone(ctx)
	r.Method, r.Header, r.Trailer = http.MethodGet, http.Header{}, nil
	r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
	r.RemoteAddr, r.Host, r.RequestURI, r.TLS = "", "", "", nil
	r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	return r
}

// preferred sends a visitor who comes to "/" from elsewhere to the language that the browser asks for. Whoever chose the
// language on our own pages stays.
func (s *Server) preferred(w http.ResponseWriter, r *http.Request, route Route, info *Info) bool {
	accept := r.Header.Get("Accept-Language")
	if route.Path != "/{$}" || info.Prefix != "" || accept == "" {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if site == "same-origin" || site == "" && strings.HasPrefix(r.Header.Get("Referer"), s.URL) {
		return false
	}
	tag := s.languages.Match(accept)
	if tag == s.languages.Tags()[0] {
		return false
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", "/"+tag+"/")
	w.WriteHeader(http.StatusFound)
	return true
}

// canonical sends a path that is written in a roundabout way (%6D for m) to the one that is kept: otherwise every spelling
// would be a page of its own.
func canonical(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.RawPath == "" {
		return false
	}
	path := (&url.URL{Path: r.URL.Path}).EscapedPath()
	if strings.HasPrefix(path, "//") {
		path = "/"
	}
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusMovedPermanently)
	return true
}

// keepQuery takes away every parameter that the page does not know, so that they cannot fill the cache.
func keepQuery(r *http.Request, names []string) {
	if r.URL.RawQuery == "" {
		return
	}
	had, kept := r.URL.Query(), url.Values{}
	for _, name := range names {
		if v := had.Get(name); v != "" && len(v) <= 100 {
			kept.Set(name, v)
		}
	}
	r.URL.RawQuery = kept.Encode()
}

// note writes one line for the log. No path, no address: a path may hold a token, an address is personal. All who wait for a
// page that cannot be made have the same to tell.
func (s *Server) note(w *recorder, route Route, err error, took time.Duration) {
	status := w.status
	if status == 0 {
		status = http.StatusOK
	}
	name := route.Method + " " + route.Path
	if s.Observe != nil {
		s.Observe(name, status, took)
	}
	if ours(err) && (!route.Cached || s.Pages.mayTell(name)) {
		s.Log.Error("request failed", "route", name, "status", status, "error", err)
		return
	}
	if !route.Silent {
		s.Log.Debug("request", "route", name, "status", status, "took", took)
	}
}
