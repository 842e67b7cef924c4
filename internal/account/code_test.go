package account_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web/webtest"
)

func TestACodeHasFiveTries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		tab, letter := h.asked("maud@rail.example")
		code := codeOf(t, letter)
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		mustHold(t, tab.Post("/signin/code", "code", "12 34"), http.StatusUnprocessableEntity, "Recopiez les six chiffres", `value="12 34"`)
		for i := range 4 {
			mustHold(t, tab.Post("/signin/code", "code", wrong), http.StatusUnprocessableEntity, fmt.Sprintf("Essais restants : %d", 4-i))
		}
		mustHold(t, tab.Post("/signin/code", "code", wrong), http.StatusUnprocessableEntity, "dernier essai")
		mustHold(t, tab.Post("/signin/code", "code", code), http.StatusUnprocessableEntity, "ne peut plus servir")
		if in(tab) {
			t.Fatal("the sixth try opened a session")
		}
		h.enter(linkOf(t, letter)) // the link does not suffer
	})
}

func TestAThousandGuessesAtOnceAreFive(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		tab, letter := h.asked("maud@rail.example")
		waiting := tab.Cookie("essaim_signin")
		var judged atomic.Int64
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				v := h.site.Visitor(t)
				v.SetCookie("essaim_signin", waiting)
				guess := fmt.Sprintf("%06d", i)
				if guess == codeOf(t, letter) {
					return
				}
				if a := v.Post("/signin/code", "code", guess); !strings.Contains(a.Body, "ne peut plus servir") {
					judged.Add(1)
				}
			})
		}
		all.Wait()
		if judged.Load() != 5 {
			t.Errorf("%d guesses were judged", judged.Load())
		}
	})
}

// wrongly asks for links and types wrong codes, five a link, until so many were judged. It returns the last answer.
func (h *house) wrongly(email string, n int) (last webtest.Answer) {
	h.t.Helper()
	for i := 0; i < n; {
		tab := h.site.Visitor(h.t)
		mustHold(h.t, tab.Post("/signin", "email", email), http.StatusSeeOther)
		for range min(5, n-i) {
			last = stripped(tab.Post("/signin/code", "code", h.notACodeOf(email)), email)
			i++
		}
	}
	return last
}

// notACodeOf returns six digits that no mail to an address holds.
func (h *house) notACodeOf(email string) string {
	taken := map[string]bool{}
	for _, m := range h.letters() {
		if found := codeIn.FindStringSubmatch(m.Text); m.To == email && found != nil {
			taken[found[1]+found[2]] = true
		}
	}
	for i := 0; ; i++ {
		if code := fmt.Sprintf("%06d", i); !taken[code] {
			return code
		}
	}
}

func TestAfterFifteenWrongCodesADayOnlyLinksWorkAndTheMailSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		waiting := h.site.Visitor(t)
		mustHold(t, waiting.Post("/signin", "email", "maud@rail.example"), http.StatusSeeOther)
		early := codeOf(t, h.letters()[0])
		known, unknown := h.wrongly("maud@rail.example", 15), h.wrongly("nobody@rail.example", 15)
		mustHold(t, known, http.StatusUnprocessableEntity, "dernier essai")
		if known.Body != unknown.Body {
			t.Error("the fifteenth answer tells whether an address is known")
		}
		mustHold(t, waiting.Post("/signin/code", "code", early), http.StatusUnprocessableEntity, "ne peut plus servir")
		if in(waiting) {
			t.Fatal("a right code counts after fifteen wrong ones")
		}
		h.clock.Advance(time.Hour)
		tab, letter := h.asked("maud@rail.example")
		if codeIn.MatchString(letter.Text) || !strings.Contains(letter.Text, "Beaucoup de codes faux") {
			t.Errorf("the next mail:\n%s", letter.Text)
		}
		mustHold(t, tab.Post("/signin/code", "code", "000000"), http.StatusUnprocessableEntity, "ne peut plus servir")
		h.enter(linkOf(t, letter))
		h.clock.Advance(23 * time.Hour)
		tab, letter = h.asked("maud@rail.example")
		if a := tab.Post("/signin/code", "code", codeOf(t, letter)); a.Location() != "/account" {
			t.Errorf("a day later: %d %s", a.Status, a.Location())
		}
	})
}

func TestTheCountOfWrongCodesIsForgottenAfterADayAndWithTheAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		kept := func() (n int) {
			if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM account_guess`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		h.add("host@rail.example", perm.RoleHost)
		h.add("maud@rail.example", perm.RoleOrganiser)
		h.wrongly("maud@rail.example", 1)
		if kept() != 1 {
			t.Fatal("nothing is counted")
		}
		mustHold(t, h.site.Visitor(t).Post("/signin", "email", "asked@rail.example"), http.StatusSeeOther)
		if err := h.room.Module().Schedules[0].Run(t.Context()); err != nil || kept() != 1 {
			t.Errorf("who only asked is kept, or who guessed is not: %d, %v", kept(), err)
		}
		if err := h.room.Remove(t.Context(), "maud@rail.example"); err != nil {
			t.Fatal(err)
		}
		if kept() != 0 {
			t.Error("the count outlives the account")
		}
		h.wrongly("nobody@rail.example", 1)
		h.clock.Advance(24 * time.Hour)
		if err := h.room.Module().Schedules[0].Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if kept() != 0 {
			t.Error("the count outlives its day")
		}
	})
}
