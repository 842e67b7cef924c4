package app_test

import (
	"net/http"
	"strings"
	"testing"

	"essaim/internal/platform/perm"
)

// missing tells which of some words a page has not.
func missing(body string, words ...string) (none []string) {
	for _, w := range words {
		if !strings.Contains(body, w) {
			none = append(none, w)
		}
	}
	return none
}

// TestWhatIsAddedToADraftIsReadByModeratorsAndThenByEverybody adds a letter, milestones, questions and a translation.
func TestWhatIsAddedToADraftIsReadByModeratorsAndThenByEverybody(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	w.answer("text", "point_1", "La salle ferme le 30 juin.", "point_2", "La suivante est à 40 km.", "point_3", "Que la ville la rachète.",
		"why", "Un texte.", "letter", "Madame la Maire, **rachetez** la salle.")
	w.answer("place", "scope", "country", "goal", "1 000 : nous remettons la lettre\n100 : nous demandons un rendez-vous", "theme", "culture")
	if a := w.answer("questions", "question_1", "Combien cela coûte-t-il ?", "answer_1", "Autant qu'un **rond-point**.", "question_4", "Qui la tiendrait ?", "answer_4", "Une coopérative.", "look", "1"); !strings.Contains(a.Location(), "/questions") {
		t.Fatalf("more questions: %d %s", a.Status, a.Location())
	}
	if a := w.Get(w.draft + "/questions"); !strings.Contains(a.Body, `name="answer_4"`) || strings.Index(a.Body, "Une coopérative.") > strings.Index(a.Body, `name="answer_3"`) {
		t.Errorf("what was asked fourth did not move up:\n%s", a.Body)
	}
	if a := w.answer("in-en", "title", "Let us reopen the cinema", "addressee", "Montfaye town hall", "point_1", "It closes."); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "f-point_2-error") || !strings.Contains(a.Body, "It closes.") {
		t.Fatalf("half a translation: %d\n%s", a.Status, a.Body)
	}
	if a := w.Get(w.draft + "/check"); len(missing(a.Body, "La traduction (English)", w.draft+"/in-en#f-title", "rond-point</strong>", "Madame la Maire")) > 0 {
		t.Errorf("the last step passes over half a translation:\n%s", a.Body)
	}
	if a := w.answer("in-en", "title", "Let us reopen the cinema", "addressee", "Montfaye town hall", "point_1", "It closes.", "point_2", "The next is far.", "point_3", "Buy it.",
		"goal_100", "we ask for a meeting", "question_1", "What does it cost?", "answer_1", "As much as a roundabout."); !strings.Contains(a.Location(), "/check") {
		t.Fatalf("a translation: %d\n%s", a.Status, a.Body)
	}
	for _, step := range []string{"/in-fr", "/in-tlh", "/in-", "/elsewhere"} {
		if a := w.Get(w.draft + step); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", step, a.Status)
		}
	}
	phone, key := w.signIn()
	phone.propose("key", key)
	moderator := e.visitor(perm.RoleModerator)
	act := e.act(moderator)
	if none := missing(moderator.Get("/moderation").Body, "Madame la Maire", "rond-point", "Let us reopen the cinema", "roundabout"); len(none) > 0 {
		t.Errorf("moderators do not read %q before they publish it", none)
	}
	moderator.Post(act, "verdict", "publish")
	at := "/m/" + proposedSlug
	if none := missing(e.visitor(nobody).Get(at).Body, "Madame la Maire", "Combien cela coûte-t-il", "rond-point</strong>", "Une coopérative.", "nous demandons un rendez-vous", "nous remettons la lettre"); len(none) > 0 {
		t.Errorf("%q is not on the page", none)
	}
	if none := missing(e.visitor(nobody).Get("/en"+at).Body, "Let us reopen the cinema", "What does it cost?", "roundabout", "we ask for a meeting", "nous remettons la lettre"); len(none) > 0 {
		t.Errorf("%q is not on the English page", none)
	}
	if a := phone.Post(at+"/team/questions", "in", "en", "question_1", "Who would run it?"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "f-answer_1-error") || !strings.Contains(a.Body, "Who would run it?") {
		t.Errorf("a question without an answer: %d", a.Status)
	}
	if a := phone.Post(at+"/team/questions", "in", "en", "question_2", "Who would run it?", "answer_2", "A **cooperative**, as in the roundabout of Hay."); a.Status != http.StatusSeeOther {
		t.Errorf("from the board: %d\n%s", a.Status, a.Body)
	}
	if a := e.visitor(known).Post(at+"/team/questions", "in", "en"); a.Status != http.StatusNotFound {
		t.Errorf("somebody else answers: %d", a.Status)
	}
	e.reads("/en"+at, "Who would run it?")
	for _, q := range []string{"cooperative", "roundabout"} {
		if a := e.visitor(nobody).Get("/search?q=" + q); !strings.Contains(a.Body, at) {
			t.Errorf("an answer that says %s is not found", q)
		}
	}
}

// TestANewcomerBeginsWithAnExampleAndMakesItTheirOwn has the demand of an example refused as it is.
func TestANewcomerBeginsWithAnExampleAndMakesItTheirOwn(t *testing.T) {
	e := newEstate(t, engine(t))
	for prefix, words := range map[string][]string{"": {"encore la demande d’un exemple", "Rouvrons la gare de Saint-Elme"}, "/en": {"still the demand of an example", "Let us reopen Saint-Elme station"}} {
		v := e.visitor(nobody)
		if a := v.Get(prefix + "/create"); strings.Count(a.Body, `name="example"`) != 3 || !strings.Contains(a.Body, words[1]) {
			t.Errorf("three examples are to be read:\n%s", a.Body)
		}
		a := v.Post(prefix+"/create", "example", "local")
		draft, ok := strings.CutSuffix(a.Location(), "/demand")
		if a.Status != http.StatusSeeOther || !ok {
			t.Fatalf("%d %s", a.Status, a.Location())
		}
		if a := v.Get(draft + "/demand"); !strings.Contains(a.Body, words[1]) {
			t.Errorf("it is not in the form:\n%s", a.Body)
		}
		if a := v.Get(draft + "/check"); !strings.Contains(a.Body, words[0]) {
			t.Errorf("it may be proposed as it is:\n%s", a.Body)
		}
		if a := v.Post(prefix+"/create", "example", "zq"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("an example that there is not: %d", a.Status)
		}
	}
}
