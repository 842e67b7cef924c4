package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/app/apptest"
)

// showcase is the demo as a newcomer starts it, with a browser to see it.
type showcase struct {
	t       *testing.T
	program *apptest.Process
	browser *apptest.Browser
	slug    string // of a mobilisation that takes signatures, in both languages
	closed  string
	victory string
}

// countedWithin is how soon a confirmed signature shows on other open pages.
const countedWithin = 2 * time.Second

func newShowcase(t *testing.T) *showcase {
	t.Helper()
	browser := apptest.NewBrowser(t)
	s := &showcase{t: t, browser: browser, program: apptest.Start(t, "demo", "--listen", "127.0.0.1:0")}
	var list struct {
		Mobilisations []struct {
			Slug, State string
			Languages   []string
		}
	}
	s.json("/api/v1/mobilisations", &list)
	for _, m := range list.Mobilisations {
		switch {
		case m.State == "published" && len(m.Languages) == 2 && s.slug == "":
			s.slug = m.Slug
		case m.State == "closed":
			s.closed = m.Slug
		case m.State == "victory":
			s.victory = m.Slug
		}
	}
	if s.slug == "" {
		t.Fatal("the demo shows no mobilisation in both languages that takes signatures")
	}
	return s
}

// json reads a document of the site.
func (s *showcase) json(path string, into any) {
	s.t.Helper()
	answer := apptest.NewPerson(s.t, s.program.URL, nil).MustGet(s.t, http.StatusOK, path)
	if err := json.Unmarshal([]byte(answer.Body), into); err != nil {
		s.t.Fatal(err)
	}
}

// letter waits for the latest mail to an address in the demo's mailbox.
func (s *showcase) letter(address string) apptest.Letter {
	s.t.Helper()
	var letter apptest.Letter
	apptest.Within(s.t, apptest.Patience, "a mail to "+address, func() bool {
		var all []struct{ To, Subject, Text string }
		s.json("/dev/mail.json", &all)
		for _, m := range all {
			if m.To == address {
				letter = apptest.ReadLetter(m.To, "", m.Subject, m.Text)
			}
		}
		return letter.To != ""
	})
	return letter
}

// count is the public number.
func (s *showcase) count() int64 {
	s.t.Helper()
	var shown struct{ Count int64 }
	s.json("/m/"+s.slug+"/count.json", &shown)
	return shown.Count
}

// watch opens the mobilisation on a desk and leaves it open.
func (s *showcase) watch() (*apptest.Tab, int64) {
	s.t.Helper()
	tab := s.browser.Open(s.t, s.program.URL, apptest.Desk())
	tab.Go("/m/" + s.slug)
	before := s.count()
	tab.Until(shows(before))
	return tab, before
}

// shows is true on a page whose gauge shows a number, written as people write it.
func shows(n int64) string {
	return fmt.Sprintf(`document.querySelector(".gauge .num").textContent.replace(/\D/g, "") === "%d"`, n)
}

// answers fill the form of a mobilisation.
func answers(address string) []string {
	return []string{"given_name", "Zoé", "family_name", "Lefèvre", "email", address, "postal_code", "67000"}
}

const (
	signButton    = "#sign button.btn"
	confirmButton = "main form button.btn"
	headed        = `document.querySelector("h1").textContent.trim().length > 0`
)

// TestAPersonSignsOnAPhoneAndTypesTheCode goes the whole way, as most people will.
func TestAPersonSignsOnAPhoneAndTypesTheCode(t *testing.T) {
	s := newShowcase(t)
	other, before := s.watch()
	phone := s.browser.Open(t, s.program.URL, apptest.Phone())
	phone.Go("/")
	phone.Press(fmt.Sprintf(`a[href="/m/%s"]`, s.slug))
	phone.At("/m/" + s.slug)
	phone.Until(headed)
	phone.Until(`document.querySelector(".only-m .btn").getBoundingClientRect().bottom < 844`) // on the first screen
	phone.Press(`.only-m a[href="#sign"]`)
	phone.Fill(answers("zoe.code@example.org")...)
	if cookies := phone.Cookies(); len(cookies) > 0 {
		t.Errorf("cookies before any act: %v", cookies)
	}
	phone.Press(signButton)
	phone.At("/m/" + s.slug + "/confirm")
	phone.Until(`document.body.innerText.includes("zoe.code@example.org")`)
	letter := s.letter("zoe.code@example.org")
	phone.Fill("code", letter.Code[:3]+" "+letter.Code[3:])
	phone.Press(confirmButton)
	phone.At("/m/" + s.slug + "/thanks")
	if took := other.Until(shows(before + 1)); took > countedWithin {
		t.Errorf("the other open page counted after %s", took)
	}
	phone.Until(shows(before + 1))
	if cookies := phone.Cookies(); len(cookies) > 0 {
		t.Errorf("after the thanks the browser keeps %v", cookies)
	}
	phone.Check()
	other.Check()
}

