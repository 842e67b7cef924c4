package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

// wizard is a newcomer's browser on the way to a mobilisation.
type wizard struct {
	*webtest.Visitor
	e     *estate
	draft string // path of the draft, without its step
}

// begin answers the first step.
func (e *estate) begin(v *webtest.Visitor) *wizard {
	e.t.Helper()
	a := v.Post("/create", "title", "Rouvrons le cinéma du Val", "addressee", "Mairie de Montfaye")
	draft, step, ok := strings.Cut(strings.TrimSuffix(a.Location(), "#contenu"), "/text")
	if a.Status != http.StatusSeeOther || !ok || step != "" {
		e.t.Fatalf("the first step: %d %s\n%s", a.Status, a.Location(), a.Body)
	}
	return &wizard{Visitor: v, e: e, draft: draft}
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// answer sends a step as its page asks, and returns where that leads.
func (w *wizard) answer(step string, pairs ...string) webtest.Answer {
	w.e.t.Helper()
	page := w.Get(w.draft + "/" + step)
	found := versionField.FindStringSubmatch(page.Body)
	if page.Status != http.StatusOK || found == nil {
		w.e.t.Fatalf("%s: %d\n%s", step, page.Status, page.Body)
	}
	return w.Post(w.draft+"/"+step, append(pairs, "version", found[1])...)
}

// write answers the steps between the first and the last.
func (w *wizard) write() {
	w.e.t.Helper()
	if a := w.answer("text", "point_1", "La salle ferme le 30 juin.", "point_2", "La suivante est à 40 km.", "point_3", "Que la ville la rachète.",
		"why", "Jusqu’en **2019**, deux séances par jour.", "sources", "Le rapport https://example.org/rapport"); !strings.Contains(a.Location(), "/place") {
		w.e.t.Fatalf("text: %d\n%s", a.Status, a.Body)
	}
	if a := w.answer("place", "scope", "department", "place", "Ain", "goal", "100", "theme", "culture"); !strings.Contains(a.Location(), "/check") {
		w.e.t.Fatalf("place: %d\n%s", a.Status, a.Body)
	}
}

const proposedSlug = "rouvrons-le-cinema-du-val"

// signIn has the newcomer come in by the link in a mail, opened on another device than the one that holds the draft, and returns that
// device and the key that the link has given it.
func (w *wizard) signIn() (phone *wizard, key string) {
	w.e.t.Helper()
	page := w.Get(w.draft + "/check")
	next := regexp.MustCompile(`name="next" value="([^"]+)"`).FindStringSubmatch(page.Body)
	if next == nil {
		w.e.t.Fatalf("the last step does not ask for an address:\n%s", page.Body)
	}
	w.Post("/signin", "email", "lea@example.org", "next", next[1])
	phone = &wizard{Visitor: w.e.site.Visitor(w.e.t), e: w.e, draft: w.draft}
	here := phone.Post(w.e.letter("lea@example.org").SignIn)
	if here.Status != http.StatusSeeOther || here.Location() != next[1] {
		w.e.t.Fatalf("the link leads to %d %s, not %s", here.Status, here.Location(), next[1])
	}
	_, key, _ = strings.Cut(next[1], "key=")
	return phone, key
}

// propose sends the last step.
func (w *wizard) propose(pairs ...string) {
	w.e.t.Helper()
	if a := w.Post(w.draft+"/check", append(pairs, "author", "Léa Morin", "charter", "1")...); !strings.HasPrefix(a.Location(), "/mine") {
		w.e.t.Fatalf("proposed: %d\n%s", a.Status, a.Body)
	}
}

// act is where a moderator decides about what is proposed.
func (e *estate) act(moderator *webtest.Visitor) string {
	e.t.Helper()
	queue := moderator.Get("/moderation")
	act := regexp.MustCompile(`action="(/moderation/mobilisation.petition/[0-9a-z]+)"`).FindStringSubmatch(queue.Body)
	if act == nil || !strings.Contains(queue.Body, "Léa Morin") {
		e.t.Fatalf("the queue:\n%s", queue.Body)
	}
	return act[1]
}

// reads waits until everybody reads something on a page: it is made anew once a second at most.
func (e *estate) reads(path, words string) {
	e.t.Helper()
	apptest.Within(e.t, backWithin, "everybody reads "+words, func() bool { return strings.Contains(e.visitor(nobody).Get(path).Body, words) })
}

// TestANewcomerProposesAModeratorPublishesAndPeopleSign goes the whole way without a script.
func TestANewcomerProposesAModeratorPublishesAndPeopleSign(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		w := e.begin(e.visitor(nobody))
		w.write()
		phone, key := w.signIn()
		if a := phone.Post(w.draft+"/check", "key", key, "author", "Léa Morin"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Léa Morin") {
			t.Fatalf("without the charter: %d", a.Status)
		}
		phone.propose("key", key)
		if a := phone.Get("/mine"); !strings.Contains(a.Body, "En relecture") {
			t.Errorf("its author does not see where it stands:\n%s", a.Body)
		}
		moderator := e.visitor(perm.RoleModerator)
		act := e.act(moderator)
		if a := moderator.Post(act, "verdict", "publish"); a.Status != http.StatusSeeOther {
			t.Fatalf("publish: %d\n%s", a.Status, a.Body)
		}
		if a := moderator.Post(act, "verdict", "reject", "article", "1", "reason", "Trop tard."); a.Status != http.StatusConflict {
			t.Errorf("decided twice: %d", a.Status)
		}
		if a := e.visitor(nobody).Get("/m/" + proposedSlug); a.Status != http.StatusOK || !strings.Contains(a.Body, "Léa Morin") {
			t.Fatalf("published: %d", a.Status)
		}
		if a := e.visitor(nobody).Post("/m/"+proposedSlug+"/sign", "given_name", "Ada", "family_name", "Martin", "email", "ada@example.org", "postal_code", "01000"); a.Status != http.StatusSeeOther {
			t.Errorf("signed: %d", a.Status)
		}
		if a := phone.Post("/m/"+proposedSlug+"/team/news", "title", "Reçus mardi", "body", "À la mairie.", "lang", "fr"); a.Status != http.StatusSeeOther {
			t.Errorf("news: %d", a.Status)
		}
		e.reads("/m/"+proposedSlug, "Reçus mardi")
		if a := phone.Post("/m/"+proposedSlug+"/team/deliver", "day", "1999-01-01", "recipient", "Mairie"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("handed over before it was published: %d", a.Status)
		}
		if a := phone.Post("/m/"+proposedSlug+"/team/deliver", "day", e.Clock.Now().Format(time.DateOnly), "recipient", "Mairie de Montfaye", "reply", "Reçu en main propre."); a.Status != http.StatusSeeOther {
			t.Errorf("handed over: %d\n%s", a.Status, a.Body)
		}
		e.reads("/m/"+proposedSlug, "Reçu en main propre.")
		if a := phone.Post("/m/"+proposedSlug+"/team/end", "state", "victory", "outcome", "La ville achète la salle."); a.Status != http.StatusSeeOther {
			t.Errorf("the end: %d", a.Status)
		}
		e.reads("/m/"+proposedSlug, "La ville achète la salle.")
	})
}

