package app_test

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

// list has a moderator make a list, with an effect and its terms in turn.
func (e *estate) list(name string, entries ...string) *webtest.Visitor {
	e.t.Helper()
	v := e.visitor(perm.RoleModerator)
	path := v.Post("/moderation/words", "name", name).Location()
	for i := 0; i+1 < len(entries); i += 2 {
		if a := v.Post(path+"/add", "effect", entries[i], "term", entries[i+1], "lang", "fr"); a.Status != http.StatusSeeOther {
			e.t.Fatalf("%s: %d\n%s", entries[i+1], a.Status, a.Body)
		}
	}
	return v
}

// refused tells whether an answer asks for other words than these, at a field, with what was typed still there, and names no list.
func refused(a webtest.Answer, words, typed string) bool {
	text := strings.ReplaceAll(html.UnescapeString(a.Body), "\u00a0", " ")
	return a.Status == http.StatusUnprocessableEntity && strings.Contains(text, "Trouvez d’autres mots pour : "+words) &&
		strings.Contains(text, typed) && !strings.Contains(text, "Liste noire")
}

func TestWordsAreRefusedAtTheFieldAndMarkedInTheQueue(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		moderator := e.list("Liste noire", "refuse", "malotru*", "hold", "goujat")
		v := e.visitor(nobody)
		if a := v.Post("/create", "title", "Chassons les M4lotrus du conseil", "addressee", "Mairie"); !refused(a, "M4lotrus", "Chassons les M4lotrus") {
			t.Errorf("a demand: %d\n%s", a.Status, a.Body)
		}
		w := e.begin(v)
		a := w.answer("text", "point_1", "Un.", "point_2", "Deux.", "point_3", "Trois.", "why", "Ce malotru s’en va.")
		if !refused(a, "malotru", "Ce malotru s’en va.") {
			t.Errorf("its reasons: %d\n%s", a.Status, a.Body)
		}
		w.answer("text", "point_1", "Ce goujat.", "point_2", "Deux.", "point_3", "Trois.", "why", "Il s’en va.")
		w.answer("place", "scope", "department", "place", "Ain", "theme", "culture")
		phone, key := w.signIn()
		phone.propose("key", key)
		if page := moderator.Get("/moderation?kind=mobilisation.petition").Body; !strings.Contains(page, "<mark>goujat</mark>") || !strings.Contains(page, "Liste noire") {
			t.Errorf("the queue does not mark it:\n%s", page)
		}
		host := e.visitor(perm.RoleHost)
		edit := "/organisation/" + e.carrier.Slug + "/edit"
		if a := host.Post(edit, "name", "Rail", "lang", "fr", "lede", "Contre tout malotru.", "line", "Ici"); !refused(a, "malotru", "Contre tout malotru.") {
			t.Errorf("an organisation: %d\n%s", a.Status, a.Body)
		}
	})
}

// Who signs is counted, whatever they write beside it: the message waits, as all do, and is marked.
func TestASignatureIsNeverRefusedForItsMessage(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		moderator := e.list("Liste noire", "refuse", "malotru*")
		v := e.visitor(nobody)
		a := v.Post("/m/"+e.open.Slug+"/sign", "given_name", "Zoé", "family_name", "Martin", "email", "zoe@example.org", "postal_code", "01000", "message", "Dehors, m.a.l.o.t.r.u !")
		if a.Status != http.StatusSeeOther {
			t.Fatalf("not signed: %d\n%s", a.Status, a.Body)
		}
		if a := v.Post(e.letter("zoe@example.org").Confirm); a.Status != http.StatusSeeOther {
			t.Fatalf("not confirmed: %d", a.Status)
		}
		apptest.Within(t, backWithin, "the message is marked in the queue", func() bool {
			page := moderator.Get("/moderation?kind=mobilisation.message").Body
			return strings.Contains(page, "<mark>m.a.l.o.t.r.u</mark>") && strings.Contains(page, "Liste noire")
		})
	})
}
