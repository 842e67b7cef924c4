package app_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// What people are to the objects of the matrix, beside nobody, known, moderator and host.
const (
	owner    perm.Role = "owner"    // of every mobilisation of the matrix
	editor   perm.Role = "editor"   // likewise
	left     perm.Role = "left"     // was an editor until a moment ago
	speaker  perm.Role = "speaker"  // belongs to the organisation that carries some of them
	stranger perm.Role = "stranger" // owner of a mobilisation that is none of them
)

// object is one mobilisation of the matrix.
type object struct {
	name, slug string
	shown      bool // published, and not hidden since
	own        bool // carried by its owner, not by the organisation
}

// cast is who is at the door with what is there.
type cast struct {
	*estate
	visitors map[perm.Role]*webtest.Visitor
	objects  []object
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{estate: newEstate(t, engine(t)), visitors: map[perm.Role]*webtest.Visitor{nobody: nil}}
	for _, who := range []perm.Role{known, perm.RoleModerator, perm.RoleHost} {
		c.visitors[who] = c.enter(who)
	}
	for _, who := range []perm.Role{owner, editor, left, speaker, stranger} {
		c.visitors[who] = c.enterWithout(who)
	}
	people, err := c.Account.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		name, _, _ := strings.Cut(p.Email, "@")
		c.people[perm.Role(name)] = p.ID
	}
	if err := c.Organised.SetMember(t.Context(), c.carrier.ID, c.people[speaker], organisation.Editor); err != nil {
		t.Fatal(err)
	}
	c.objects = []object{{name: "a draft", slug: "object-draft"}, {name: "one that waits", slug: "object-review"},
		{name: "a published one", slug: "object-open", shown: true}, {name: "a closed one", slug: "object-closed", shown: true},
		{name: "one in its owner's name", slug: "object-own", shown: true, own: true}}
	for _, o := range c.objects {
		c.make(o)
	}
	c.furnishFor(object{slug: "object-strange"}, stranger)
	return c
}

// enterWithout signs somebody in who has no role on the site.
func (e *estate) enterWithout(who perm.Role) *webtest.Visitor {
	e.t.Helper()
	address := string(who) + "@example.org"
	link, err := e.Account.Add(e.t.Context(), address, perm.RoleOrganiser)
	if err != nil {
		e.t.Fatal(err)
	}
	v := e.site.Visitor(e.t)
	if answer := v.Post(link); answer.Status != http.StatusSeeOther {
		e.t.Fatalf("%s cannot come in: %d", who, answer.Status)
	}
	if err := e.Account.Revoke(e.t.Context(), address, perm.RoleOrganiser); err != nil {
		e.t.Fatal(err)
	}
	return v
}

// make brings one object into its state, with its team.
func (c *cast) make(o object) {
	c.t.Helper()
	made := c.furnishFor(o, owner)
	ctx := c.t.Context()
	for _, who := range []perm.Role{editor, left} {
		err := c.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `
				INSERT INTO mobilisation_member (petition_id, person_id, role, since)
				VALUES ($1, $2, 'editor', 1)`, made.ID, c.people[who])
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := c.Petitions.Remove(ctx, made, perm.Actor{ID: c.people[owner]}, c.people[left]); err != nil {
		c.t.Fatal(err)
	}
	if o.shown {
		if err := c.Petitions.Publish(ctx, made.ID); err != nil {
			c.t.Fatal(err)
		}
	}
	if o.slug == "object-closed" {
		if err := c.Petitions.End(ctx, made.ID, mobilisation.Closed, map[string]string{"fr": "Merci."}); err != nil {
			c.t.Fatal(err)
		}
	}
}

// furnishFor makes a mobilisation that somebody owns.
func (c *cast) furnishFor(o object, who perm.Role) *mobilisation.Petition {
	c.t.Helper()
	plan := apptest.Plan(o.slug, c.carrier.ID)
	plan.AuthorID = c.people[who]
	if o.own {
		plan.OrganisationID, plan.AuthorName = "", "Ada Martin"
	}
	create := c.Petitions.Create
	if o.slug == "object-review" {
		create = c.Petitions.Propose
	}
	made, err := create(c.t.Context(), plan)
	if err != nil {
		c.t.Fatal(err)
	}
	return made
}

// bound tells what somebody is to an object, by the words of the plan: without asking the code that answers requests.
func (o object) bound(who perm.Role, bond perm.Bond) bool {
	speaks := !o.own && who == speaker
	owns := who == owner || speaks
	team := owns || who == editor
	switch bond {
	case "":
		return true
	case perm.Owner:
		return owns
	case perm.Team:
		return team
	case perm.TeamOrHost:
		return team || who == perm.RoleHost
	case perm.TeamOrModerator:
		return team || who == perm.RoleModerator || who == perm.RoleHost
	}
	return false
}

// holds tells whether somebody has the right of a route on the whole instance.
func holds(who perm.Role, right perm.Right) bool {
	switch right {
	case perm.Anyone, perm.Token:
		return true
	case perm.SignedIn:
		return who != nobody
	}
	return slices.Contains(who.Rights(), right)
}

// TestEverybodyIsTriedAtEveryMobilisation tries role × route × object: each route of a mobilisation, as everybody, on one in each
// state. The matrix is made from the routes, so that a new one is in it; what it expects comes from what the route says.
func TestEverybodyIsTriedAtEveryMobilisation(t *testing.T) {
	c := newCast(t)
	unknown := c.Words.For("fr").T("mobilisation.unknown")
	cells := map[string]int{}
	for _, route := range c.Web.Routes() {
		if !strings.HasPrefix(route.Path, "/m/{slug}") {
			continue
		}
		if strings.Contains(route.Path, "/team") && (route.Right != perm.SignedIn || route.Bond == "") {
			t.Errorf("%s %s is a page of a team, and names no bond", route.Method, route.Path)
		}
		for who, v := range c.visitors {
			for _, o := range c.objects {
				cells[c.cell(route, o, who, v, unknown)]++
			}
		}
	}
	t.Logf("cells: %v", cells)
	if cells["let in"] < 300 || cells["sent away"] < 300 {
		t.Errorf("the table is not whole: %v", cells)
	}
}

// cell tries one cell, and tells what was expected of it.
func (c *cast) cell(route web.Route, o object, who perm.Role, v *webtest.Visitor, unknown string) string {
	c.t.Helper()
	if v == nil {
		v = c.site.Visitor(c.t)
	}
	path := strings.NewReplacer("{slug}", o.slug, "{id}", "0000000000000000000000000", "{version}", "1").Replace(route.Path)
	answer := c.visit(v, route.Method, path)
	hidden := answer.Status == http.StatusNotFound && (strings.Contains(answer.Body, unknown) || route.API)
	away := answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden || hidden
	expect := "let in"
	switch {
	case route.Path == "/m/{slug}/documents/{name}" && !o.shown && o.bound(who, perm.TeamOrModerator):
		expect = "either" // who works on it reads them before everybody does
	case !holds(who, route.Right), !o.bound(who, route.Bond), !o.shown && route.Bond == "":
		expect = "sent away"
	case !o.shown:
		expect = "either" // the room says which pages a mobilisation has before it is published
	}
	if answer.Status >= 500 || expect == "let in" && away || expect == "sent away" && !away {
		c.t.Errorf("%s %s (right %s, bond %s) as %s on %s: %d, to be %s", route.Method, route.Path, route.Right, route.Bond, who, o.name, answer.Status, expect)
	}
	return expect
}