// TestAProposalIsSentBackWithReasonsAndComesAgain has nobody else see it meanwhile.
func TestAProposalIsSentBackWithReasonsAndComesAgain(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	w.write()
	phone, key := w.signIn()
	phone.propose("key", key)
	if a := e.visitor(nobody).Get("/m/" + proposedSlug); a.Status != http.StatusNotFound {
		t.Errorf("everybody sees it before it was read: %d", a.Status)
	}
	for _, path := range []string{"/preview", "/team"} {
		if a := e.visitor(known).Get("/m/" + proposedSlug + path); a.Status != http.StatusNotFound {
			t.Errorf("somebody else sees %s: %d", path, a.Status)
		}
	}
	moderator := e.visitor(perm.RoleModerator)
	act := e.act(moderator)
	if a := moderator.Post(act, "verdict", "correct"); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a correction without a reason: %d", a.Status)
	}
	if a := moderator.Post(act, "verdict", "correct", "article", "3", "reason", "Une source date de 1998."); a.Status != http.StatusSeeOther {
		t.Fatalf("a correction: %d\n%s", a.Status, a.Body)
	}
	apptest.Within(t, backWithin, "the author reads why", func() bool {
		return strings.Contains(e.letter("lea@example.org").Text, "Une source date de 1998.")
	})
	phone.write()
	phone.propose()
	if again := e.act(moderator); again != act {
		t.Errorf("it came back as another: %s, %s", act, again)
	}
	if a := e.visitor(nobody).Get("/moderation/log"); !strings.Contains(a.Body, "Demander une correction") || strings.Contains(a.Body, "1998") || strings.Contains(a.Body, "Léa") {
		t.Errorf("the log:\n%s", a.Body)
	}
}