// TestAPersonSignsInEnglishByTheLinkAndWithdraws goes by the mail, and back.
func TestAPersonSignsInEnglishByTheLinkAndWithdraws(t *testing.T) {
	s := newShowcase(t)
	other, before := s.watch()
	view := apptest.Phone()
	view.Language = "en"
	phone := s.browser.Open(t, s.program.URL, view)
	phone.Go("/")
	phone.At("/en/") // the browser asked for it
	phone.Press(fmt.Sprintf(`a[href="/en/m/%s"]`, s.slug))
	phone.At("/en/m/" + s.slug)
	phone.Fill(answers("zoe.link@example.org")...)
	phone.Press(signButton)
	phone.At("/en/m/" + s.slug + "/confirm")
	letter := s.letter("zoe.link@example.org")
	if !strings.HasPrefix(letter.Confirm, "/en/") || !strings.HasPrefix(letter.Withdraw, "/en/") {
		t.Errorf("the mail of an English page leads to %s and %s", letter.Confirm, letter.Withdraw)
	}
	mail := s.browser.Open(t, s.program.URL, view) // another browser, as mail programs have
	mail.Go(letter.Confirm)
	other.Until(shows(before)) // the link alone counts nothing
	mail.Press(confirmButton)
	mail.At("/en/m/" + s.slug + "/thanks")
	if took := other.Until(shows(before + 1)); took > countedWithin {
		t.Errorf("the other open page counted after %s", took)
	}
	mail.Go(letter.Withdraw)
	mail.Press("main form button.danger")
	mail.Until(`!document.querySelector("main form")`)
	if took := other.Until(shows(before)); took > countedWithin {
		t.Errorf("the other open page took it back after %s", took)
	}
	for _, tab := range []*apptest.Tab{phone, mail, other} {
		if lang := apptest.Eval[string](tab, "document.documentElement.lang"); tab != other && lang != "en" {
			t.Errorf("the page speaks %s", lang)
		}
		tab.Check()
	}
}

// TestAPersonSignsWithoutScripts goes the same way with JavaScript switched off.
func TestAPersonSignsWithoutScripts(t *testing.T) {
	s := newShowcase(t)
	before := s.count()
	view := apptest.Phone()
	view.NoScript = true
	phone := s.browser.Open(t, s.program.URL, view)
	phone.Go("/m/" + s.slug)
	phone.Fill(answers("zoe.plain@example.org")...)
	phone.Press(signButton)
	phone.At("/m/" + s.slug + "/confirm")
	phone.Fill("code", "000 000")
	phone.Expect(http.StatusUnprocessableEntity)
	phone.Press(confirmButton)
	phone.Until(`document.querySelector("#errors") && document.querySelector("[name=code]").value.startsWith("000")`)
	phone.Fill("code", s.letter("zoe.plain@example.org").Code)
	phone.Press(confirmButton)
	phone.At("/m/" + s.slug + "/thanks")
	apptest.Within(t, countedWithin, "it is counted", func() bool { return s.count() == before+1 })
	phone.Check()
}

// TestACrowdWithoutScriptsWaitsAMoment fills the lane without JavaScript from one address: the next one waits some seconds, and
// loses no answer.
func TestACrowdWithoutScriptsWaitsAMoment(t *testing.T) {
	s := newShowcase(t)
	crowd := apptest.NewPerson(t, s.program.URL, nil)
	for n := 0; ; n++ {
		form := answers(fmt.Sprintf("crowd%d@example.org", n))
		answer, err := crowd.Post(t.Context(), "/m/"+s.slug+"/sign", form...)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Status == http.StatusOK {
			break
		}
		if answer.Status != http.StatusSeeOther || n > 50 {
			t.Fatalf("the crowd's number %d is answered %d", n, answer.Status)
		}
	}
	view := apptest.Phone()
	view.NoScript = true
	phone := s.browser.Open(t, s.program.URL, view)
	phone.Go("/m/" + s.slug)
	phone.Fill(answers("zoe.patient@example.org")...)
	phone.Press(signButton)
	const waits = `document.querySelector("input[type=hidden][name=email]")?.value === "zoe.patient@example.org"`
	phone.Until(waits)
	phone.Press(confirmButton) // too early: the page comes back
	began := time.Now()
	apptest.Within(t, time.Minute, "the button works", func() bool {
		time.Sleep(500 * time.Millisecond)
		if apptest.Eval[bool](phone, waits) {
			phone.Press(confirmButton)
		}
		return phone.Path() == "/m/"+s.slug+"/confirm"
	})
	t.Logf("it took %s", time.Since(began).Round(time.Second))
	phone.Until(`document.body.innerText.includes("zoe.patient@example.org")`)
	phone.Check()
}

// TestWrongAnswersAreShownWhereTheyAre sends a form with mistakes and corrects them.
func TestWrongAnswersAreShownWhereTheyAre(t *testing.T) {
	s := newShowcase(t)
	phone := s.browser.Open(t, s.program.URL, apptest.Phone())
	phone.Expect(http.StatusUnprocessableEntity)
	phone.Go("/m/" + s.slug)
	phone.Fill("given_name", "Zoé", "family_name", "=cmd()", "email", "zoe@@example", "postal_code", "123")
	phone.Press(signButton)
	phone.Until(`document.activeElement?.id === "errors"`)
	phone.Until(`document.querySelectorAll("#errors li a").length === 3`)
	phone.Until(`document.querySelector("[name=given_name]").value === "Zoé" && document.querySelector("[name=email]").value === "zoe@@example"`)
	phone.Until(`document.querySelector("[name=email]").getAttribute("aria-invalid") === "true"`)
	phone.Press(`#errors a[href="#f-email"]`)
	phone.Until(`document.activeElement?.name === "email"`)
	phone.Fill(answers("zoe.right@example.org")...)
	phone.Press(signButton)
	phone.At("/m/" + s.slug + "/confirm")
	phone.Press(`details:has(a[href$="/correct#sign"]) > summary`)
	phone.Press(`a[href$="/correct#sign"]`)
	phone.Until(`document.querySelector("[name=family_name]").value === "Lefèvre"`)
	if cookies := phone.Cookies(); !slices.Equal(cookies, []string{"essaim_sign"}) {
		t.Errorf("the browser keeps %v", cookies)
	}
	phone.Check()
}
