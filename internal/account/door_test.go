package account_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/guard"
	"essaim/internal/platform/guard/guardtest"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web/webtest"
)

func TestAnAddressThatIsAskedForWithoutEndIsNeverRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		var answers []string
		for _, email := range []string{"maud@rail.example", "nobd@rail.example"} {
			for range 12 {
				tab := h.site.Visitor(t)
				a := tab.Post("/signin", "email", email)
				mustHold(t, a, http.StatusSeeOther)
				mustHold(t, tab.Get("/signin/code"), http.StatusOK, email)
				answers = append(answers, shape(a))
			}
		}
		for _, a := range answers {
			if a != answers[0] {
				t.Errorf("an answer differs:\n%s\n%s", a, answers[0])
			}
		}
		if n := len(h.letters()); n != 5 {
			t.Errorf("%d mails", n)
		}
	})
}

func TestAskingManyTimesAtOnceIsNoWayAroundTheBudget(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if a := h.site.Visitor(t).Post("/signin", "email", "maud@rail.example"); a.Status != http.StatusSeeOther {
					t.Errorf("status %d", a.Status)
				}
			})
		}
		all.Wait()
		if n := len(h.letters()); n != 5 {
			t.Errorf("%d mails", n)
		}
	})
}

func TestTheNewestOpenLinkIsSentAgainEachFiveMinutesAndItsCodeServesTheTab(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		for range 20 { // a stranger
			mustHold(t, h.site.Visitor(t).Post("/signin", "email", "maud@rail.example"), http.StatusSeeOther)
		}
		before := len(h.letters())
		h.clock.Advance(6 * time.Minute)
		tab, letter := h.asked("maud@rail.example")
		if n := len(h.letters()); n != before+1 || letter.MessageID == h.letters()[1].MessageID {
			t.Errorf("%d mails, then %d", before, n)
		}
		if a := tab.Post("/signin/code", "code", codeOf(t, letter)); a.Location() != "/account" || !in(tab) {
			t.Errorf("%d %s", a.Status, a.Location())
		}
	})
}

func TestWhereEveryLinkOfTheHourIsOverANewOneIsMade(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		for range 5 {
			mustHold(t, h.site.Visitor(t).Post("/signin", "email", "maud@rail.example"), http.StatusSeeOther)
		}
		h.letters()
		h.clock.Advance(31 * time.Minute)
		_, letter := h.asked("maud@rail.example")
		h.enter(linkOf(t, letter))
	})
}

// solved are the fields of a form with the work that the script does.
func solved(g *guard.Guard, email string, bits int) []string {
	challenge := g.Challenge("signin")
	return []string{"email", email, guard.FieldChallenge, challenge, guard.FieldSolution, guardtest.Solve(challenge, "signin", email, bits)}
}

func TestACrowdAtTheDoorCostsWorkOrAWaitAndKeepsNobodyOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		g := keeper(t, h.clock, guard.Options{})
		h.room.Guard = g
		in := h.signedIn("maud@rail.example", perm.RoleHost)
		mustHold(t, in.Get("/account"), http.StatusOK)
		crowd := h.site.Visitor(t)
		seen := map[int]int{}
		for i := range 660 {
			crowd.Addr = fmt.Sprintf("[2001:db8:0:%x::1]:1", i%11)
			seen[crowd.Post("/signin", "email", fmt.Sprintf("x%d@evil.example", i)).Status]++
		}
		if seen[http.StatusSeeOther] > 30 || seen[http.StatusOK] < 600 {
			t.Errorf("the crowd without work: %v", seen)
		}
		home := h.site.Visitor(t)
		home.Addr = "203.0.113.6:1"
		mustHold(t, home.Post("/signin", "email", "maud@rail.example"), http.StatusSeeOther)
		inTheCrowd := h.site.Visitor(t)
		inTheCrowd.Addr = "[2001:db8:0:1::9]:1"
		mustHold(t, inTheCrowd.Post("/signin", solved(g, "maud@rail.example", 6)...), http.StatusSeeOther)
		mustHold(t, in.Get("/account"), http.StatusOK, "maud@rail.example")
	})
}

var waitIn = regexp.MustCompile(`name="guard_wait" value="([^"]+)"`)

func TestWithoutJavaScriptTheDoorAsksToWaitAndKeepsTheAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Guard = keeper(t, h.clock, guard.Options{})
		h.add("maud@rail.example", perm.RoleHost)
		tab := h.site.Visitor(t)
		for i := range 5 {
			mustHold(t, tab.Post("/signin", "email", fmt.Sprintf("x%d@rail.example", i)), http.StatusSeeOther)
		}
		mustHold(t, tab.Post("/signin", "email", "maud@"), http.StatusUnprocessableEntity)
		page := tab.Post("/signin", "email", "maud@rail.example", "next", "/account/people")
		mustHold(t, page, http.StatusOK, "Un instant", "8 secondes", `value="maud@rail.example"`, `value="/account/people"`)
		fields := []string{"email", "maud@rail.example", "next", "/account/people", guard.FieldWait, token(t, page)}
		h.clock.Advance(3 * time.Second)
		mustHold(t, tab.Post("/signin", fields...), http.StatusOK, "Un peu trop tôt", "5 secondes")
		h.clock.Advance(5 * time.Second)
		mustHold(t, tab.Post("/signin", fields...), http.StatusSeeOther)
		mustHold(t, tab.Get("/signin/code"), http.StatusOK, "maud@rail.example")
	})
}

func token(t *testing.T, page webtest.Answer) string {
	t.Helper()
	found := waitIn.FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatal("no token on the page")
	}
	return found[1]
}

func TestWhoFillsTheHiddenFieldIsSentNothingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Guard = keeper(t, h.clock, guard.Options{})
		h.add("maud@rail.example", perm.RoleHost)
		mustHold(t, h.site.Visitor(t).Post("/signin", "email", "maud@rail.example", guard.FieldHoneypot, "x"), http.StatusOK, "Un instant")
		if n := len(h.letters()); n != 0 {
			t.Errorf("%d mails", n)
		}
	})
}

func TestLettersToStrangersLeaveLaterThanABlockMaySendAndThoseToPeopleOfTheHouseDoNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Open = true
		g := keeper(t, h.clock, guard.Options{LettersAnHour: 10})
		h.room.Guard = g
		h.add("maud@rail.example", perm.RoleHost)
		tab := h.site.Visitor(t)
		for i := range 30 {
			mustHold(t, tab.Post("/signin", solved(g, fmt.Sprintf("target%d@victim.example", i), 10)...), http.StatusSeeOther)
		}
		mustHold(t, tab.Post("/signin", solved(g, "maud@rail.example", 10)...), http.StatusSeeOther)
		if n := h.sent(11); n != 11 {
			t.Errorf("%d mails leave at once", n)
		}
		if to := h.mail.All()[0].To; to != "maud@rail.example" {
			t.Errorf("the last mail is to %s", to)
		}
	})
}

// sent waits until so many mails have left, and a moment more, and returns how many did.
func (h *house) sent(n int) int {
	h.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); len(h.mail.All()) < n && time.Now().Before(deadline); {
		time.Sleep(2 * time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	return len(h.mail.All())
}

func TestTheDoorAsksForTheWorkOfItsSubject(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		page := h.site.Visitor(t).Get("/signin").Body
		for _, hook := range []string{`data-guard="signin"`, "guard-worker", "data-guard-status", `name="guard_website"`, "guard."} {
			if !strings.Contains(page, hook) {
				t.Errorf("the page has no %s", hook)
			}
		}
	})
}
