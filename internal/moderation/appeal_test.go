package moderation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"essaim/internal/moderation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
)

var colleague = perm.Actor{ID: "colleague", Roles: []perm.Role{perm.RoleModerator}}

// refused has a thing refused by the moderator, who is one of two, and returns where that is contested.
func (h *house) refused(verdict string) string {
	h.t.Helper()
	h.moderators = []moderation.Person{{ID: moderator.ID, Email: "one@example.org", Name: "Maud"}, {ID: colleague.ID, Email: "two@example.org"}}
	d := module.Decision{ID: "a", Verdict: verdict, Article: "2", Reason: "Nomme un particulier.", By: moderator}
	if err := h.Decide(h.t.Context(), "test.thing", d); err != nil {
		h.t.Fatal(err)
	}
	return h.AppealPath(h.asked[len(h.asked)-1].Entry)
}

// letter waits for the mail whose Message-ID begins so.
func (h *house) letter(begins string) mail.Message {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		for _, m := range h.mails.All() {
			if strings.HasPrefix(m.MessageID, begins) {
				return m.Message
			}
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("no mail %s…", begins)
		}
	}
}

// appealed is the id of the appeal that waits.
func (h *house) appealed() (id string) {
	h.t.Helper()
	if err := h.db.QueryRow(h.t.Context(), `SELECT id FROM moderation_appeal WHERE state = 'waiting'`).Scan(&id); err != nil {
		h.t.Fatal(err)
	}
	return id
}

func TestWhoGotADecisionContestsItOnceAndAnotherModeratorAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path, v := h.refused("reject"), h.site.Visitor(t)
		if a := v.Get(path); a.Status != http.StatusOK || !strings.Contains(a.Body, "La chose a") || !strings.Contains(a.Body, "charte, version 1") {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if a := v.Post(path, "words", " "); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("without words: %d", a.Status)
		}
		if a := v.Post(path, "words", "C'est une ministre."); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		if a := v.Post(path, "words", "Encore."); a.Status != http.StatusConflict {
			t.Errorf("a second time: %d", a.Status)
		}
		if a := v.Get(path); !strings.Contains(a.Body, "est reçue") || !strings.Contains(a.Body, "une ministre") {
			t.Errorf("while it waits:\n%s", a.Body)
		}
		if page := h.log(); !strings.Contains(page, "Contestée") || strings.Contains(page, "ministre") {
			t.Errorf("the log:\n%s", page)
		}
		grant := module.Decision{ID: h.appealed(), Verdict: "grant", Reason: "Une ministre, en effet.", By: moderator}
		if a := h.site.Enter(t, moderator).Get("/moderation"); !strings.Contains(a.Body, "une ministre") || !strings.Contains(a.Body, "autre y répond") || strings.Contains(a.Body, "Donner raison") {
			t.Errorf("who decided sees:\n%s", a.Body)
		}
		if err := h.Decide(t.Context(), "moderation.appeal", grant); !fault.Is(err, fault.Forbidden) {
			t.Errorf("who decided answers: %v", err)
		}
		grant.By = colleague
		if err := h.Decide(t.Context(), "moderation.appeal", grant); err != nil {
			t.Fatal(err)
		}
		if len(h.reversed) == 0 || h.reversed[0].ID != "a" || h.reversed[0].Verdict != "reject" || h.reversed[0].By.ID != colleague.ID {
			t.Errorf("taken back: %+v", h.reversed)
		}
		if m := h.letter("appeal-"); m.To != "paul@example.org" || !strings.Contains(m.Text, "en effet") || strings.Contains(m.Text, "/appeal/") {
			t.Errorf("%s\n%s", m.To, m.Text)
		}
		if page := h.log(); !strings.Contains(page, "Annulée après contestation") || strings.Contains(page, "seule personne") {
			t.Errorf("the log:\n%s", page)
		}
		if a := v.Get(path); !strings.Contains(a.Body, "en effet") {
			t.Errorf("afterwards:\n%s", a.Body)
		}
	})
}

func TestWhoModeratesAloneAnswersTheirOwnAndTheLogSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.refused("reject")
		h.moderators = h.moderators[:1]
		h.site.Visitor(t).Post(path, "words", "Relisez.")
		d := module.Decision{ID: h.appealed(), Verdict: "maintain", Article: "2", Reason: "C'est un voisin.", By: moderator}
		if err := h.Decide(t.Context(), "moderation.appeal", d); err != nil {
			t.Fatal(err)
		}
		if m := h.letter("appeal-"); !strings.Contains(m.Text, "voisin") || !strings.Contains(m.Text, "charte, version 1") || !strings.Contains(m.Text, "tribunal") {
			t.Errorf("%s", m.Text)
		}
		if page := h.log(); !strings.Contains(page, "seule personne") || !strings.Contains(page, "Maintenue") || len(h.reversed) > 0 {
			t.Errorf("%v, the log:\n%s", h.reversed, page)
		}
	})
}

