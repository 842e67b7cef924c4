package app_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/app/demo"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// estate is a whole house in this process, furnished with one of everything, that visitors enter without a network.
type estate struct {
	*app.House
	t        testing.TB
	site     *webtest.Site
	log      *logBook
	mails    *mail.Captured
	open     *mobilisation.Petition
	draft    *mobilisation.Petition
	carrier  organisation.Profile
	confirm  [2]string // id and token of a signature that waits
	withdraw [2]string
	people   map[perm.Role]string // id by role
}

// nobody and known are visitors without a role: without a session, and with one.
const (
	nobody perm.Role = "nobody"
	known  perm.Role = "known"
)

// visitorKinds are all who may come.
func visitorKinds() []perm.Role { return append([]perm.Role{nobody, known}, perm.Roles()...) }

// newEstate furnishes a house whose guard lets everybody pass.
func newEstate(t testing.TB, o storage.Options) *estate {
	t.Helper()
	return furnish(t, o, false)
}

// furnish makes an estate, with or without the guard that a public site has.
func furnish(t testing.TB, o storage.Options, guarded bool) *estate {
	t.Helper()
	s := apptest.Settings(t, o, webtest.URL)
	s.GuardOff = !guarded
	e := &estate{t: t, log: &logBook{}, mails: mail.NewCaptured(clock.System(), 1000), people: map[perm.Role]string{}}
	e.House = apptest.Build(t, s, app.Options{Mail: e.mails, Log: slog.New(slog.NewTextHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	e.site = &webtest.Site{Server: e.Web}
	e.carrier = apptest.Carrier(t, e.House)
	e.open = apptest.Publish(t, e.House, apptest.Slug, e.carrier.ID)
	e.draft = apptest.Draft(t, e.House, "draft", e.carrier.ID)
	closed := apptest.Publish(t, e.House, "closed", e.carrier.ID)
	if err := e.Petitions.End(t.Context(), closed.ID, mobilisation.Closed, map[string]string{"fr": "Merci."}); err != nil {
		t.Fatal(err)
	}
	if err := e.Front.SetNotice(t.Context(), demo.Notice(), ""); err != nil {
		t.Fatal(err)
	}
	e.leaveLinks()
	for _, role := range visitorKinds()[1:] {
		e.enter(role)
	}
	people, err := e.Account.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		kind, _, _ := strings.Cut(p.Email, "@")
		e.people[perm.Role(kind)] = p.ID
	}
	return e
}

// engine gives an empty SQLite database: what is tried with estates does not depend on the engine.
func engine(t testing.TB) storage.Options { return storagetest.SQLite(t) }

// leaveLinks has somebody sign, and keeps the links of the mail.
func (e *estate) leaveLinks() {
	e.t.Helper()
	v := e.visitor(nobody)
	answer := v.Post("/m/"+e.open.Slug+"/sign", "given_name", "Ada", "family_name", "Martin", "email", "ada@example.org", "postal_code", "01000")
	if answer.Status != http.StatusSeeOther {
		e.t.Fatalf("Ada cannot sign: %d\n%s", answer.Status, answer.Body)
	}
	letter := e.letter("ada@example.org")
	parts := strings.Split(letter.Confirm, "/")
	e.confirm = [2]string(parts[len(parts)-2:])
	parts = strings.Split(letter.Withdraw, "/")
	e.withdraw = [2]string(parts[len(parts)-2:])
}

// letter waits for the latest mail to an address.
func (e *estate) letter(address string) apptest.Letter {
	e.t.Helper()
	var letter apptest.Letter
	apptest.Within(e.t, backWithin, "a mail to "+address, func() bool {
		for _, m := range e.mails.All() {
			if strings.EqualFold(m.To, address) {
				letter = apptest.ReadLetter(m.To, m.MessageID, m.Subject, m.Text)
				return true
			}
		}
		return false
	})
	return letter
}

// visitor is a new browser of somebody who is signed in, or nobody.
func (e *estate) visitor(kind perm.Role) *webtest.Visitor {
	e.t.Helper()
	if kind == nobody {
		return e.site.Visitor(e.t)
	}
	return e.enter(kind)
}

// enter signs somebody of a kind in, through the door that everybody takes.
func (e *estate) enter(kind perm.Role) *webtest.Visitor {
	e.t.Helper()
	address, role := string(kind)+"@example.org", kind
	if kind == known {
		role = perm.RoleOrganiser
	}
	link, err := e.Account.Add(e.t.Context(), address, role)
	if err != nil {
		e.t.Fatal(err)
	}
	v := e.site.Visitor(e.t)
	if answer := v.Post(link); answer.Status != http.StatusSeeOther || v.Cookie(web.SessionCookie) == "" {
		e.t.Fatalf("%s cannot come in: %d\n%s", kind, answer.Status, answer.Body)
	}
	if kind == known {
		if err := e.Account.Revoke(e.t.Context(), address, role); err != nil {
			e.t.Fatal(err)
		}
	}
	return v
}

// path fills a route's pattern with what is there.
func (e *estate) path(route web.Route) string {
	fill := []string{"{$}", ""}
	switch {
	case strings.HasPrefix(route.Path, "/c/"):
		fill = append(fill, "{id}", e.confirm[0], "{token}", e.confirm[1])
	case strings.HasPrefix(route.Path, "/w/"):
		fill = append(fill, "{id}", e.withdraw[0], "{token}", e.withdraw[1])
	case strings.HasPrefix(route.Path, "/organisation/"):
		fill = append(fill, "{slug}", e.carrier.Slug)
	case strings.HasPrefix(route.Path, "/account/people/"):
		fill = append(fill, "{id}", e.people[perm.RoleModerator])
	case strings.HasPrefix(route.Path, "/static/"):
		return view.Asset("public.css")
	case strings.HasPrefix(route.Path, "/signin/"):
		fill = append(fill, "{token}", strings.Repeat("a", 26))
	}
	fill = append(fill, "{theme}", "health", "{code}", "67", "{version}", "1", "{leaf}", "pages", "{name}", "0000000000000000000000000000000000000000.jpg")
	fill = append(fill, "{slug}", e.open.Slug, "{id}", e.people[perm.RoleHost])
	return strings.NewReplacer(fill...).Replace(route.Path)
}

// prefixes are what stands before the path of a route in each language.
func prefixes(route web.Route) []string {
	if route.Raw {
		return []string{""}
	}
	return []string{"", "/en"}
}

// logBook keeps what is logged. It is safe for concurrent use.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take returns what was logged since the last take.
func (l *logBook) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text.String()
	l.text.Reset()
	return text
}
