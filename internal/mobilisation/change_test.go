package mobilisation_test

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/mobilisation/page"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web/webtest"
)

const textPath = "/m/ligne-du-val/team/text"

// writer is a browser of who organises.
func (f *fixture) writer() *webtest.Visitor {
	v := f.visitor()
	v.SetCookie("essaim_session", string(perm.RoleOrganiser))
	return v
}

var hiddenShape = regexp.MustCompile(`name="(base|waiting|seen)" value="([^"]*)"`)

// textForm is the form of the words in French with another title, after the page that it answers to.
func textForm(page, title string, more ...string) []string {
	all := []string{
		"title_fr", title, "addressee_fr", "Conseil régional", "point_1_fr", "42 km de rails.", "point_2_fr", "Plus un train.", "point_3_fr", "Huit allers-retours.",
		"why_fr", "Jusqu’en **2019**, six trains.", "letter_fr", "Madame la Présidente,", "sources_fr", "Étude https://example.org/etude",
	}
	for _, found := range hiddenShape.FindAllStringSubmatch(page, -1) {
		all = append(all, found[1], found[2])
	}
	return append(all, more...)
}

// rewrite looks at a change and does it, and returns where it leads.
func (f *fixture) rewrite(title string, more ...string) webtest.Answer {
	f.t.Helper()
	team := f.writer()
	looked := team.Post(textPath, textForm(team.Get(textPath).Body, title, append(more, "act", "look")...)...)
	if looked.Status != 200 || !strings.Contains(looked.Body, `value="do"`) {
		f.t.Fatalf("look: %d\n%s", looked.Status, looked.Body)
	}
	return team.Post(textPath, textForm(looked.Body, title, append(more, "act", "do")...)...)
}

// anew is a page as it is a moment later: a page that is kept is drawn once a second at most.
func (f *fixture) anew(path string) string {
	f.clock.Advance(2 * time.Second)
	return f.visitor().Get(path).Body
}

// told waits until every letter about a change has left, and returns those to the addresses since the n-th.
func (f *fixture) told(n int) (to []string) {
	f.t.Helper()
	f.within("no letter about a change waits", func() bool {
		var running int
		failed := f.db.QueryRow(f.t.Context(), `SELECT COUNT(*) FROM mobilisation_change WHERE telling = 'running'`).Scan(&running)
		waiting, err := f.queue.Waiting(f.t.Context(), "mobilisation.change_letter") // after it: letters are put before a round ends
		return err == nil && failed == nil && waiting == 0 && running == 0
	})
	for i := n + 1; i <= f.mails.Count(); i++ {
		caught, _ := f.mails.Get(i)
		to = append(to, caught.Message.To)
	}
	return to
}

// reviewed finds what moderators are asked, by kind.
func (f *fixture) reviewed(kind string) module.Review {
	for _, one := range page.New(f.Room).Module().Reviews {
		if one.Kind == kind {
			return one
		}
	}
	f.t.Fatalf("nobody asks moderators about %s", kind)
	return module.Review{}
}

// decide has a moderator decide about the first thing of a kind that waits.
func (f *fixture) decide(kind, verdict string) error {
	f.t.Helper()
	review := f.reviewed(kind)
	items, err := review.Waiting(f.t.Context(), 10)
	if err != nil || len(items) == 0 {
		f.t.Fatalf("%d wait, %v", len(items), err)
	}
	return f.db.InTx(f.t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		return review.Decide(ctx, tx, module.Decision{ID: items[0].ID, Verdict: verdict, Reason: "Une raison.", By: moderator, At: f.clock.Now()})
	})
}

func TestBeforeTheFirstSignatureTheTextIsFree(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if got := f.rewrite("Rouvrons toute la ligne du Val"); got.Status != 303 || !strings.Contains(got.Location(), "done=standing") {
			t.Fatalf("%d %s\n%s", got.Status, got.Location(), got.Body)
		}
		f.within("the page says so", func() bool { return strings.Contains(f.anew("/m/ligne-du-val"), "Rouvrons toute la ligne du Val") })
		if body := f.anew("/m/ligne-du-val"); strings.Contains(body, "/history") {
			t.Error("a change that concerned nobody is announced")
		}
		history := f.visitor().Get("/m/ligne-du-val/history").Body
		if !strings.Contains(history, "<ins>toute la </ins>") && !strings.Contains(history, "<ins>toute </ins>") {
			t.Errorf("the history:\n%s", history)
		}
		if to := f.told(0); len(to) > 0 {
			t.Errorf("told %v", to)
		}
		if n, err := f.CountChanges(t.Context(), true); err != nil || n != 1 {
			t.Errorf("moderators see %d, %v", n, err)
		}
	})
}