// TestTwoTabsOfOneDraftLoseNothing has the second tab told what the first has done, with its own answers kept.
func TestTwoTabsOfOneDraftLoseNothing(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	w.write()
	stale := w.Post(w.draft+"/text", "version", "1", "point_1", "Autre ligne.", "point_2", "b", "point_3", "c")
	if stale.Status != http.StatusConflict || !strings.Contains(stale.Body, "Autre ligne.") {
		t.Fatalf("%d\n%s", stale.Status, stale.Body)
	}
	if a := w.Get(w.draft + "/text"); !strings.Contains(a.Body, "La salle ferme le 30 juin.") {
		t.Error("what the first tab kept is gone")
	}
	version := versionField.FindStringSubmatch(stale.Body)[1]
	if a := w.Post(w.draft+"/text", "version", version, "point_1", "Autre ligne.", "point_2", "b", "point_3", "c"); a.Status != http.StatusSeeOther {
		t.Errorf("knowingly: %d", a.Status)
	}
}

// TestADraftOpensOnlyWithItsKey has others try the address of a draft.
func TestADraftOpensOnlyWithItsKey(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	for _, who := range visitorKinds() {
		v := e.visitor(who)
		for _, path := range []string{w.draft + "/demand", w.draft + "/text", w.draft + "/check", w.draft + "/text?key=0000000000000000000000000a"} {
			if a := v.Get(path); a.Status != http.StatusNotFound || strings.Contains(a.Body, "cinéma") {
				t.Errorf("%s reads %s: %d", who, path, a.Status)
			}
		}
		if a := v.Post(w.draft+"/text", "version", "1", "point_1", ""); a.Status != http.StatusNotFound {
			t.Errorf("%s writes nothing: %d", who, a.Status)
		}
		for _, draft := range []string{w.draft, "/create/00000000000000000000000000"} { // the same for one that there is not
			if a := v.Post(draft+"/text", "version", "1", "point_1", "x"); a.Status != http.StatusSeeOther || strings.HasPrefix(a.Location(), draft) {
				t.Errorf("%s writes: %d %s", who, a.Status, a.Location())
			}
		}
	}
	if a := w.Get(w.draft + "/text"); strings.Contains(a.Body, `value="x"`) {
		t.Error("somebody else has changed it")
	}
}

func TestWhatAWizardRefuses(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	for _, c := range []struct {
		step  string
		pairs []string
		says  string
	}{
		{"demand", []string{"title", "", "addressee", "Mairie"}, "f-title-error"},
		{"demand", []string{"title", strings.Repeat("a", 121), "addressee", "Mairie"}, "f-title-error"},
		{"demand", []string{"title", "ROUVREZ LA SALLE", "addressee", "Mairie"}, "f-title-error"},
		{"text", []string{"point_1", "a", "point_2", "b"}, "f-point_3-error"},
		{"text", []string{"point_1", "a", "point_2", "b", "point_3", "c", "sources", "javascript:alert(1)"}, "f-sources-error"},
		{"text", []string{"point_1", "a", "point_2", "b", "point_3", "c", "sources", "x https://user:pass@example.org/"}, "f-sources-error"},
		{"text", []string{"point_1", "a", "point_2", "b", "point_3", "c", "why", strings.Repeat("ligne\n", 5000)}, "f-why-error"},
		{"place", []string{"place", "Ain"}, "f-scope-error"},
		{"place", []string{"scope", "moon"}, "f-scope-error"},
		{"place", []string{"scope", "commune", "place", "Nulle-Part"}, "f-place-error"},
		{"place", []string{"scope", "world", "goal", "3"}, "f-goal-error"},
		{"place", []string{"scope", "world", "ends", "1999-01-01"}, "f-ends-error"},
		{"place", []string{"scope", "world", "ends", "soon"}, "f-ends-error"},
	} {
		a := w.answer(c.step, c.pairs...)
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, c.says) {
			t.Errorf("%s %.60q: %d without %s", c.step, c.pairs, a.Status, c.says)
		}
	}
}

