package mobilisation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
)

var moderator = perm.Actor{ID: "moderator", Roles: []perm.Role{perm.RoleModerator}}

// flood has n people of a place confirm, a second apart, and returns when it began and ended.
func (f *fixture) flood(n int, name, postal string) (from, to time.Time) {
	f.t.Helper()
	from = f.clock.Now()
	for i := range n {
		receipt, err := f.Sign(f.t.Context(), f.petition, mobilisation.Signer{
			GivenName: "Ada", FamilyName: "Martin", Email: fmt.Sprintf("%s%d@example.org", name, i), PostalCode: postal, Lang: "fr",
		}, false)
		if err != nil {
			f.t.Fatal(err)
		}
		if _, err := f.ConfirmByLink(f.t.Context(), receipt.Signature, f.Vault.Token("mobilisation.confirm", receipt.Signature)); err != nil {
			f.t.Fatal(err)
		}
		f.clock.Advance(time.Second)
	}
	return from, f.clock.Now()
}

// settled waits until no invalidation is under way.
func (f *fixture) settled() {
	f.t.Helper()
	f.within("no invalidation is under way", func() bool {
		n, err := f.queue.Waiting(f.t.Context(), "mobilisation.invalidate")
		return err == nil && n == 0
	})
}

func TestSignaturesAreTakenOutByQueryAndBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.flood(3, "before", "75011")
		f.clock.Advance(time.Hour)
		from, to := f.flood(130, "robot", "01000") // more than one transaction holds
		f.flood(2, "after", "75011")
		f.counts(135)
		q := mobilisation.Query{From: from, To: to}
		if n, err := f.Preview(t.Context(), f.petition.ID, q); err != nil || n != 130 {
			t.Fatalf("a look counts %d, %v", n, err)
		}
		f.counts(135)
		v, err := f.Invalidate(t.Context(), f.petition.ID, q, "Un automate.", moderator)
		if err != nil {
			t.Fatal(err)
		}
		f.settled()
		f.counts(5)
		if err := f.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.counts(5)
		press := f.visitor().Get("/m/ligne-du-val/press").Body
		if !strings.Contains(press, "130 signatures écartées") || !strings.Contains(press, "Un automate.") || strings.Contains(press, "recompte de la nuit") {
			t.Errorf("the press page:\n%.3000s", press[strings.Index(press, "Corrections"):])
		}
		var reached int64
		if err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_milestone WHERE petition_id = $1 AND reached_at > 0`, f.petition.ID).Scan(&reached); err != nil {
			t.Fatal(err)
		}
		if err := f.Undo(t.Context(), v.ID); err != nil {
			t.Fatal(err)
		}
		f.settled()
		f.counts(135)
		if err := f.Undo(t.Context(), v.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestAQueryTakesOutOnlyItsPlaceAndItsPetition(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		from, _ := f.flood(2, "paris", "75011")
		_, to := f.flood(2, "bourg", "01000")
		q := mobilisation.Query{From: from, To: to, Commune: "75111"}
		if n, _ := f.Preview(t.Context(), f.petition.ID, q); n != 2 {
			t.Errorf("%d of a commune", n)
		}
		if n, _ := f.Preview(t.Context(), f.publish("autre").ID, mobilisation.Query{From: from, To: to}); n != 0 {
			t.Errorf("%d of another petition", n)
		}
		if n, _ := f.Preview(t.Context(), f.petition.ID, mobilisation.Query{From: from, To: to, Country: "VA"}); n != 0 {
			t.Errorf("%d of another country", n)
		}
	})
}

func TestAQueryWithoutTimesOrReasonIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		now := f.clock.Now()
		for name, q := range map[string]mobilisation.Query{
			"no times": {}, "backwards": {From: now, To: now.Add(-time.Hour)}, "a year": {From: now, To: now.Add(365 * 24 * time.Hour)},
		} {
			if _, err := f.Invalidate(t.Context(), f.petition.ID, q, "Une raison.", moderator); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.Invalidate(t.Context(), f.petition.ID, mobilisation.Query{From: now, To: now.Add(time.Hour)}, "", moderator); !fault.Is(err, fault.Invalid) {
			t.Errorf("no reason: %v", err)
		}
	})
}

func TestWhoErasesThemselfMeanwhileStaysErased(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		from, to := f.flood(2, "x", "75011")
		v, err := f.Invalidate(t.Context(), f.petition.ID, mobilisation.Query{From: from, To: to}, "Une erreur.", moderator)
		if err != nil {
			t.Fatal(err)
		}
		f.settled()
		if _, err := f.Erase(t.Context(), "x0@example.org"); err != nil {
			t.Fatal(err)
		}
		if err := f.Undo(t.Context(), v.ID); err != nil {
			t.Fatal(err)
		}
		f.settled()
		f.counts(1)
	})
}