func TestAfterTheFirstSignatureAChangeIsDatedShownAndMailedOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"ada", "bea", "cleo"} {
			f.confirmed("email", name+"@example.org", "family_name", name)
		}
		f.sign(f.visitor(), "email", "waits@example.org") // confirms after the change
		late := f.mail(4)
		if got := f.writer().Post(textPath, textForm(f.writer().Get(textPath).Body, "Autre chose", "act", "look")...); got.Status != 422 || !strings.Contains(got.Body, "pourquoi le texte change") {
			t.Fatalf("without a reason: %d\n%s", got.Status, got.Body)
		}
		n := f.quiet()
		f.clock.Advance(time.Minute)
		if got := f.rewrite("Rouvrons la ligne du Val en 2028", "reason", "La région a publié son calendrier."); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		if to := f.told(n); len(to) != 3 {
			t.Fatalf("told %v", to)
		}
		letter := f.mail(n + 1)
		f.saysWhatChanged(letter)
		f.clock.Advance(time.Minute)
		f.confirmed("email", "after@example.org", "family_name", "after") // who signed the new text is not told
		if got := f.visitor().Post(link(t, late)); got.Status != 303 {
			t.Fatalf("confirm late: %d", got.Status)
		}
		n = f.quiet()
		f.clock.Advance(25 * time.Hour)
		f.within("who confirmed late is told", func() bool { return f.mails.Count() == n+1 })
		if last := f.mail(n + 1); last.To != "waits@example.org" {
			t.Errorf("told %s", last.To)
		}
		if got := f.visitor().Post(away(t, letter)); got.Status != 200 {
			t.Errorf("withdraw: %d", got.Status)
		}
		f.counts(4)
		f.within("the telling ends", func() bool {
			f.clock.Advance(25 * time.Hour)
			versions, err := f.Versions(t.Context(), f.petition.ID)
			return err == nil && versions[0].Telling.State == "done"
		})
		versions, err := f.Versions(t.Context(), f.petition.ID)
		if told := versions[0].Telling; err != nil || told.Planned != 4 || told.Accepted != 4 || told.Lost != 0 {
			t.Errorf("%+v, %v", told, err)
		}
		if f.mails.Count() != n+1 {
			t.Errorf("%d mails, not %d: somebody was told twice", f.mails.Count(), n+1)
		}
	})
}

// saysWhatChanged looks at the letter about a change, and at the page.
func (f *fixture) saysWhatChanged(letter mail.Message) {
	f.t.Helper()
	for _, words := range []string{"La région a publié son calendrier.", "Ajouté : « en 2028 »", "/m/ligne-du-val/history", "/w/"} {
		if !strings.Contains(strings.ReplaceAll(letter.Text, "\u202f", " "), words) && !strings.Contains(strings.ReplaceAll(letter.Text, "\u00a0", " "), words) {
			f.t.Errorf("the letter does not say %q:\n%s", words, letter.Text)
		}
	}
	f.within("the page says so", func() bool {
		body := f.anew("/m/ligne-du-val")
		return strings.Contains(body, "en 2028") && strings.Contains(body, "Texte modifié le samedi 28 mars 2026")
	})
}