// TestWhatResemblesADraftIsShownFirstAndHoldsNobodyUp has a newcomer see what one may sign instead, go on, and propose nevertheless.
func TestWhatResemblesADraftIsShownFirstAndHoldsNobodyUp(t *testing.T) {
	e := newEstate(t, engine(t))
	title := e.open.Texts["fr"].Title
	v := e.visitor(nobody)
	look := v.Post("/create", "title", title+" demain", "addressee", "Mairie", "look", "1")
	draft, ok := strings.CutSuffix(look.Location(), "/demand")
	if look.Status != http.StatusSeeOther || !ok {
		t.Fatalf("who asks what exists is led to %d %s", look.Status, look.Location())
	}
	for _, step := range []string{"/demand", "/text", "/check"} {
		if a := v.Get(draft + step); !strings.Contains(a.Body, `id="similar"`) || !strings.Contains(a.Body, `href="/m/`+e.open.Slug+`"`) {
			t.Errorf("%s does not show %q:\n%s", step, title, a.Body)
		}
	}
	if a := v.Get("/en" + draft + "/text"); !strings.Contains(a.Body, "Sign it instead") {
		t.Errorf("in English:\n%s", a.Body)
	}
	w := &wizard{Visitor: v, e: e, draft: draft}
	w.write() // goes on
	other := e.visitor(nobody)
	if a := other.Get(strings.TrimSuffix(other.Post("/create", "title", "Des repas sans plastique", "addressee", "Conseil régional").Location(), "#contenu")); a.Status != http.StatusOK || strings.Contains(a.Body, `id="similar"`) {
		t.Error("what resembles nothing is shown beside something")
	}
}

// TestATextThatIsTooLongComesBackWhole pastes ten thousand lines, and what some letters make of it on their way.
func TestATextThatIsTooLongComesBackWhole(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	for _, text := range []string{strings.Repeat("Une ligne de plus.\r\n", 10_000), strings.Repeat("字", 20_000), strings.Repeat("<script>alert(1)</script>\n", 1000)} {
		a := w.answer("text", "point_1", "Un.", "point_2", "Deux.", "point_3", "Trois.", "why", text+"La fin.")
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "f-why-error") || !strings.Contains(a.Body, "La fin.</textarea>") || strings.Contains(a.Body, "<script>alert") {
			t.Errorf("%.20q: %d, %d bytes", text, a.Status, len(a.Body))
		}
	}
	if a := w.Get(w.draft + "/text"); !strings.Contains(a.Body, "La fin.</textarea>") {
		t.Error("it is not kept for who comes back")
	}
	if a := w.answer("text", "point_1", "Un.", "point_2", "Deux.", "point_3", "Trois.", "why", "<img src=x onerror=alert(1)>[a](javascript:alert(1))<script>alert(1)</script> **gras**"); a.Status != http.StatusSeeOther {
		t.Fatalf("Markdown with scripts: %d", a.Status)
	}
	if a := w.Get(w.draft + "/check"); strings.Contains(a.Body, "<img src=x") || strings.Contains(a.Body, `href="javascript`) || strings.Contains(a.Body, "<script>alert") || !strings.Contains(a.Body, "<strong>gras</strong>") {
		t.Errorf("what it is drawn as:\n%s", a.Body)
	}
}

// TestAWizardLeftOpenForAWeekLosesNothing answers a page that was opened a week ago: somebody has saved meanwhile, the session is gone,
// the key of the draft is gone from the browser.
func TestAWizardLeftOpenForAWeekLosesNothing(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	old := versionField.FindStringSubmatch(w.Get(w.draft + "/text").Body)[1]
	w.write()
	w.answer("demand", "title", "Rouvrons le cinéma du Val", "addressee", "Ville de Montfaye")
	mine := []string{"point_1", "Tapé il y a une semaine.", "point_2", "Deux.", "point_3", "Trois.", "letter", "Une lettre."}
	stale := w.Post(w.draft+"/text", append(mine, "version", old)...)
	if none := missing(stale.Body, "Tapé il y a une semaine.", "Une lettre.", "a changé depuis"); stale.Status != http.StatusConflict || len(none) > 0 {
		t.Errorf("saved elsewhere: %d without %q", stale.Status, none)
	}
	lost := &wizard{Visitor: e.visitor(nobody), e: e, draft: w.draft}
	gone := lost.Post(w.draft+"/text", append(mine, "version", old)...)
	if gone.Status != http.StatusSeeOther || strings.HasPrefix(gone.Location(), w.draft) {
		t.Fatalf("without its key: %d %s", gone.Status, gone.Location())
	}
	kept := lost.Get(strings.TrimSuffix(gone.Location(), "#contenu")).Body
	if none := missing(kept, "Tapé il y a une semaine.", "Deux.", "Une lettre.", "ne s’ouvre plus"); len(none) > 0 {
		t.Errorf("without its key the answers %q are lost:\n%s", none, kept)
	}
	if a := w.Get(w.draft + "/text"); strings.Contains(a.Body, "Tapé il y a une semaine.") {
		t.Error("who has no key has changed the draft")
	}
	away := lost.Post(w.draft+"/check", "author", "Léa Morin", "charter", "1")
	if none := missing(away.Body, "Se connecter"); away.Status >= 500 || len(none) > 0 {
		t.Errorf("proposed without a session: %d\n%s", away.Status, away.Body)
	}
}
