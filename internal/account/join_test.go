package account_test

import (
	"net/http"
	"testing"
	"time"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

func TestWhereTheHouseIsOpenALinkMakesTheAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Open = true
		tab, letter := h.asked("New@Rail.example")
		if letter.To != "New@rail.example" {
			t.Errorf("written to %q", letter.To)
		}
		if n := h.people(); n != 0 {
			t.Fatalf("%d accounts before the link was used", n)
		}
		mustHold(t, tab.Get(linkOf(t, letter)), http.StatusOK, "New@rail.example")
		if a := tab.Post("/signin/code", "code", codeOf(t, letter)); a.Location() != "/account" || !in(tab) {
			t.Fatalf("%d %s", a.Status, a.Location())
		}
		mustHold(t, tab.Get("/account"), http.StatusOK, "New@rail.example")
		if tab.Get("/account/people").Status == http.StatusOK {
			t.Error("a newcomer sees the people of the house")
		}
		h.clock.Advance(time.Hour)
		_, again := h.asked("new@rail.example")
		h.enter(linkOf(t, again))
		if n := h.people(); n != 1 {
			t.Errorf("%d accounts of one address", n)
		}
	})
}

func TestALinkAskedForBeforeTheHouseWasShutLetsNobodyIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Open = true
		_, letter := h.asked("new@rail.example")
		h.room.Open = false
		v := h.site.Visitor(t)
		if a := v.Post(linkOf(t, letter)); a.Status != http.StatusGone || v.Cookie(web.SessionCookie) != "" {
			t.Errorf("%d", a.Status)
		}
		if n := h.people(); n != 0 {
			t.Errorf("%d accounts", n)
		}
	})
}

func TestAnAccountThatIsThereKeepsWhatItHas(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Open = true
		h.add("maud@rail.example", perm.RoleHost)
		_, letter := h.asked("maud@rail.example")
		mustHold(t, h.enter(linkOf(t, letter)).Get("/account/people"), http.StatusOK, "maud@rail.example")
	})
}

// people counts the accounts.
func (h *house) people() (n int) {
	h.t.Helper()
	if err := h.db.QueryRow(h.t.Context(), `SELECT COUNT(*) FROM account_person`).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}