func TestAChangeWaitsForModeratorsWhereTheHostWantsSo(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.ReviewChanges = true
		f.confirmed("email", "ada@example.org")
		n := f.quiet()
		if got := f.rewrite("Fermons la ligne du Val", "reason", "Trop chère."); got.Status != 303 || !strings.Contains(got.Location(), "done=waiting") {
			t.Fatalf("%d %s", got.Status, got.Location())
		}
		if body := f.anew("/m/ligne-du-val"); !strings.Contains(body, "Rouvrons la ligne du Val") || strings.Contains(body, "Fermons") {
			t.Error("the old text does not stand")
		}
		if err := f.decide("mobilisation.change", mobilisation.VerdictRefuse); err != nil {
			t.Fatal(err)
		}
		if body := f.anew("/m/ligne-du-val"); strings.Contains(body, "Fermons") {
			t.Error("a refused text stands")
		}
		f.rewrite("Rouvrons vite la ligne du Val", "reason", "Il y a urgence.")
		if got := f.rewrite("Rouvrons très vite la ligne du Val", "reason", "Il y a urgence."); got.Status != 303 { // takes the place of what waited
			t.Fatalf("%d", got.Status)
		}
		if n, err := f.CountChanges(t.Context(), false); err != nil || n != 1 {
			t.Fatalf("%d wait, %v", n, err)
		}
		if err := f.decide("mobilisation.change", mobilisation.VerdictAdopt); err != nil {
			t.Fatal(err)
		}
		if to := f.told(n); len(to) != 1 || to[0] != "ada@example.org" {
			t.Errorf("told %v", to)
		}
		f.within("the new text stands", func() bool { return strings.Contains(f.anew("/m/ligne-du-val"), "très vite") })
		f.rewrite("Rouvrons la ligne du Val un jour", "reason", "Rien ne presse.")
		s, err := f.Standing(t.Context(), f.petition)
		if err != nil || s.Waiting == nil {
			t.Fatalf("%+v, %v", s, err)
		}
		if got := f.writer().Post(textPath+"/drop", "change", s.Waiting.ID); got.Status != 303 {
			t.Errorf("take back: %d", got.Status)
		}
		if got := f.writer().Post(textPath+"/drop", "change", s.Waiting.ID); got.Status != 409 {
			t.Errorf("take back twice: %d", got.Status)
		}
	})
}

func TestACorrectionIsShownAndMailedToNobody(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.ReviewChanges = true
		f.confirmed("email", "ada@example.org")
		n := f.quiet()
		team := f.writer()
		long := strings.Repeat("mot ", 13)
		if got := team.Post(textPath, textForm(team.Get(textPath).Body, "Fermons "+long, "correction", "1", "act", "look")...); got.Status != 422 || !strings.Contains(got.Body, "12 mots au plus") {
			t.Fatalf("a long correction: %d", got.Status)
		}
		if got := f.rewrite("Rouvrons la ligne du Vall", "correction", "1"); !strings.Contains(got.Location(), "done=standing") {
			t.Fatalf("%d %s", got.Status, got.Location())
		}
		f.within("the page says so", func() bool {
			return strings.Contains(f.anew("/m/ligne-du-val"), "Faute corrigée le samedi 28 mars 2026") && strings.Contains(f.anew("/m/ligne-du-val"), "Vall")
		})
		if err := f.decide("mobilisation.changed", mobilisation.VerdictBack); err != nil {
			t.Fatal(err)
		}
		f.within("the old text is back", func() bool { return !strings.Contains(f.anew("/m/ligne-du-val"), "Vall") })
		if n, err := f.CountChanges(t.Context(), true); err != nil || n != 0 {
			t.Errorf("%d left to look at, %v", n, err)
		}
		_ = n
	})
}

func TestManyCorrectionsMakeNoOtherText(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org")
		title := "Rouvrons la ligne du Val"
		correct := func() webtest.Answer {
			title += strings.Repeat(" mot", 7)
			team := f.writer()
			return team.Post(textPath, textForm(team.Get(textPath).Body, title, "correction", "1", "act", "look")...)
		}
		if got := correct(); got.Status != 200 {
			t.Fatalf("seven words: %d", got.Status)
		}
		f.rewrite(title, "correction", "1")
		f.clock.Advance(time.Minute)
		if got := correct(); got.Status != 422 || !strings.Contains(got.Body, "12 mots au plus") {
			t.Errorf("seven more that nobody is told of: %d", got.Status)
		}
		f.rewrite(title, "reason", "La demande est plus longue.")
		f.clock.Advance(time.Minute)
		if got := correct(); got.Status != 200 {
			t.Errorf("seven more after signatories were told: %d", got.Status)
		}
	})
}

func TestTwoEditorsLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org")
		team := f.writer()
		seen := team.Get(textPath).Body
		f.rewrite("Rouvrons la ligne du Val en 2028", "reason", "Une date.")
		late := textForm(seen, "Rouvrons la ligne du Val", "reason", "Un chiffre.", "act", "look")
		for i := range late {
			if late[i] == "Huit allers-retours." {
				late[i] = "Dix allers-retours."
			}
		}
		got := team.Post(textPath, late...)
		if got.Status != 409 || !strings.Contains(got.Body, "pendant que vous écriviez") || !strings.Contains(got.Body, "Dix allers-retours.") || !strings.Contains(got.Body, "<ins> en 2028</ins>") {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		if !strings.Contains(got.Body, `value="Rouvrons la ligne du Val en 2028"`) {
			t.Error("a part that the second did not touch is not that of the first")
		}
		if strings.Contains(got.Body, `value="do"`) {
			t.Error("it may be done without being looked at")
		}
	})
}

