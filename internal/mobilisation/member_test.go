package mobilisation_test

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/account"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web/webtest"
)

// crew are the accounts of a test: the id of each is the word before the @ of their address, and so is their session.
type crew struct {
	mu          sync.Mutex
	seen        map[string]time.Time // who has an account, and when they were last here
	unmoderated bool                 // nobody moderates any more
}

func (c *crew) Find(_ context.Context, email string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name, _, _ := strings.Cut(email, "@")
	if _, there := c.seen[name]; !there {
		return "", nil
	}
	return name, nil
}

func (c *crew) Admit(_ context.Context, email, _ string) error {
	name, _, _ := strings.Cut(email, "@")
	c.comes(name, time.Time{})
	return nil
}

func (c *crew) Seen(_ context.Context, personID string) (time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, there := c.seen[personID]
	if !there {
		return at, fault.New(fault.NotFound, "account.nobody")
	}
	return at, nil
}

func (c *crew) Moderators(context.Context) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unmoderated {
		return nil, nil
	}
	return []string{"moderator"}, nil
}

func (c *crew) author(_ context.Context, personID string) (mobilisation.Author, error) {
	if _, err := c.Seen(context.Background(), personID); err != nil {
		return mobilisation.Author{}, err
	}
	return mobilisation.Author{Email: personID + "@example.org", Name: strings.ToUpper(personID[:1]) + personID[1:], Lang: "fr"}, nil
}

func (c *crew) comes(personID string, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[personID] = at
}

// people gives the room accounts, and the petition "canal", of ada alone.
func (f *fixture) people() *crew {
	f.t.Helper()
	c := &crew{seen: map[string]time.Time{}}
	for _, name := range []string{"ada", "bea", "carl", "dora", "moderator", "host"} {
		c.comes(name, f.clock.Now())
	}
	f.Room.People, f.Room.Author = c, c.author
	f.site.Session = func(_ context.Context, token string) (perm.Actor, error) {
		actor := perm.Actor{ID: token, Name: token}
		if token == "moderator" || token == "host" {
			actor.Roles = []perm.Role{perm.Role(token)}
		}
		return actor, nil
	}
	mine := plan("canal")
	mine.OrganisationID, mine.AuthorID, mine.AuthorName = "", "ada", "Ada Lagune"
	p, err := f.Create(f.t.Context(), mine)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.Publish(f.t.Context(), p.ID); err != nil {
		f.t.Fatal(err)
	}
	if f.petition, err = f.Petition(f.t.Context(), "canal"); err != nil {
		f.t.Fatal(err)
	}
	return c
}

// as is a browser in which somebody is signed in.
func (f *fixture) as(name string) *webtest.Visitor {
	v := f.visitor()
	v.SetCookie("essaim_session", name)
	return v
}

// joins takes somebody into the team of the petition "canal".
func (f *fixture) joins(by, name, role string) {
	f.t.Helper()
	f.joinsAt("canal", by, name, role)
}

// joinsAt takes somebody into a team, by mail and link.
func (f *fixture) joinsAt(slug, by, name, role string) {
	f.t.Helper()
	n := f.mails.Count()
	if got := f.as(by).Post("/m/"+slug+"/team/members/invite", "email", name+"@example.org", "role", role); got.Status != http.StatusSeeOther {
		f.t.Fatalf("%s invites %s: %d\n%s", by, name, got.Status, got.Body)
	}
	if got := f.as(name).Post(f.invitedBy(name, n), "answer", "accept"); got.Status != http.StatusSeeOther {
		f.t.Fatalf("%s accepts: %d\n%s", name, got.Status, got.Body)
	}
}

// invitedBy waits for the link of an invitation in a mail after the n-th.
func (f *fixture) invitedBy(name string, n int) (path string) {
	f.t.Helper()
	f.within("an invitation of "+name, func() bool {
		for i := n + 1; i <= f.mails.Count(); i++ {
			if m, ok := f.mails.Get(i); ok && m.To == name+"@example.org" && inviteShape.MatchString(m.Text) {
				path = inviteLink(f.t, m.Message)
			}
		}
		return path != ""
	})
	return path
}

var inviteShape = regexp.MustCompile(`https://essaim\.example((?:/en)?/i/[0-9a-z]+/[0-9a-z]+)`)

func inviteLink(t testing.TB, m mail.Message) string {
	t.Helper()
	found := inviteShape.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no invitation in:\n%s", m.Text)
	}
	return found[1]
}

