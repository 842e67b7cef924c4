package mobilisation_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web/webtest"
)

// team makes the petition's team two people, Ada and Bob, and gives a browser to each, and one to somebody who is not of it.
func (f *fixture) team() (ada, bob, stranger *webtest.Visitor) {
	f.Room.MembersOf = func(context.Context, string) ([]string, error) { return []string{"ada", "bob"}, nil }
	f.site.Session = func(_ context.Context, token string) (perm.Actor, error) {
		if token == "carol" {
			return perm.Actor{ID: token, Name: token}, nil
		}
		return perm.Actor{ID: token, Name: token, Roles: []perm.Role{perm.RoleOrganiser}}, nil
	}
	enter := func(name string) *webtest.Visitor {
		v := f.visitor()
		v.SetCookie("essaim_session", name)
		return v
	}
	return enter("ada"), enter("bob"), enter("carol")
}

// batch are the answers of a form, changed by pairs.
func batch(pairs ...string) []string {
	all := []string{"n", "24", "day", "2026-03-28", "scope", "commune", "place", "Bourg-en-Bresse", "sheets", "k7m-4qx, H23-111", "counters", "Ada Martin\nBob Durand", "agreed", "1"}
	for i := 0; i < len(pairs); i += 2 {
		for j := 0; j < len(all); j += 2 {
			if all[j] == pairs[i] {
				all[j+1] = pairs[i+1]
			}
		}
	}
	return all
}

const paperPath = "/m/ligne-du-val/team/paper"

var entryShape = regexp.MustCompile(`/team/paper/([0-9a-z]+)/(confirm|discard|correct)"`)

// entry finds the path of an act on the page of paper signatures.
func entry(t *testing.T, page, act string) string {
	t.Helper()
	for _, found := range entryShape.FindAllStringSubmatch(page, -1) {
		if found[2] == act {
			return paperPath + "/" + found[1] + "/" + act
		}
	}
	t.Fatalf("no way to %s in\n%s", act, page)
	return ""
}

func (f *fixture) onPaper(n int64) {
	f.t.Helper()
	if got, err := f.OnPaper(f.t.Context(), f.petition.ID); err != nil || got != n {
		f.t.Fatalf("%d on paper, not %d; %v", got, n, err)
	}
}

func TestABatchCountsOnceAnotherOfTheTeamHasConfirmedIt(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, _ := f.team()
		if got := ada.Post(paperPath, batch()...); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		f.onPaper(0)
		if press := f.visitor().Get("/m/ligne-du-val/press"); strings.Contains(press.Body, "Ada Martin") {
			t.Error("what waits is public")
		}
		own := ada.Get(paperPath).Body
		if strings.Contains(own, "/confirm\"") {
			t.Error("who entered is offered to confirm")
		}
		confirm := entry(t, bob.Get(paperPath).Body, "confirm")
		if got := ada.Post(confirm); got.Status != 403 {
			t.Errorf("who entered confirms: %d", got.Status)
		}
		f.onPaper(0)
		if got := bob.Post(confirm); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		if got := bob.Post(confirm); got.Status != 409 {
			t.Errorf("confirmed twice: %d", got.Status)
		}
		f.onPaper(24)
		f.counts(0)
		page, press := bob.Get("/m/ligne-du-val").Body, bob.Get("/m/ligne-du-val/press").Body
		for where, has := range map[string]bool{
			"page": strings.Contains(page, "24 signatures sur papier"), "press": strings.Contains(press, "Ada Martin, Bob Durand"),
			"sheets": strings.Contains(press, "K7M-4QX, H23-111"), "place": strings.Contains(press, "Bourg-en-Bresse"),
		} {
			if !has {
				t.Errorf("%s does not say it", where)
			}
		}
		if strings.Contains(press, "une seule personne") {
			t.Error("two people are said to be one")
		}
	})
}

func TestABatchIsCorrectedAndWithdrawnUnderTheEyesOfAll(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, _ := f.team()
		ada.Post(paperPath, batch("n", "18")...)
		bob.Post(entry(t, bob.Get(paperPath).Body, "confirm"))
		correct := entry(t, ada.Get(paperPath).Body, "correct")
		f.clock.Advance(time.Second)
		if got := ada.Post(correct, "right", "24", "reason", ""); got.Status != 422 || !strings.Contains(got.Body, `value="24"`) {
			t.Errorf("without a reason: %d", got.Status)
		}
		if got := ada.Post(correct, "right", "24", "reason", "Une page oubliée"); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		f.onPaper(18) // more waits for another
		bob.Post(entry(t, bob.Get(paperPath).Body, "confirm"))
		f.onPaper(24)
		f.clock.Advance(time.Second)
		ada.Post(correct, "right", "23", "reason", "Un double")
		f.onPaper(23) // fewer does not wait
		f.clock.Advance(time.Second)
		ada.Post(correct, "right", "0", "reason", "=Feuilles perdues")
		f.onPaper(0)
		press := bob.Get("/m/ligne-du-val/press").Body // not from memory, where it lives for a second
		for _, words := range []string{"Une page oubliée", "Un double", "Feuilles perdues", "corrigé de 18 à 24", "retiré (23"} {
			if !strings.Contains(press, words) {
				t.Errorf("the press page does not say %q", words)
			}
		}
		csv := f.visitor().Get("/m/ligne-du-val/paper.csv").Body
		if strings.Count(csv, "\n") != 5 || !strings.Contains(csv, "'=Feuilles perdues") {
			t.Errorf("CSV:\n%s", csv)
		}
	})
}