func TestATranslationIsNoChangeOfTheDemand(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org")
		n := f.quiet()
		if body := f.writer().Get(textPath + "?add=en").Body; !strings.Contains(body, `name="title_en"`) {
			t.Fatal("no fields for a translation")
		}
		got := f.rewrite("Rouvrons la ligne du Val", "title_en", "Reopen the Val line", "addressee_en", "Regional council", "point_1_en", "42 km of rails.")
		if got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		f.within("it stands", func() bool {
			return strings.Contains(f.anew("/en/m/ligne-du-val"), "Reopen the Val line")
		})
		if to := f.told(n); len(to) > 0 {
			t.Errorf("told %v", to)
		}
		if err := f.decide("mobilisation.changed", mobilisation.VerdictBack); err != nil {
			t.Fatal(err)
		}
		f.within("it is taken back", func() bool {
			return !strings.Contains(f.anew("/en/m/ligne-du-val"), "Reopen the Val line")
		})
		if body := f.anew("/m/ligne-du-val/history"); strings.Count(body, "42 km of rails.") != 2 {
			t.Error("the history does not say both that a language came and that it went")
		}
	})
}

func TestTheTextIsItsTeamsAlone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		form := textForm(f.writer().Get(textPath).Body, "Fermons la ligne du Val", "act", "look")
		for role, want := range map[perm.Role]int{"nobody special": 404, perm.RoleModerator: 404, perm.RoleOrganiser: 200, perm.RoleHost: 200} {
			v := f.visitor()
			v.SetCookie("essaim_session", string(role))
			if got := v.Get(textPath); got.Status != want {
				t.Errorf("%s reads: %d", role, got.Status)
			}
			if got := v.Post(textPath, form...); got.Status != want {
				t.Errorf("%s writes: %d", role, got.Status)
			}
		}
		if got := f.visitor().Get(textPath); got.Status != 401 {
			t.Errorf("a stranger: %d", got.Status)
		}
	})
}

func TestAnEndedMobilisationTakesCorrectionsOnly(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org")
		if err := f.End(t.Context(), f.petition.ID, mobilisation.Closed, map[string]string{"fr": "Merci."}); err != nil {
			t.Fatal(err)
		}
		p, err := f.Petition(t.Context(), "ligne-du-val")
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.Standing(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		d := s.Edition["fr"]
		d.Title = "Fermons la ligne"
		w := mobilisation.Rewrite{Edition: mobilisation.Edition{"fr": d}, Reason: "Non.", Base: s.Number}
		if _, err := f.Rewrite(t.Context(), p, w); !fault.Is(err, fault.Invalid) {
			t.Errorf("a change: %v", err)
		}
		w.Correction = true
		if _, err := f.Rewrite(t.Context(), p, w); err != nil {
			t.Errorf("a correction: %v", err)
		}
		f.within("the outcome stays", func() bool {
			body := f.anew("/m/ligne-du-val")
			return strings.Contains(body, "Fermons la ligne") && strings.Contains(body, "Merci.")
		})
	})
}

func TestEveryVersionIsKept(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for i := range 3 {
			f.rewrite("Rouvrons la ligne du Val, " + strconv.Itoa(i))
		}
		v := f.visitor()
		for version, title := range map[string]string{"1": "Rouvrons la ligne du Val<", "3": "Val, 1<", "4": "Val, 2<"} {
			got := v.Get("/m/ligne-du-val/history/" + version)
			if got.Status != 200 || !strings.Contains(got.Body, title) || strings.Contains(got.Body, "n’est plus en place") != (version != "4") {
				t.Errorf("version %s: %d\n%s", version, got.Status, got.Body)
			}
		}
		for _, version := range []string{"5", "0", "-1", "x", "99999999999999999999"} {
			if got := v.Get("/m/ligne-du-val/history/" + version); got.Status != 404 {
				t.Errorf("version %s: %d", version, got.Status)
			}
		}
	})
}

// flaky is a mail server that is away now and then.
type flaky struct {
	mobilisation.Sender
	away atomic.Bool
}

func (s *flaky) Send(ctx context.Context, m mail.Message) error {
	if s.away.Load() {
		return errors.New("the mail server is away")
	}
	return s.Sender.Send(ctx, m)
}
