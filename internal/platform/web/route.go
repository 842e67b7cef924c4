package web

import (
	"fmt"
	"net/http"
	"strings"

	"essaim/internal/platform/perm"
)

// Route is one line of the table of all routes.
type Route struct {
	Method string // "GET" (which answers HEAD too), "POST"…
	// Path is a pattern of http.ServeMux without method or host: "/m/{slug}", "/{$}". A page exists once per language, under
	// the language's prefix.
	Path string
	// Right is what the visitor needs. An empty right is a programmer's mistake, refused at start-up.
	Right perm.Right
	// Bond is what ties the visitor to the object that the path names, empty where the right is enough. The handler asks for it.
	Bond   perm.Bond
	Handle Handler
	// Cached says that the answer is the same for every visitor without a session, and may be kept.
	Cached bool
	// Query names the parameters that change a cached page. Others are taken away before the handler sees them.
	Query []string
	// MaxBody is how many bytes of body the route takes; 0 means DefaultMaxBody.
	MaxBody int64
	// Raw routes have no language in their path: assets, JSON, streams.
	Raw bool
	// API routes are called by programs: any origin may call them, no cookie counts, errors are RFC 9457 problems.
	API bool
	// Silent routes are not logged one by one: streams, assets, counters.
	Silent bool
}

// DefaultMaxBody is enough for every form without a file, in bytes.
const DefaultMaxBody = 64 << 10

// check refuses what would be found out too late.
func (r Route) check() error {
	switch {
	case r.Right == "":
		return fmt.Errorf("route %s %s names no right; public ones say perm.Anyone", r.Method, r.Path)
	case r.Method == "" || r.Handle == nil:
		return fmt.Errorf("route %s %s has no method or no handler", r.Method, r.Path)
	case !strings.HasPrefix(r.Path, "/"):
		return fmt.Errorf("route %s %s does not begin with /", r.Method, r.Path)
	case r.Cached && (r.Method != http.MethodGet || r.Right != perm.Anyone):
		return fmt.Errorf("route %s %s is cached, but is no GET for anyone", r.Method, r.Path)
	}
	return nil
}

// prefixes lists the language prefixes under which the route exists, with each one's language.
func (s *Server) prefixes(r Route) map[string]string {
	if r.Raw {
		return map[string]string{"": ""}
	}
	all := map[string]string{}
	for i, tag := range s.languages.Tags() {
		if i == 0 {
			all[""] = tag
			continue
		}
		all["/"+tag] = tag
	}
	return all
}
