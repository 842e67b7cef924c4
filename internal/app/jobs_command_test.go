package app_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

func TestDeadLettersAreListedAndRevived(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := apptest.Settings(t, o, webtest.URL)
		s.Workers = false
		h := apptest.Build(t, s, app.Options{})
		if out := mustRun(t, s, "jobs"); strings.Contains(out, "essaim jobs dead") {
			t.Error(out)
		}
		err := h.DB.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			for _, job := range [][2]string{{"one", "test.lost"}, {"two", "test.lost"}, {"three", "test.found"}} {
				if _, err := tx.Exec(ctx, `INSERT INTO jobs_job (id, kind, payload, run_at, dead, last_error) VALUES ($1, $2, '"zyxanthe@example.org"', 1, 1, 'no paper')`, job[0], job[1]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if out := mustRun(t, s, "jobs"); !regexp.MustCompile(`(?m)^test.lost +0 +0 +2$`).MatchString(out) {
			t.Error(out)
		}
		if out := mustRun(t, s, "jobs", "dead"); strings.Count(out, "no paper") != 3 || strings.Contains(out, "zyxanthe") {
			t.Error(out)
		}
		for _, step := range []struct{ which, says string }{{"one", "work: 1"}, {"test.lost", "work: 1"}, {"--all", "work: 1"}} {
			if out := mustRun(t, s, "jobs", "revive", step.which); !strings.Contains(out, step.says) {
				t.Errorf("%s: %s", step.which, out)
			}
		}
		if out := mustRun(t, s, "jobs", "dead"); !strings.Contains(out, "Nothing was given up") {
			t.Error(out)
		}
		for _, args := range [][]string{{"jobs", "revive"}, {"jobs", "revive", "one"}, {"jobs", "revive", "one", "--all"}} {
			if out, code := command(t, s, args...); code != 1 {
				t.Errorf("%v: %d %s", args, code, out)
			}
		}
	})
}
