package mobilisation_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/mobilisation/page"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web/webtest"
)

func TestMessagesAreDecidedInTheQueue(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org", "message", "Ma grand-mère prenait ce train.")
		f.sign(f.visitor(), "email", "waiting@example.org", "message", "Pas confirmé.")
		var review module.Review
		for _, one := range page.New(f.Room).Module().Reviews {
			if one.Kind == "mobilisation.message" {
				review = one
			}
		}
		n, err := review.Count(t.Context())
		items, failed := review.Waiting(t.Context(), 10)
		if err != nil || failed != nil || n != 1 || len(items) != 1 {
			t.Fatalf("%d, %d items, %v, %v: only who has confirmed is read", n, len(items), err, failed)
		}
		decide := func(verdict string) error {
			return f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				return review.Decide(ctx, tx, module.Decision{ID: items[0].ID, Verdict: verdict, By: moderator, At: f.clock.Now()})
			})
		}
		if err := decide("show"); err != nil {
			t.Fatal(err)
		}
		if err := decide("hide"); !fault.Is(err, fault.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		f.within("the message stands on the page", func() bool { return strings.Contains(f.published(), "Ma grand-mère prenait ce train.") })
	})
}

func TestTheTeamDecidesAboutItsOwnMessages(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org", "message", "Ma grand-mère prenait ce train.")
		as := func(role perm.Role) *webtest.Visitor {
			v := f.visitor()
			v.SetCookie("essaim_session", string(role))
			return v
		}
		path := "/m/ligne-du-val/team/messages"
		if got := as("nobody special").Get(path); got.Status != 404 {
			t.Errorf("who is not of the team gets %d", got.Status)
		}
		if got := as(perm.RoleModerator).Get(path); got.Status != 303 || got.Location() != "/moderation?kind=mobilisation.message" {
			t.Errorf("a moderator, whose decisions are logged, gets %d %s", got.Status, got.Location())
		}
		team := as(perm.RoleOrganiser)
		page := team.Get(path)
		found := regexp.MustCompile(`name="signature" value="([^"]+)"`).FindStringSubmatch(page.Body)
		if found == nil || !strings.Contains(page.Body, "Ma grand-mère prenait ce train.") {
			t.Fatalf("the team reads:\n%s", page.Body)
		}
		other := f.publish("autre-ligne")
		if got := team.Post("/m/"+other.Slug+"/team/messages", "signature", found[1], "decision", "shown"); got.Status != 409 {
			t.Errorf("under another mobilisation: %d", got.Status)
		}
		if got := team.Post(path, "signature", found[1], "decision", "perhaps"); got.Status != 400 {
			t.Errorf("a decision that is none: %d", got.Status)
		}
		if got := team.Post(path, "signature", found[1], "decision", "shown"); got.Status != 303 {
			t.Fatalf("shown: %d", got.Status)
		}
		if got := team.Post(path, "signature", found[1], "decision", "refused"); got.Status != 409 {
			t.Errorf("decided twice: %d", got.Status)
		}
		f.within("the message stands on the page", func() bool { return strings.Contains(f.published(), "Ma grand-mère prenait ce train.") })
	})
}
