package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/organisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// onObjects are the routes that ask the room for a right on one object beyond the right of the route, with who has it.
var onObjects = map[string][]perm.Role{
	"/organisation/{slug}/edit": {perm.RoleHost},
}

// may tells what a visitor may do by the table of roles, without asking the code that answers requests.
func may(who perm.Role, route web.Route) bool {
	if owners, ok := onObjects[route.Path]; ok && who != nobody {
		return slices.Contains(owners, who)
	}
	switch route.Right {
	case perm.Anyone, perm.Token:
		return true
	case perm.SignedIn:
		return who != nobody
	}
	return slices.Contains(who.Rights(), route.Right)
}

// TestEveryRouteIsOpenToWhomItSaysAndToNobodyElse tries each route as each visitor, in each language.
func TestEveryRouteIsOpenToWhomItSaysAndToNobodyElse(t *testing.T) {
	e := newEstate(t, engine(t))
	tried := 0
	for _, route := range e.Web.Routes() {
		if route.Right == "" {
			t.Errorf("%s %s names no right", route.Method, route.Path)
		}
		for _, who := range visitorKinds() {
			for _, prefix := range prefixes(route) {
				tried++
				e.try(route, prefix, who)
			}
		}
	}
	t.Logf("%d cells", tried)
	if tried < 300 {
		t.Errorf("only %d cells: the table is not whole", tried)
	}
}

// try compares one cell of the matrix. Each has a fresh session, for some acts end it.
func (e *estate) try(route web.Route, prefix string, who perm.Role) {
	e.t.Helper()
	path := prefix + e.path(route)
	answer := e.visit(e.visitor(who), route.Method, path)
	want := 0
	switch {
	case may(who, route):
	case who == nobody:
		want = http.StatusUnauthorized
	default:
		want = http.StatusForbidden
	}
	refused := answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden
	if want == 0 && (refused || answer.Status >= 500) || want != 0 && answer.Status != want {
		e.t.Errorf("%s %s as %s (needs %s): answered %d", route.Method, path, who, route.Right, answer.Status)
	}
	if want != 0 && len(answer.Header["Set-Cookie"]) > 0 {
		e.t.Errorf("%s %s as %s: refused, and yet a cookie was set", route.Method, path, who)
	}
}

// visit asks with an empty form where there is one. A stream is left after a moment.
func (e *estate) visit(v *webtest.Visitor, method, path string) webtest.Answer {
	e.t.Helper()
	ctx, leave := context.WithTimeout(e.t.Context(), 10*time.Second)
	defer leave()
	if strings.HasSuffix(path, ".sse") {
		ctx, leave = context.WithTimeout(ctx, 20*time.Millisecond)
		defer leave()
	}
	r := httptest.NewRequestWithContext(ctx, method, webtest.URL+path, strings.NewReader(""))
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return v.Do(r)
}

// TestWhoBelongsToAnOrganisationWritesItsPage looks at the rights on one object, which no route can name.
func TestWhoBelongsToAnOrganisationWritesItsPage(t *testing.T) {
	e := newEstate(t, engine(t))
	path := "/organisation/" + e.carrier.Slug + "/edit"
	for _, who := range []perm.Role{perm.RoleModerator, perm.RoleOrganiser} {
		v := e.visitor(who)
		if answer := v.Get(path); answer.Status != http.StatusForbidden {
			t.Errorf("%s is no member, and gets %d", who, answer.Status)
		}
		if err := e.Organised.SetMember(t.Context(), e.carrier.ID, e.people[who], organisation.Editor); err != nil {
			t.Fatal(err)
		}
		if answer := v.Get(path); answer.Status != http.StatusOK {
			t.Errorf("%s is a member, and gets %d", who, answer.Status)
		}
	}
}

// TestARightThatIsTakenAwayIsGoneAtOnce looks at a session that goes on.
func TestARightThatIsTakenAwayIsGoneAtOnce(t *testing.T) {
	e := newEstate(t, engine(t))
	v := e.visitor(perm.RoleModerator)
	path := "/moderation"
	if answer := v.Get(path); answer.Status != http.StatusOK {
		t.Fatalf("a moderator gets %d", answer.Status)
	}
	if err := e.Account.Revoke(t.Context(), "moderator@example.org", perm.RoleModerator); err != nil {
		t.Fatal(err)
	}
	if answer := v.Get(path); answer.Status != http.StatusForbidden {
		t.Errorf("who was a moderator gets %d", answer.Status)
	}
}

// TestADraftIsNobodysToSee asks for every page of a mobilisation that is not published.
func TestADraftIsNobodysToSee(t *testing.T) {
	e := newEstate(t, engine(t))
	for _, route := range e.Web.Routes() {
		if !strings.Contains(route.Path, "/{slug}") || strings.HasPrefix(route.Path, "/organisation") {
			continue
		}
		path := strings.NewReplacer("{slug}", e.draft.Slug, "{version}", "1").Replace(route.Path)
		for _, who := range []perm.Role{nobody, perm.RoleModerator} {
			if who == perm.RoleModerator && (strings.HasSuffix(path, "/preview") || strings.Contains(path, "/team")) {
				continue // whose task it is
			}
			if answer := e.visit(e.visitor(who), route.Method, path); answer.Status < 400 || strings.Contains(answer.Body, "la ligne draft") {
				t.Errorf("%s %s as %s: %d", route.Method, path, who, answer.Status)
			}
		}
	}
}

// TestNoCachedPageIsMadeForOne asks for each cached page with everything that could make it personal.
func TestNoCachedPageIsMadeForOne(t *testing.T) {
	e := newEstate(t, engine(t))
	for _, route := range e.Web.Routes() {
		if !route.Cached {
			continue
		}
		for _, prefix := range prefixes(route) {
			path := prefix + e.path(route)
			e.Web.Pages.Purge("petition:"+e.open.ID, "petitions", "organisations")
			marked := e.site.Visitor(t)
			marked.Agent, marked.Addr = "MarkedBrowser/1.0", "203.0.113.99:4000"
			marked.SetCookie("essaim_sign", "MarkedCookie")
			r := httptest.NewRequest(http.MethodGet, webtest.URL+path+"?marked=MarkedQuery&utm_source=MarkedQuery", nil)
			r.Header.Set("Referer", "https://marked.example/MarkedReferer")
			r.Header.Set("X-Forwarded-Host", "marked-host.example")
			r.Host = "marked-host.example"
			first, second := marked.Do(r), e.site.Visitor(t).Get(path)
			for _, answer := range []webtest.Answer{first, second} {
				if answer.Status != http.StatusOK || len(answer.Header["Set-Cookie"]) > 0 {
					t.Errorf("%s: %d, cookies %v", path, answer.Status, answer.Header["Set-Cookie"])
				}
				if strings.Contains(strings.ToLower(answer.Body), "marked") {
					t.Errorf("%s holds something of who asked for it", path)
				}
			}
			if first.Body != second.Body {
				t.Errorf("%s is not the same for two visitors", path)
			}
		}
	}
}