func TestACorrectionCountsNoMoreThanTheSheetsBear(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, _ := f.team()
		ada.Post(paperPath, batch()...)
		bob.Post(entry(t, bob.Get(paperPath).Body, "confirm"))
		correct := entry(t, ada.Get(paperPath).Body, "correct")
		f.clock.Advance(time.Second)
		if got := ada.Post(correct, "right", "25", "reason", "Davantage"); got.Status != 422 || !strings.Contains(got.Body, "24 lignes") {
			t.Errorf("25 on 24 lines: %d", got.Status)
		}
		ada.Post(correct, "right", "0", "reason", "Saisi deux fois")
		if got := bob.Post(paperPath, batch()...); got.Status != 303 {
			t.Fatalf("the sheets once more: %d", got.Status)
		}
		f.clock.Advance(time.Second)
		if got := ada.Post(correct, "right", "24", "reason", "Finalement si"); got.Status != 422 || !strings.Contains(got.Body, "déjà dans un autre lot") {
			t.Errorf("a sheet counts in two batches: %d", got.Status)
		}
		f.onPaper(0)
	})
}

func TestATeamOfOneConfirmsAloneAndThePageSaysSo(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		f.Room.MembersOf = func(context.Context, string) ([]string, error) { return []string{"ada"}, nil }
		if got := ada.Post(paperPath, batch("counters", "Ada Martin")...); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		f.onPaper(24)
		if press := f.visitor().Get("/m/ligne-du-val/press").Body; !strings.Contains(press, "une seule personne") {
			t.Error("nothing says that one person counted alone")
		}
	})
}

func TestWhatIsWrongInABatchComesBackWithItsWords(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, stranger := f.team()
		for name, pairs := range map[string][]string{
			"no number": {"n", "viele"}, "too many": {"n", "25"}, "tomorrow": {"day", "2026-04-02"}, "nowhere": {"place", "Nulle part"}, "no place": {"place", ""},
			"one counter": {"counters", "Ada Martin"}, "a formula": {"counters", "=Ada\nBob Durand"}, "twice one": {"counters", "Ada Martin\nada martin"},
			"no sheet": {"sheets", " , "}, "not asked": {"agreed", ""}, "huge": {"n", "99999999999999999999"}, "no scope": {"scope", "planet"},
		} {
			got := ada.Post(paperPath, batch(pairs...)...)
			if got.Status != 422 || !strings.Contains(got.Body, "Bob Durand") && name != "one counter" && name != "twice one" {
				t.Errorf("%s: %d", name, got.Status)
			}
		}
		ada.Post(paperPath, batch()...)
		if got := bob.Post(paperPath, batch("sheets", "H23-111 ZZZ-000")...); got.Status != 422 || !strings.Contains(got.Body, "H23-111 est déjà") {
			t.Errorf("a sheet in two batches: %d", got.Status)
		}
		discard := entry(t, bob.Get(paperPath).Body, "discard")
		if got := stranger.Post(discard); got.Status != 404 {
			t.Errorf("a stranger takes it back: %d", got.Status)
		}
		if got := bob.Post(discard); got.Status != 303 {
			t.Errorf("%d", got.Status)
		}
		if got := bob.Post(paperPath, batch("sheets", "H23-111 ZZZ-000")...); got.Status != 303 {
			t.Errorf("a sheet that was taken back: %d", got.Status)
		}
	})
}

func TestPaperIsOfItsOwnTeamAlone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		_, _, stranger := f.team()
		other, err := f.Create(t.Context(), func() mobilisation.Plan {
			p := plan("autre")
			p.OrganisationID, p.AuthorID = "", "carol"
			return p
		}())
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Publish(t.Context(), other.ID); err != nil {
			t.Fatal(err)
		}
		if got := stranger.Post("/m/autre/team/paper", batch("counters", "Carol Petit")...); got.Status != 303 {
			t.Fatalf("her own: %d\n%s", got.Status, got.Body)
		}
		page := stranger.Get("/m/autre/team/paper").Body
		id := entryShape.FindStringSubmatch(page)[1]
		ada, _, _ := f.team()
		for _, path := range []string{"", "/" + id + "/confirm", "/" + id + "/discard", "/" + id + "/correct"} {
			if got := stranger.Post(paperPath+path, batch("reason", "x")...); got.Status != 404 {
				t.Errorf("a stranger posts %q: %d", path, got.Status)
			}
			if path != "" {
				if got := ada.Post(paperPath+path, "right", "1", "reason", "x"); got.Status != 409 {
					t.Errorf("%q of another petition: %d", path, got.Status)
				}
			}
		}
		if n, _ := f.OnPaper(t.Context(), other.ID); n != 24 {
			t.Errorf("%d", n)
		}
	})
}

func TestEachSheetBearsANumberOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		one, two := f.visitor().Get("/m/ligne-du-val/sheet.pdf?copies=3"), f.visitor().Get("/m/ligne-du-val/sheet.pdf")
		if one.Status != 200 || strings.Count(one.Body, "/Type /Page\n") != 4 || strings.Count(two.Body, "/Type /Page\n") != 2 {
			t.Errorf("%d, %d pages and %d", one.Status, strings.Count(one.Body, "/Type /Page\n"), strings.Count(two.Body, "/Type /Page\n"))
		}
		if again := f.visitor().Get("/m/ligne-du-val/sheet.pdf"); again.Body == two.Body {
			t.Error("two prints are the same")
		}
		v := f.visitor()
		for range 30 {
			v.Get("/m/ligne-du-val/sheet.pdf")
		}
		if got := v.Get("/m/ligne-du-val/sheet.pdf"); got.Status != 429 {
			t.Errorf("the 31st from one home: %d", got.Status)
		}
	})
}
