package mobilisation_test

import (
	"testing"
	"time"

	"essaim/internal/mobilisation"
)

// A letter whose job is worked twice leaves once, and one that the server refuses for now is tried until it is taken.
func TestALetterOfAChangeIsCountedOnceTheServerHasAnswered(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		server := &flaky{Sender: f.Mail}
		f.Mail = server
		f.flood(3, "who", "75011")
		n := f.quiet()
		server.away.Store(true)
		if got := f.rewrite("Rouvrons la ligne", "reason", "Plus court."); got.Status != 303 {
			t.Fatalf("%d", got.Status)
		}
		f.within("the letters wait", func() bool {
			versions, err := f.Versions(t.Context(), f.petition.ID)
			return err == nil && versions[0].Telling.Planned == 3
		})
		versions, _ := f.Versions(t.Context(), f.petition.ID)
		if versions[0].Telling.Accepted != 0 {
			t.Errorf("%+v while the server is away", versions[0].Telling)
		}
		server.away.Store(false)
		looks := 0
		f.within("all are told", func() bool {
			if looks++; looks%100 == 1 { // not more often: a letter that is on its way would be taken for lost, and sent again
				f.clock.Advance(10 * time.Second)
			}
			versions, err := f.Versions(t.Context(), f.petition.ID)
			return err == nil && versions[0].Telling.Accepted == 3
		})
		if to := f.told(n); len(to) != 3 {
			t.Errorf("told %v", to)
		}
	})
}

// Who was written to is forgotten some weeks after everybody was, and how many they were is not.
func TestWhoWasToldOfAChangeIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.flood(3, "who", "75011")
		n := f.quiet()
		if got := f.rewrite("Rouvrons la ligne", "reason", "Plus court."); got.Status != 303 {
			t.Fatalf("%d", got.Status)
		}
		f.within("all are told", func() bool { return len(f.told(n)) == 3 })
		letters := func() (rows int) {
			t.Helper()
			if err := mobilisation.ForgetTold(f.Room, t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_change_letter`).Scan(&rows); err != nil {
				t.Fatal(err)
			}
			return rows
		}
		f.clock.Advance(30 * 24 * time.Hour)
		if rows := letters(); rows != 3 {
			t.Errorf("%d letters while some may still be tried", rows)
		}
		f.clock.Advance(31 * 24 * time.Hour)
		f.within("nobody may confirm any more, and they are forgotten", func() bool { return letters() == 0 })
		versions, err := f.Versions(t.Context(), f.petition.ID)
		if err != nil || versions[0].Telling.Planned != 3 {
			t.Errorf("%v: %+v", err, versions)
		}
	})
}