func TestWhoIsInvitedComesInByTheOrdinaryDoorAndAccepts(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		c := f.people()
		ada := f.as("ada")
		if got := ada.Post("/m/canal/team/members/invite", "email", "eve", "role", "king"); got.Status != 422 || !strings.Contains(got.Body, `value="eve"`) {
			t.Errorf("no address and no role: %d", got.Status)
		}
		if got := ada.Post("/m/canal/team/members/invite", "email", "eve@example.org", "role", "editor"); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		m := f.mail(1)
		if m.To != "eve@example.org" || !strings.Contains(m.Text, "Ada") || !strings.Contains(m.Text, "Rouvrons la ligne du") {
			t.Errorf("the mail says:\n%s", m.Text)
		}
		link := inviteLink(t, m)
		stranger := f.visitor()
		if got := stranger.Get(link); got.Status != 200 || !strings.Contains(got.Body, "eve@example.org") {
			t.Fatalf("who is not signed in sees %d", got.Status)
		}
		if got := stranger.Post(link, "answer", "accept"); got.Status != 403 {
			t.Errorf("without an account one accepts: %d", got.Status)
		}
		if got := stranger.Post(link, "answer", "enter"); got.Status != 303 || !strings.HasPrefix(got.Location(), "/signin?next=%2Fi%2F") {
			t.Errorf("to the door: %d %s", got.Status, got.Location())
		}
		if found, _ := c.Find(t.Context(), "eve@example.org"); found == "" {
			t.Error("the door would not know who was invited")
		}
		if got := f.as("dora").Post(link, "answer", "accept"); got.Status != 403 {
			t.Errorf("a link that was passed on lets another in: %d", got.Status)
		}
		if got := f.as("eve").Get("/m/canal/team"); got.Status != 404 {
			t.Errorf("before accepting: %d", got.Status)
		}
		if got := f.as("eve").Post(link, "answer", "accept"); got.Status != 303 || !strings.HasPrefix(got.Location(), "/m/canal/team/members") {
			t.Fatalf("accepted: %d %s", got.Status, got.Location())
		}
		if got := f.as("eve").Get("/m/canal/team/members?done=joined"); got.Status != 200 || !strings.Contains(got.Body, "Bienvenue") || strings.Contains(got.Body, "ada@example.org") {
			t.Errorf("an editor sees %d", got.Status)
		}
		if got := f.as("eve").Post(link, "answer", "accept"); got.Status != 410 {
			t.Errorf("accepted twice: %d", got.Status)
		}
		if got := f.as("eve").Get("/mine"); !strings.Contains(got.Body, "Rouvrons la ligne du Val") {
			t.Error("it is not among their mobilisations")
		}
	})
}

// TestRightsInATeamAreThoseOfTheObject tries each route of a team as everybody who may come.
func TestRightsInATeamAreThoseOfTheObject(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "editor")
		f.joins("ada", "carl", "editor")
		if got := f.as("carl").Post("/m/canal/team/members", "act", "remove", "person", "carl"); got.Status != 303 || got.Location() != "/mine#contenu" {
			t.Fatalf("carl leaves: %d %s", got.Status, got.Location())
		}
		other := plan("port")
		other.OrganisationID, other.AuthorID = "", "dora"
		p, err := f.Create(t.Context(), other)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Publish(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		everybody := []string{"ada", "bea", "carl", "dora", "moderator", "host", ""}
		for _, c := range []struct {
			path string
			form []string // nil for GET
			want map[string]int
		}{
			{"/m/canal/team/members", nil, map[string]int{"ada": 200, "bea": 200, "moderator": 200, "host": 200, "": 401}},
			{"/m/canal/team/members", []string{"act", "editor", "person", "nobody"}, map[string]int{"ada": 409, "bea": 403, "moderator": 403, "host": 403, "": 401}},
			{"/m/canal/team/members", []string{"act", "remove", "person", "ada"}, map[string]int{"ada": 409, "bea": 403, "moderator": 403, "host": 403, "": 401}},
			{"/m/canal/team/members", []string{"act", "crown", "person", "ada"}, map[string]int{"ada": 400, "bea": 400, "moderator": 400, "host": 400, "": 401}},
			{"/m/canal/team/members/invite", []string{"email", "nobody", "role", "editor"}, map[string]int{"ada": 422, "bea": 403, "": 401}},
			{"/m/canal/team/members/invitation", []string{"act", "again", "invitation", "none"}, map[string]int{"ada": 409, "bea": 403, "": 401}},
			{"/m/canal/team/members/invitation", []string{"act", "withdraw", "invitation", "none"}, map[string]int{"ada": 303, "bea": 403, "": 401}},
			{"/m/canal/team/news", []string{"title", "", "lang", "fr"}, map[string]int{"ada": 422, "bea": 422, "moderator": 422, "host": 422, "": 401}},
			{"/m/canal/team/end", []string{"state", ""}, map[string]int{"ada": 422, "bea": 403, "": 401}},
		} {
			for _, who := range everybody {
				want := c.want[who]
				if want == 0 {
					want = 404
				}
				if got := ask(f.as(who), c.path, c.form); got.Status != want {
					t.Errorf("%s %v as %q: %d, not %d", c.path, c.form, who, got.Status, want)
				}
			}
		}
	})
}

func ask(v *webtest.Visitor, path string, form []string) webtest.Answer {
	if form == nil {
		return v.Get(path)
	}
	return v.Post(path, form...)
}

