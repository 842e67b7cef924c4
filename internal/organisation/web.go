package organisation

import (
	"context"
	"errors"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// formBody is enough for a page's text in any script, in bytes.
const formBody = 256 << 10

func (r *Room) routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/organisation", Right: perm.Anyone, Handle: r.showList, Cached: true, Query: []string{"after"}},
		{Method: "GET", Path: "/organisation/new", Right: perm.Organise, Handle: r.showNew},
		{Method: "POST", Path: "/organisation/new", Right: perm.Organise, Handle: r.create, MaxBody: formBody},
		{Method: "GET", Path: "/organisation/{slug}", Right: perm.Anyone, Handle: r.show, Cached: true},
		{Method: "GET", Path: "/organisation/{slug}/edit", Right: perm.SignedIn, Bond: perm.Member, Handle: r.showEdit},
		{Method: "POST", Path: "/organisation/{slug}/edit", Right: perm.SignedIn, Bond: perm.Member, Handle: r.edit, MaxBody: formBody},
	}
}

// toCorrect returns the fault when err is one whose form comes back to be corrected.
func toCorrect(err error) (*fault.Fault, bool) {
	f, ok := errors.AsType[*fault.Fault](err)
	return f, ok && len(f.Fields) > 0
}

func tr(ctx context.Context, key string, args ...any) string { return i18n.From(ctx).T(key, args...) }
