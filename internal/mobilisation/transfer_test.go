package mobilisation_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

const transferForm = "/m/canal/team/members/transfer"

var noShape = regexp.MustCompile(`https://essaim\.example((?:/en)?/h/[0-9a-z]+/[0-9a-z]+)`)

// written waits for a mail to somebody whose text has some words.
func (f *fixture) written(to, words string) mail.Message {
	f.t.Helper()
	var found mail.Message
	f.within("a mail to "+to+" with "+words, func() bool {
		for _, m := range f.mails.All() {
			if m.To == to+"@example.org" && strings.Contains(strings.Join(strings.Fields(m.Text), " "), words) {
				found = m.Message
				return true
			}
		}
		return false
	})
	return found
}

func (f *fixture) is(name string, want mobilisation.Role) {
	f.t.Helper()
	p, err := f.PetitionByID(f.t.Context(), f.petition.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	if got, err := f.RoleIn(f.t.Context(), p, perm.Actor{ID: name}); err != nil || got != want {
		f.t.Errorf("%s is %q, not %q; %v", name, got, want, err)
	}
}

func TestAnOwnerHandsOverToWhoAccepts(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "editor")
		if got := f.as("ada").Post(transferForm, "act", "offer", "to", "bea"); got.Status != http.StatusSeeOther {
			t.Fatalf("offered: %d\n%s", got.Status, got.Body)
		}
		f.written("bea", "vous propose de prendre la suite")
		h := f.waitingTransfer()
		if got := f.as("ada").Post(transferForm, "act", "take", "transfer", h, "name", "Ada"); got.Status != 409 {
			t.Errorf("who offered takes it: %d", got.Status)
		}
		if got := f.as("bea").Post(transferForm, "act", "take", "transfer", h, "name", ""); got.Status != 422 {
			t.Errorf("without a name: %d", got.Status)
		}
		if got := f.as("bea").Post(transferForm, "act", "take", "transfer", h, "name", "Bea Canal"); got.Status != 303 {
			t.Fatalf("taken: %d\n%s", got.Status, got.Body)
		}
		f.is("bea", mobilisation.Owner)
		f.is("ada", mobilisation.Editor)
		if page := f.visitor().Get("/m/canal"); !strings.Contains(page.Body, "Bea Canal") || strings.Contains(page.Body, "Ada Lagune") {
			t.Error("the page does not say who carries it")
		}
		if got := f.as("bea").Get("/m/canal/team/members"); !strings.Contains(got.Body, "Transmise le") {
			t.Error("the log does not say it")
		}
		if got := f.as("ada").Post(transferForm, "act", "offer", "to", "bea"); got.Status != 403 {
			t.Errorf("who is owner no more offers: %d", got.Status)
		}
	})
}

func (f *fixture) waitingTransfer() string {
	f.t.Helper()
	all, err := f.Transfers(f.t.Context(), f.petition.ID)
	for _, h := range all {
		if h.Waits() {
			return h.ID
		}
	}
	f.t.Fatalf("nothing waits: %v, %v", all, err)
	return ""
}

func TestTheTeamIsToldOnceThatItsOwnersAreSilent(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		c := f.people()
		f.joins("ada", "bea", "editor")
		f.joins("ada", "carl", "editor")
		if got := f.as("bea").Post(transferForm, "act", "claim", "name", "Bea"); got.Status != 409 {
			t.Errorf("the owner was here today: %d", got.Status)
		}
		f.petition = f.mustPetition("canal")
		v := f.visitor()
		if got := v.Post("/m/canal/sign", answers("message", "Bonjour à toutes")...); got.Status != 303 {
			t.Fatal(got.Status)
		}
		if got := v.Post(link(t, f.mail(3))); got.Status != 303 {
			t.Fatal(got.Status)
		}
		silence := f.schedule("mobilisation.silence")
		before := f.mails.Count()
		silence()
		if f.quietTeam(); f.mails.Count() != before {
			t.Error("somebody is told while the owner is there")
		}
		f.clock.Advance(61 * 24 * time.Hour)
		for _, name := range []string{"bea", "carl"} {
			c.comes(name, f.clock.Now())
		}
		silence()
		silence()
		f.written("bea", "quelque chose attend")
		f.written("carl", "quelque chose attend")
		if f.quietTeam(); f.mails.Count() != before+2 {
			t.Errorf("%d mails, not one to each", f.mails.Count()-before)
		}
	})
}