func TestALinkContestsItsOwnDecisionForSixMonths(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path, v := h.refused("reject"), h.site.Visitor(t)
		foreign := strings.Split(h.AppealPath("another"), "/")
		parts := strings.Split(path, "/")
		for _, wrong := range []string{path + "x", strings.Join([]string{"", "appeal", parts[2], foreign[3]}, "/"), h.AppealPath("another")} {
			if a := v.Get(wrong); a.Status != http.StatusNotFound {
				t.Errorf("GET %s: %d", wrong, a.Status)
			}
			if a := v.Post(wrong, "words", "Non."); a.Status != http.StatusNotFound {
				t.Errorf("POST %s: %d", wrong, a.Status)
			}
		}
		if err := h.Decide(t.Context(), "test.thing", module.Decision{ID: "b", Verdict: "publish", By: moderator}); err != nil {
			t.Fatal(err)
		}
		if a := v.Get(h.AppealPath(h.asked[1].Entry)); a.Status != http.StatusNotFound {
			t.Errorf("what was published is contested: %d", a.Status)
		}
		h.clock.Advance(185 * 24 * time.Hour)
		if a := v.Get(path); a.Status != http.StatusOK || strings.Contains(a.Body, "<textarea") {
			t.Errorf("late: %d\n%s", a.Status, a.Body)
		}
		if a := v.Post(path, "words", "Trop tard."); a.Status != http.StatusGone {
			t.Errorf("late: %d", a.Status)
		}
	})
}

func TestADecisionIsToldWithItsArticleAndItsLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.refused("hide")
		m := h.letter("told-")
		if m.To != "paul@example.org" || !strings.Contains(m.Text, "La chose a") || !strings.Contains(m.Text, "Nomme un particulier.") ||
			!strings.Contains(m.Text, "charte, version 1") || !strings.Contains(m.Text, path) {
			t.Errorf("%s\n%s", m.To, m.Text)
		}
	})
}

func TestADismissedReportIsContestedAndFoundJustified(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.moderators = []moderation.Person{{ID: moderator.ID, Email: "one@example.org"}}
		if _, err := h.Report(t.Context(), moderation.Report{Path: "/m/x", Words: "Vise Odile.", Email: "paul@example.org", Lang: "fr"}); err != nil {
			t.Fatal(err)
		}
		var reportID, state string
		if err := h.db.QueryRow(t.Context(), `SELECT id FROM moderation_report`).Scan(&reportID); err != nil {
			t.Fatal(err)
		}
		if err := h.Decide(t.Context(), "moderation.report", module.Decision{ID: reportID, Verdict: "dismiss", Reason: "Rien vu.", By: moderator}); err != nil {
			t.Fatal(err)
		}
		_, link, found := strings.Cut(h.letter("report-").Text, "https://essaim.example/appeal/")
		if !found {
			t.Fatal("no link in the answer")
		}
		if a := h.site.Visitor(t).Post("/appeal/"+strings.Fields(link)[0], "words", "Regardez la fin."); a.Status != http.StatusSeeOther {
			t.Fatalf("%d", a.Status)
		}
		if err := h.Decide(t.Context(), "moderation.appeal", module.Decision{ID: h.appealed(), Verdict: "grant", Reason: "Vu.", By: moderator}); err != nil {
			t.Fatal(err)
		}
		if err := h.db.QueryRow(t.Context(), `SELECT state FROM moderation_report`).Scan(&state); err != nil || state != "uphold" {
			t.Errorf("%s, %v", state, err)
		}
		h.clock.Advance(366 * 24 * time.Hour)
		if err := h.Module().Schedules[0].Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		var kept []byte
		if err := h.db.QueryRow(t.Context(), `SELECT sealed FROM moderation_appeal`).Scan(&kept); err != nil || len(kept) > 0 {
			t.Errorf("%d bytes are kept, %v", len(kept), err)
		}
		if page := h.log(); !strings.Contains(page, "Annulée après contestation") {
			t.Errorf("the log forgot:\n%s", page)
		}
	})
}
