package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

var (
	appealLink = regexp.MustCompile(regexp.QuoteMeta(webtest.URL) + `(/appeal/[0-9a-z]+/[0-9a-z]+)`)
	appealAct  = regexp.MustCompile(`action="(/moderation/moderation.appeal/[0-9a-z]+)"`)
)

// contested waits for a mail to an address in which a decision is told, and returns where it is contested.
func (e *estate) contested(address, words string) (path string) {
	e.t.Helper()
	apptest.Within(e.t, backWithin, "a mail to "+address+" with "+words, func() bool {
		for _, m := range e.mails.All() {
			if link := appealLink.FindStringSubmatch(m.Text); strings.EqualFold(m.To, address) && strings.Contains(m.Text, words) && link != nil {
				path = link[1]
				return true
			}
		}
		return false
	})
	return path
}

// TestARefusedMobilisationIsContestedByMailAndPublished goes the whole way without a script.
func TestARefusedMobilisationIsContestedByMailAndPublished(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		w := e.begin(e.visitor(nobody))
		w.write()
		phone, key := w.signIn()
		phone.propose("key", key)
		moderator := e.visitor(perm.RoleModerator)
		if a := moderator.Post(e.act(moderator), "verdict", "reject", "article", "3", "reason", "Aucune source."); a.Status != http.StatusSeeOther {
			t.Fatalf("refused: %d\n%s", a.Status, a.Body)
		}
		path := e.contested("lea@example.org", "Aucune source.")
		if a := phone.Get("/m/" + proposedSlug + "/preview"); !strings.Contains(a.Body, path) {
			t.Error("signed in, the author does not see where to contest it")
		}
		if a := moderator.Get("/m/" + proposedSlug + "/preview"); strings.Contains(a.Body, path) {
			t.Error("a moderator is shown the author's link")
		}
		if a := e.visitor(nobody).Post(path, "words", "La source est au troisième point."); a.Status != http.StatusSeeOther {
			t.Fatalf("contested: %d\n%s", a.Status, a.Body)
		}
		if a := moderator.Get("/moderation"); !strings.Contains(a.Body, "troisième point") || appealAct.MatchString(a.Body) {
			t.Errorf("who refused it may answer:\n%s", a.Body)
		}
		host := e.visitor(perm.RoleHost)
		act := appealAct.FindStringSubmatch(host.Get("/moderation").Body)
		if act == nil {
			t.Fatal("the appeal is not in the queue of the host")
		}
		if a := host.Post(act[1], "verdict", "grant", "reason", "La source y est."); a.Status != http.StatusSeeOther {
			t.Fatalf("granted: %d\n%s", a.Status, a.Body)
		}
		e.reads("/m/"+proposedSlug, "Léa Morin")
		e.reads("/moderation/log", "Annulée après contestation")
		apptest.Within(t, backWithin, "the author reads why", func() bool {
			for _, m := range e.mails.All() {
				if strings.HasPrefix(m.MessageID, "appeal-") && strings.Contains(m.Text, "La source y est.") {
					return true
				}
			}
			return false
		})
	})
}

// TestARefusedMessageIsToldContestedAndShown is what a signatory goes through, who has no account.
func TestARefusedMessageIsToldContestedAndShown(t *testing.T) {
	e := newEstate(t, engine(t))
	v := e.visitor(nobody)
	if a := v.Post("/m/"+e.open.Slug+"/sign", "given_name", "Zoé", "family_name", "Petit", "email", "zoe@example.org", "postal_code", "01000", "message", "Ce maire dort."); a.Status != http.StatusSeeOther {
		t.Fatalf("signed: %d", a.Status)
	}
	if a := v.Post(e.letter("zoe@example.org").Confirm); a.Status != http.StatusSeeOther {
		t.Fatalf("confirmed: %d\n%s", a.Status, a.Body)
	}
	moderator := e.visitor(perm.RoleModerator)
	act := regexp.MustCompile(`action="(/moderation/mobilisation.message/[0-9a-z]+)"`).FindStringSubmatch(moderator.Get("/moderation").Body)
	if act == nil {
		t.Fatal("the message is not in the queue")
	}
	if a := moderator.Post(act[1], "verdict", "hide"); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("refused without an article: %d", a.Status)
	}
	if a := moderator.Post(act[1], "verdict", "hide", "article", "1"); a.Status != http.StatusSeeOther {
		t.Fatalf("refused: %d\n%s", a.Status, a.Body)
	}
	path := e.contested("zoe@example.org", "charte, version 1")
	if a := v.Post(path, "words", "Il dort au conseil."); a.Status != http.StatusSeeOther {
		t.Fatalf("contested: %d\n%s", a.Status, a.Body)
	}
	host := e.visitor(perm.RoleHost)
	answer := appealAct.FindStringSubmatch(host.Get("/moderation").Body)
	if a := host.Post(answer[1], "verdict", "grant", "reason", "Une opinion."); a.Status != http.StatusSeeOther {
		t.Fatalf("granted: %d\n%s", a.Status, a.Body)
	}
	e.reads("/m/"+e.open.Slug, "Ce maire dort.")
}

// TestAnAuthorContestsThatSignaturesWereTakenOut has them brought back.
func TestAnAuthorContestsThatSignaturesWereTakenOut(t *testing.T) {
	e := newEstate(t, engine(t))
	w := e.begin(e.visitor(nobody))
	w.write()
	phone, key := w.signIn()
	phone.propose("key", key)
	moderator := e.visitor(perm.RoleModerator)
	moderator.Post(e.act(moderator), "verdict", "publish")
	if a := moderator.Post("/m/"+proposedSlug+"/invalidate", "from", "2026-01-01T00:00", "to", "2026-02-01T00:00", "reason", "Un automate.", "act", "do"); a.Status != http.StatusSeeOther {
		t.Fatalf("taken out: %d\n%s", a.Status, a.Body)
	}
	path := e.contested("lea@example.org", "Un automate.")
	e.reads("/moderation/log", "Écarter des signatures")
	if a := e.visitor(nobody).Post(path, "words", "C'était un stand."); a.Status != http.StatusSeeOther {
		t.Fatalf("contested: %d\n%s", a.Status, a.Body)
	}
	host := e.visitor(perm.RoleHost)
	answer := appealAct.FindStringSubmatch(host.Get("/moderation").Body)
	apptest.Within(t, backWithin, "they come back", func() bool {
		return host.Post(answer[1], "verdict", "grant", "reason", "Un stand, en effet.").Status == http.StatusSeeOther
	})
	e.reads("/moderation/log", "Annulée après contestation")
}
