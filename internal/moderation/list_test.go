package moderation_test

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/moderation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web/webtest"
	"essaim/internal/platform/words"
)

// reader is a moderator in a browser.
func (h *house) reader() *webtest.Visitor {
	return h.site.Enter(h.t, perm.Actor{ID: "reader", Session: "s", Roles: []perm.Role{perm.RoleModerator}})
}

// makeList makes a list with entries that hold a text back, and returns the path of its page.
func (h *house) makeList(v *webtest.Visitor, name string, terms ...string) string {
	h.t.Helper()
	a := v.Post("/moderation/words", "name", name)
	if a.Status != http.StatusSeeOther {
		h.t.Fatalf("%d\n%s", a.Status, a.Body)
	}
	for _, term := range terms {
		if a := v.Post(a.Location()+"/add", "term", term, "effect", "hold", "lang", "fr"); a.Status != http.StatusSeeOther {
			h.t.Fatalf("%s: %d\n%s", term, a.Status, a.Body)
		}
	}
	return a.Location()
}

// send sends a list as a browser does, with an empty file field behind what was pasted.
func (h *house) send(v *webtest.Visitor, path, list string) webtest.Answer {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, pair := range [][2]string{{"list", list}, {"effect", "tag"}, {"lang", "fr"}} {
		if err := form.WriteField(pair[0], pair[1]); err != nil {
			h.t.Fatal(err)
		}
	}
	if _, err := form.CreateFormFile("list", ""); err != nil {
		h.t.Fatal(err)
	}
	form.Close()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, webtest.URL+path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

func (h *house) effect(text string) words.Effect {
	return h.Screen(h.t.Context(), "fr", text).Effect
}

func TestModeratorsKeepLists(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		if h.effect("Quel malotru") != words.None {
			t.Fatal("nothing is listed, and a text meets it")
		}
		path := h.makeList(v, "Insultes", "malotru*", "va paître")
		if h.effect("Quels M4lotrus !") != words.Hold || h.effect("Va-paitre") != words.Hold {
			t.Error("an entry does not hold at once")
		}
		word := regexp.MustCompile(`action="([^"]+/entry/[0-9a-z]+)"`).FindStringSubmatch(v.Get(path).Body)[1]
		for _, c := range []struct {
			path, act string
			effect    words.Effect
		}{{word, "off", words.None}, {word, "on", words.Hold}, {path, "off", words.None}, {path, "on", words.Hold}, {word, "remove", words.None}} {
			if a := v.Post(c.path, "act", c.act); a.Status != http.StatusSeeOther {
				t.Fatalf("%s %s: %d", c.path, c.act, a.Status)
			}
			if got := h.effect("malotru"); got != c.effect {
				t.Errorf("%s %s: %v", c.path, c.act, got)
			}
		}
		if a := v.Post(word, "act", "off"); a.Status != http.StatusNotFound {
			t.Errorf("an entry that is gone is switched: %d", a.Status)
		}
		if a := v.Post(path, "act", "remove"); a.Status != http.StatusSeeOther || h.effect("va paître") != words.None {
			t.Errorf("%d", a.Status)
		}
		log := html.UnescapeString(h.log())
		for _, line := range []string{"Liste créée", "Entrées ajoutées", "Entrée arrêtée", "Entrée remise en marche", "Entrée enlevée", "Liste arrêtée", "Liste supprimée"} {
			if !strings.Contains(log, line) {
				t.Errorf("the log does not say %q", line)
			}
		}
		if strings.Contains(log, "malotru") || strings.Contains(log, "Insultes") {
			t.Error("the public log tells abusers what is listed")
		}
	})
}

func TestAnotherNodeScreensByTheListsWithinSeconds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other := moderation.New(h.Deps)
		if other.Screen(t.Context(), "fr", "malotru").Effect != words.None {
			t.Fatal("met")
		}
		h.makeList(h.reader(), "Insultes", "malotru")
		h.clock.Advance(6 * time.Second)
		if other.Screen(t.Context(), "fr", "malotru").Effect != words.Hold {
			t.Error("the other node does not know of it")
		}
	})
}

func TestWhatIsWrongWithAnEntryIsSaidAndKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		path := h.makeList(v, "Insultes")
		a := v.Post(path+"/add", "term", "/(casse/", "effect", "hold", "lang", "fr")
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Ce motif ne se lit pas") || !strings.Contains(a.Body, `value="/(casse/"`) {
			t.Errorf("%d\n%s", a.Status, a.Body)
		}
		for _, name := range []string{"", "Insultes", strings.Repeat("a", 61)} {
			if a := v.Post("/moderation/words", "name", name); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("a list called %q: %d", name, a.Status)
			}
		}
		for _, gone := range []string{"/moderation/words/none", "/moderation/words/none/import", path + "/import/none"} {
			if a := v.Get(gone); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", gone, a.Status)
			}
		}
		if a := v.Post("/moderation/words/none/add", "term", "malotru", "effect", "hold"); a.Status != http.StatusNotFound {
			t.Errorf("an entry of no list: %d", a.Status)
		}
		listID := strings.TrimPrefix(path, "/moderation/words/")
		for n := range words.MaxPatterns + 1 {
			err := h.AddWord(t.Context(), listID, words.Entry{Term: fmt.Sprintf("/mot%d+/", n), Effect: words.Tag}, moderator)
			if n < words.MaxPatterns && err != nil || n == words.MaxPatterns && !fault.Is(err, fault.Invalid) {
				t.Errorf("pattern %d: %v", n+1, err)
			}
		}
	})
}

func TestAListIsLookedAtBeforeItIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		path := h.makeList(v, "Reprise", "goujat")
		a := h.send(v, path+"/import", "langue\tterme\teffet\nfr\tmalotru\thold\nfr\tgoujat\trefuse\nfr\tx\nfr\tmufle\tparfois\n")
		if a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		sent := a.Location()
		page := html.UnescapeString(v.Get(sent).Body)
		for _, said := range []string{"Ligne 4", "Trop court", "Ligne 5", "Écrivez marquer"} {
			if !strings.Contains(page, said) {
				t.Errorf("the dry run does not say %q", said)
			}
		}
		if h.effect("malotru") != words.None {
			t.Error("a look changed something")
		}
		if a := v.Get(path + "/import?sent=" + sent[strings.LastIndex(sent, "/")+1:]); !strings.Contains(a.Body, "mufle\tparfois") {
			t.Error("what was sent cannot be corrected")
		}
		if a := v.Post(sent); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if h.effect("malotru") != words.Hold || h.effect("goujat") != words.Refuse {
			t.Error("the lines were not taken over")
		}
		if a := v.Post(sent); a.Status != http.StatusNotFound {
			t.Errorf("taken over twice: %d", a.Status)
		}
	})
}

func TestAListThatIsNoneIsRefusedWithWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		path := h.makeList(v, "Reprise") + "/import"
		for list, said := range map[string]string{"": "Rien dedans", "a\x00b": "Ce n’est pas du texte"} {
			if a := h.send(v, path, list); a.Status != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(a.Body), said) {
				t.Errorf("%q: %d, without %q", list, a.Status, said)
			}
		}
		a := h.send(v, path, strings.Repeat("mot\n", 10_000))
		if a.Status != http.StatusSeeOther {
			t.Fatalf("ten thousand lines: %d", a.Status)
		}
		if page := v.Get(a.Location()); page.Status != http.StatusOK || !strings.Contains(page.Body, "Ligne 2<") {
			t.Errorf("%d", page.Status)
		}
	})
}

func TestAListIsTakenFromTheHostsFolderAndFromTheSample(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		path := h.makeList(v, "Reprise") + "/import"
		if err := os.WriteFile(filepath.Join(h.ListsFolder, "hôte.tsv"), []byte("malotru\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(h.ListsFolder, "key"), []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if page := v.Get(path).Body; !strings.Contains(page, `value="hôte.tsv"`) || strings.Contains(page, `value="key"`) {
			t.Error("the form does not offer the files of the folder")
		}
		for _, from := range []string{"hôte.tsv", "sample"} {
			a := v.Post(path, "from", from, "effect", "tag", "lang", "")
			if a.Status != http.StatusSeeOther || v.Post(a.Location()).Status != http.StatusSeeOther {
				t.Fatalf("%s: %d", from, a.Status)
			}
		}
		if h.effect("malotru") != words.Tag || h.effect("connards") != words.Hold {
			t.Error("not taken over")
		}
		for _, from := range []string{"key", "../key", "/etc/passwd", "none.tsv"} {
			if a := v.Post(path, "from", from, "effect", "tag"); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", from, a.Status)
			}
		}
	})
}

func TestATextIsTriedAndNotKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		h.makeList(v, "Insultes", "malotru")
		a := v.Post("/moderation/words/try", "text", "Quel M4LOTRU, vraiment", "lang", "fr")
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "<mark>M4LOTRU</mark>") || !strings.Contains(a.Body, "Insultes") {
			t.Errorf("%d\n%s", a.Status, a.Body)
		}
		if a := v.Post("/moderation/words/try", "text", " "); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("nothing is tried: %d", a.Status)
		}
	})
}

func TestAListThatNobodyTookOverIsForgottenAfterADay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.reader()
		sent := h.send(v, h.makeList(v, "Reprise")+"/import", "malotru").Location()
		h.clock.Advance(25 * time.Hour)
		for _, s := range h.Module().Schedules {
			if err := s.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if a := h.reader().Get(sent); a.Status != http.StatusNotFound {
			t.Errorf("%d", a.Status)
		}
	})
}
