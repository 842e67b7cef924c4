package mobilisation_test

import (
	"errors"
	"strings"
	"testing"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
)

func TestTheFrameChangesAndWhatWasReachedStays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) { // milestones at 3 and 5
		f.flood(4, "who", "75011")
		f.counts(4)
		f.within("the first milestone is stamped", func() bool {
			p, err := f.PetitionByID(t.Context(), f.petition.ID)
			f.clock.Advance(3e9)
			return err == nil && !p.Milestones[0].Reached.IsZero()
		})
		p, err := f.PetitionByID(t.Context(), f.petition.ID)
		if err != nil {
			t.Fatal(err)
		}
		seen := p.Frame()
		if seen.Goals != "3 – Courrier remis.\n5 – Courrier remis." {
			t.Fatalf("%q", seen.Goals)
		}
		for goals, want := range map[string]fault.Kind{"20 – Une marche": fault.Invalid, "x": fault.Invalid} {
			if err := f.SetFrame(t.Context(), p, seen, mobilisation.Frame{Goals: goals}); !fault.Is(err, want) {
				t.Errorf("%q: %v", goals, err)
			}
		}
		v := f.writer()
		path := "/m/ligne-du-val/team/frame"
		got := v.Post(path, "seen_theme", "", "seen_goals", seen.Goals, "seen_ends", "", "theme", "", "goals", "20 – Une marche", "ends", "2020-01-01")
		if got.Status != 422 || !strings.Contains(got.Body, "Une marche") || !strings.Contains(got.Body, "2020-01-01") {
			t.Errorf("what was typed is lost: %d", got.Status)
		}
	})
}

func TestTwoWhoChangeTheFrameLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		p := f.publish("autre-ligne", 10, 50)
		seen := p.Frame()
		first, second := seen, seen
		first.Goals, second.Ends = "10 – Courrier remis.\n60 – Une marche.", "2027-01-31"
		if err := f.SetFrame(t.Context(), p, seen, first); err != nil {
			t.Fatal(err)
		}
		if err := f.SetFrame(t.Context(), p, seen, second); !errors.Is(err, mobilisation.ErrOvertaken) {
			t.Errorf("%v", err)
		}
		now, err := f.PetitionByID(t.Context(), p.ID)
		if err != nil || now.Frame() != first {
			t.Errorf("%+v, %v", now.Frame(), err)
		}
		second.Goals = first.Goals
		if err := f.SetFrame(t.Context(), now, now.Frame(), second); err != nil {
			t.Fatal(err)
		}
		now, err = f.PetitionByID(t.Context(), p.ID)
		if err != nil || now.Frame() != second {
			t.Errorf("%+v, %v", now.Frame(), err)
		}
	})
}

func TestTheFrameIsItsTeamsAlone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for role, want := range map[perm.Role]int{"nobody special": 404, perm.RoleModerator: 404, perm.RoleOrganiser: 200} {
			v := f.visitor()
			v.SetCookie("essaim_session", string(role))
			if got := v.Get("/m/ligne-du-val/team/frame"); got.Status != want {
				t.Errorf("%s: %d", role, got.Status)
			}
			if got := v.Post("/m/ligne-du-val/team/frame", "goals", "7"); want == 404 && got.Status != 404 {
				t.Errorf("%s writes: %d", role, got.Status)
			}
		}
	})
}