func TestWhenOwnersAreSilentTheTeamAsksAndTheySayNoOrNothing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "editor")
		f.joins("ada", "carl", "editor")
		f.clock.Advance(61 * 24 * time.Hour)
		var group sync.WaitGroup
		var mu sync.Mutex
		counted := map[int]int{}
		for _, name := range []string{"bea", "carl"} {
			group.Go(func() {
				got := f.as(name).Post(transferForm, "act", "claim", "name", strings.ToUpper(name[:1])+name[1:])
				mu.Lock()
				defer mu.Unlock()
				counted[got.Status]++
			})
		}
		group.Wait()
		if counted[303] != 1 || counted[409] != 1 {
			t.Fatalf("two ask at once: %v", counted)
		}
		letter := f.written("ada", "Si vous voulez la garder, dites non")
		no := noShape.FindStringSubmatch(letter.Text)[1]
		if got := f.visitor().Get(no); got.Status != 200 || !strings.Contains(got.Body, "dites non") {
			t.Errorf("the link shows %d", got.Status)
		}
		if got := f.visitor().Post(no); got.Status != 200 {
			t.Errorf("no: %d", got.Status)
		}
		if got := f.visitor().Post(no); got.Status != 409 {
			t.Errorf("no, twice: %d", got.Status)
		}
		f.is("ada", mobilisation.Owner)
		if got := f.as("bea").Post(transferForm, "act", "claim", "name", "Bea Canal"); got.Status != 303 {
			t.Fatalf("asked again: %d", got.Status)
		}
		f.clock.Advance(13 * 24 * time.Hour)
		f.is("bea", mobilisation.Editor)
		f.clock.Advance(25 * time.Hour)
		f.written("bea", "Vous êtes maintenant responsable")
		f.is("bea", mobilisation.Owner)
		f.is("ada", mobilisation.Editor)
	})
}

func TestWhoIsTakenOutOfATeamBecomesNoOwnerByHavingAsked(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "editor")
		f.clock.Advance(61 * 24 * time.Hour)
		if got := f.as("bea").Post(transferForm, "act", "claim", "name", "Bea"); got.Status != 303 {
			t.Fatalf("asked: %d", got.Status)
		}
		if got := f.as("ada").Post("/m/canal/team/members", "act", "remove", "person", "bea"); got.Status != 303 {
			t.Fatalf("removed: %d", got.Status)
		}
		f.clock.Advance(15 * 24 * time.Hour)
		f.within("the claim is over", func() bool {
			waiting, err := f.queue.Waiting(t.Context(), "mobilisation.transfer")
			return err == nil && waiting == 0
		})
		f.is("ada", mobilisation.Owner)
		f.is("bea", "")
	})
}

func TestAnOwnerWhoComesBackKeepsWhatIsTheirs(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		c := f.people()
		f.joins("ada", "bea", "editor")
		f.clock.Advance(61 * 24 * time.Hour)
		if got := f.as("bea").Post(transferForm, "act", "claim", "name", "Bea"); got.Status != 303 {
			t.Fatalf("asked: %d", got.Status)
		}
		f.clock.Advance(24 * time.Hour)
		c.comes("ada", f.clock.Now())
		f.clock.Advance(14 * 24 * time.Hour)
		f.within("the claim is over", func() bool {
			waiting, err := f.queue.Waiting(t.Context(), "mobilisation.transfer")
			return err == nil && waiting == 0
		})
		f.is("ada", mobilisation.Owner)
		f.is("bea", mobilisation.Editor)
	})
}

func TestWhoModeratesNoMoreBecomesNoOwner(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		c := f.people()
		f.clock.Advance(61 * 24 * time.Hour)
		if got := f.as("moderator").Post(transferForm, "act", "ask", "to", "moderator"); got.Status != 303 {
			t.Fatalf("asked: %d", got.Status)
		}
		c.mu.Lock()
		c.unmoderated = true
		c.mu.Unlock()
		f.clock.Advance(15 * 24 * time.Hour)
		f.within("the claim is over", func() bool {
			waiting, err := f.queue.Waiting(t.Context(), "mobilisation.transfer")
			return err == nil && waiting == 0
		})
		f.is("ada", mobilisation.Owner)
		f.is("moderator", "")
	})
}