func TestTwoOwnersWhoRemoveEachOtherLeaveOne(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "owner")
		for range 10 {
			var group sync.WaitGroup
			for _, pair := range [][2]string{{"ada", "bea"}, {"bea", "ada"}} {
				group.Go(func() {
					got := f.as(pair[0]).Post("/m/canal/team/members", "act", "remove", "person", pair[1])
					if got.Status != 303 && got.Status != 403 && got.Status != 404 && got.Status != 409 {
						t.Errorf("%s removes %s: %d", pair[0], pair[1], got.Status)
					}
				})
			}
			group.Wait()
			members, err := f.Members(t.Context(), f.petition.ID)
			if err != nil || len(members) != 1 || members[0].Role != mobilisation.Owner {
				t.Fatalf("the team is %v, %v", members, err)
			}
			left, gone := members[0].PersonID, map[string]string{"ada": "bea", "bea": "ada"}[members[0].PersonID]
			p, err := f.PetitionByID(t.Context(), f.petition.ID)
			if err != nil || p.AuthorID != left || left == "bea" && p.AuthorName != "" {
				t.Fatalf("it is of %q, under the name %q; %v", p.AuthorID, p.AuthorName, err)
			}
			f.clock.Advance(25 * time.Hour)
			f.joins(left, gone, "owner")
		}
	})
}

func TestAnInvitationIsSentAgainWithdrawnRefusedAndEnds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		ada := f.as("ada")
		invite := func(email string) { ada.Post("/m/canal/team/members/invite", "email", email, "role", "editor") }
		invite("Eve@example.org")
		link := inviteLink(t, f.mail(1))
		if got := ada.Post("/m/canal/team/members/invite", "email", "eve@EXAMPLE.org", "role", "editor"); got.Status != 422 {
			t.Errorf("the same address once more: %d", got.Status)
		}
		which := regexp.MustCompile(`name="invitation" value="([^"]+)"`).FindStringSubmatch(ada.Get("/m/canal/team/members").Body)[1]
		change := func(act string) int {
			return ada.Post("/m/canal/team/members/invitation", "act", act, "invitation", which).Status
		}
		if got := change("again"); got != 429 {
			t.Errorf("at once again: %d", got)
		}
		f.clock.Advance(15 * 24 * time.Hour)
		if got := f.visitor().Get(link); got.Status != 410 {
			t.Errorf("after a fortnight: %d", got.Status)
		}
		if body := ada.Get("/m/canal/team/members").Body; !strings.Contains(body, "Sans réponse") {
			t.Error("the page does not say that it ended")
		}
		if got := change("again"); got != 303 {
			t.Errorf("sent again: %d", got)
		}
		if again := inviteLink(t, f.mail(2)); again != link || f.visitor().Get(link).Status != 200 {
			t.Error("the link does not live on")
		}
		if got := change("withdraw"); got != 303 {
			t.Errorf("withdrawn: %d", got)
		}
		if got := f.visitor().Get(link); got.Status != 410 {
			t.Errorf("withdrawn, and it opens: %d", got.Status)
		}
		invite("carl@example.org")
		link = inviteLink(t, f.mail(3))
		if got := f.visitor().Post(link, "answer", "refuse"); got.Status != 200 {
			t.Errorf("refused: %d", got.Status)
		}
		if body := ada.Get("/m/canal/team/members").Body; !strings.Contains(body, "A dit non") {
			t.Error("the page does not say that they refused")
		}
		if got := f.as("carl").Post(link, "answer", "accept"); got.Status != 410 {
			t.Errorf("refused, then accepted: %d", got.Status)
		}
		if got := f.visitor().Get(link[:len(link)-1] + "x"); got.Status != 404 {
			t.Errorf("a link that is none: %d", got.Status)
		}
	})
}

func TestTheAddressOfAnInvitationIsExportedAndErased(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		c := f.people()
		f.joins("ada", "bea", "editor")
		f.as("ada").Post("/m/canal/team/members/invite", "email", "eve@example.org", "role", "owner")
		personal := f.Room.Module().Personal[1]
		for email, want := range map[string]string{"eve@example.org": `"state":"waiting"`, "bea@example.org": `"role":"editor"`} {
			if got := exported(t, personal, email); !strings.Contains(got, want) {
				t.Errorf("%s is told %s", email, got)
			}
		}
		if n, err := personal.Erase(t.Context(), "eve@example.org"); n != 1 || err != nil {
			t.Errorf("erased %d, %v", n, err)
		}
		if got := exported(t, personal, "eve@example.org"); got != "null" {
			t.Errorf("after the erasure: %s", got)
		}
		c.mu.Lock()
		delete(c.seen, "bea")
		c.mu.Unlock()
		f.emit(account.Erased{Person: "bea"})
		f.within("bea is out of the team", func() bool {
			members, err := f.Members(t.Context(), f.petition.ID)
			return err == nil && len(members) == 1
		})
	})
}

func exported(t testing.TB, p module.Personal, email string) string {
	t.Helper()
	kept, err := p.Export(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (f *fixture) emit(e jobs.Event) {
	f.t.Helper()
	if err := f.db.InTx(f.t.Context(), func(ctx context.Context, tx *storage.Tx) error { return f.queue.Emit(ctx, tx, e) }); err != nil {
		f.t.Fatal(err)
	}
}
