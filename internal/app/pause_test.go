package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// TestAPausedMobilisationTakesNoSignaturesAndLeavesTheLists goes from a report to the pause, through the log, and back.
func TestAPausedMobilisationTakesNoSignaturesAndLeavesTheLists(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		page, pause := "/m/"+e.open.Slug, "/m/"+e.open.Slug+"/pause"
		lists := func() (shown bool) {
			for _, path := range []string{"/", "/organisation/" + e.carrier.Slug, "/search?q=ligne", "/api/v1/mobilisations"} {
				if strings.Contains(e.site.Visitor(t).Get(path).Body, `"`+page+`"`) || strings.Contains(e.site.Visitor(t).Get(path).Body, page+`",`) {
					shown = true
				}
			}
			return shown
		}
		if !lists() {
			t.Fatal("it stands in no list before")
		}
		reporter, m := e.site.Visitor(t), e.visitor(perm.RoleModerator)
		reporter.Post("/report", "about", "/en"+page+"/share", "words", "Ceci appelle à la haine.")
		if queue := m.Get("/moderation"); !strings.Contains(queue.Body, `href="`+pause+`"`) {
			t.Error("the report does not lead to the pause")
		}
		if got := m.Post(pause, "act", "pause"); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", got.Status)
		}
		if got := m.Post(pause, "act", "pause", "article", "3", "reason", "Un appel à la haine."); got.Status != http.StatusSeeOther {
			t.Fatalf("paused: %d\n%s", got.Status, got.Body)
		}
		if got := m.Post(pause, "act", "pause", "article", "3", "reason", "Encore."); got.Status != http.StatusConflict {
			t.Errorf("paused twice: %d", got.Status)
		}
		apptest.Within(t, backWithin, "the page says it", func() bool { return strings.Contains(e.site.Visitor(t).Get(page).Body, "En pause depuis le") })
		shown := e.site.Visitor(t).Get(page)
		if shown.Status != 200 || !strings.Contains(shown.Body, "En pause depuis le") || !strings.Contains(shown.Body, "#article-3") || strings.Contains(shown.Body, `name="given_name"`) || !strings.Contains(shown.Body, "noindex") {
			t.Errorf("the page: %d\n%s", shown.Status, shown.Body)
		}
		apptest.Within(t, backWithin, "no list shows what is paused", func() bool { return !lists() })
		if got := e.site.Visitor(t).Post(page+"/sign", "given_name", "Eve", "family_name", "Stone", "email", "eve@example.org", "postal_code", "01000"); got.Status != http.StatusConflict {
			t.Errorf("signed while paused: %d", got.Status)
		}
		if err := e.Petitions.End(t.Context(), e.open.ID, mobilisation.Closed, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("ended while paused: %v", err)
		}
		confirm := e.site.Visitor(t).Post("/c/" + e.confirm[0] + "/" + e.confirm[1]) // Ada signed before
		if confirm.Status != http.StatusSeeOther {
			t.Errorf("who signed before confirms: %d", confirm.Status)
		}
		if log := e.site.Visitor(t).Get("/moderation/log"); !strings.Contains(log.Body, "Pause d’une mobilisation") {
			t.Error("the log does not tell")
		}
		if sheet := e.site.Visitor(t).Get(page + "/sheet.pdf"); sheet.Status != http.StatusConflict || !strings.Contains(sheet.Body, "est en pause") {
			t.Errorf("a sheet to sign by hand: %d", sheet.Status)
		}
		if got := m.Post(pause, "act", "lift", "reason", "Le texte est corrigé."); got.Status != http.StatusSeeOther {
			t.Fatalf("lifted: %d\n%s", got.Status, got.Body)
		}
		apptest.Within(t, backWithin, "it is back in lists, with its form", func() bool {
			return lists() && strings.Contains(e.site.Visitor(t).Get(page).Body, `name="given_name"`)
		})
	})
}

// TestAPauseIsForModeratorsWhoDoNotWorkOnTheMobilisation looks at the right on the object, and at two who pause at once.
func TestAPauseIsForModeratorsWhoDoNotWorkOnTheMobilisation(t *testing.T) {
	e := newEstate(t, engine(t))
	pause := "/m/" + e.open.Slug + "/pause"
	if err := e.DB.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_member (petition_id, person_id, role, since)
			VALUES ($1, $2, 'editor', 1)`, e.open.ID, e.people[perm.RoleModerator])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	form := []string{"act", "pause", "article", "3", "reason", "Parce que."}
	for who, want := range map[perm.Role]int{nobody: 401, known: 403, perm.RoleOrganiser: 403, perm.RoleModerator: 403} {
		if got := e.visitor(who).Post(pause, form...); got.Status != want {
			t.Errorf("%s pauses: %d, not %d", who, got.Status, want)
		}
	}
	hosts := []func() int{}
	for range 2 {
		v := e.visitor(perm.RoleHost)
		hosts = append(hosts, func() int { return v.Post(pause, form...).Status })
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	counted := map[int]int{}
	for _, act := range hosts {
		group.Go(func() {
			status := act()
			mu.Lock()
			defer mu.Unlock()
			counted[status]++
		})
	}
	group.Wait()
	if counted[303] != 1 || counted[409] != 1 {
		t.Errorf("two at once: %v", counted)
	}
}