func (f *fixture) mustPetition(slug string) *mobilisation.Petition {
	f.t.Helper()
	p, err := f.Petition(f.t.Context(), slug)
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// schedule returns what a schedule of the room runs.
func (f *fixture) schedule(name string) func() {
	for _, s := range f.Room.Module().Schedules {
		if s.Name == name {
			return func() {
				f.t.Helper()
				if err := s.Run(f.t.Context()); err != nil {
					f.t.Fatal(err)
				}
			}
		}
	}
	f.t.Fatalf("there is no schedule %s", name)
	return nil
}

func (f *fixture) quietTeam() {
	f.t.Helper()
	f.within("no mail to a team waits", func() bool {
		n, err := f.queue.Waiting(f.t.Context(), "mobilisation.team_letter")
		return err == nil && n == 0
	})
}

func TestModeratorsDecideAboutATransferAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "editor")
		if got := f.as("moderator").Post(transferForm, "act", "ask", "to", "dora"); got.Status != 409 {
			t.Errorf("for somebody who is not in the team: %d", got.Status)
		}
		decide := func(verdict string, by perm.Actor) error {
			which := f.waitingTransfer()
			return f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				return f.DecideTransfer(ctx, tx, module.Decision{ID: which, Verdict: verdict, By: by, At: f.clock.Now()})
			})
		}
		moderator := perm.Actor{ID: "moderator", Roles: []perm.Role{perm.RoleModerator}}
		if got := f.as("moderator").Post(transferForm, "act", "ask", "to", "moderator"); got.Status != 409 {
			t.Fatalf("for themselves, while the owner is here: %d", got.Status)
		}
		f.clock.Advance(61 * 24 * time.Hour)
		if got := f.as("moderator").Post(transferForm, "act", "ask", "to", "moderator"); got.Status != 303 {
			t.Fatalf("for themselves: %d", got.Status)
		}
		if err := decide("hand_over", moderator); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a moderator gives it to themselves: %v", err)
		}
		if got := f.as("ada").Post(transferForm, "act", "refuse", "transfer", f.waitingTransfer()); got.Status != 303 {
			t.Errorf("the owner says no on the board: %d", got.Status)
		}
		if got := f.as("moderator").Post(transferForm, "act", "ask", "to", "bea"); got.Status != 303 || !strings.HasPrefix(got.Location(), "/moderation?kind=") {
			t.Fatalf("for bea: %d %s", got.Status, got.Location())
		}
		if n, err := f.CountClaims(t.Context()); n != 1 || err != nil {
			t.Errorf("%d wait, %v", n, err)
		}
		if err := decide("hand_over", moderator); err != nil {
			t.Fatal(err)
		}
		f.is("bea", mobilisation.Owner)
		if got := f.as("bea").Get("/m/canal/team/members"); !strings.Contains(got.Body, "Montrer ce nom") && !strings.Contains(got.Body, `value="name"`) {
			t.Error("the new owner is not asked under which name they carry it")
		}
		if got := f.as("bea").Post(transferForm, "act", "name", "name", "Bea Canal"); got.Status != 303 {
			t.Errorf("named: %d", got.Status)
		}
		if page := f.visitor().Get("/m/canal"); !strings.Contains(page.Body, "Bea Canal") {
			t.Error("the page does not show the name")
		}
	})
}

// TestRightsOnATransferAreThoseOfTheObject tries each act as everybody who may come.
func TestRightsOnATransferAreThoseOfTheObject(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		f.joins("ada", "bea", "editor")
		f.joins("ada", "carl", "editor")
		f.as("ada").Post("/m/canal/team/members", "act", "remove", "person", "carl")
		for _, c := range []struct {
			form []string
			want map[string]int
		}{
			{[]string{"act", "offer", "to", "carl"}, map[string]int{"ada": 409, "bea": 403, "moderator": 403, "host": 403}},
			{[]string{"act", "claim", "name", "X"}, map[string]int{"ada": 403, "bea": 409, "moderator": 409, "host": 409}},
			{[]string{"act", "take", "transfer", "none", "name", "X"}, map[string]int{"ada": 409, "bea": 409, "moderator": 409, "host": 409}},
			{[]string{"act", "refuse", "transfer", "none"}, map[string]int{"ada": 409, "bea": 409, "moderator": 409, "host": 409}},
			{[]string{"act", "name", "name", "X"}, map[string]int{"ada": 303, "bea": 403, "moderator": 403, "host": 403}},
			{[]string{"act", "crown"}, map[string]int{"ada": 400, "bea": 400, "moderator": 400, "host": 400}},
		} {
			for _, who := range []string{"ada", "bea", "carl", "dora", "moderator", "host", ""} {
				want := c.want[who]
				switch {
				case who == "":
					want = 401
				case want == 0:
					want = 404
				case c.form[1] == "claim" && (who == "moderator" || who == "host"):
					continue // for themselves, as by asking
				}
				if got := f.as(who).Post(transferForm, c.form...); got.Status != want {
					t.Errorf("%v as %q: %d, not %d", c.form, who, got.Status, want)
				}
			}
		}
		if got := f.visitor().Get("/h/none/none"); got.Status != 404 {
			t.Errorf("a link that is none: %d", got.Status)
		}
	})
}
