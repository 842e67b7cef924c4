package account_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

func TestALinkFromTheMailOpensASession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		tab, letter := h.asked("Maud@Rail.example")
		if letter.To != "maud@rail.example" {
			t.Errorf("written to %q", letter.To)
		}
		mustHold(t, tab.Get("/signin/code"), http.StatusOK, "Maud@rail.example", `autocomplete="one-time-code"`)
		phone := h.enter(linkOf(t, letter))
		mustHold(t, phone.Get("/account"), http.StatusOK, "maud@rail.example", "Firefox, Android")
		if in(tab) {
			t.Error("the tab that asked is signed in by another browser's link")
		}
	})
}

func TestTheAnswerIsTheSameForAKnownAndAnUnknownAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("known@rail.example", perm.RoleOrganiser)
		var answers []webtest.Answer
		for _, email := range []string{"known@rail.example", "other@rail.example"} {
			tab := h.site.Visitor(t)
			answers = append(answers, tab.Post("/signin", "email", email, "next", "/account"))
			page := tab.Get("/signin/code")
			page.Body = strings.ReplaceAll(page.Body, email, "ADDRESS")
			answers = append(answers, page)
			for range 6 { // the tries of the code count alike, too
				answers = append(answers, stripped(tab.Post("/signin/code", "code", "000000"), email))
			}
		}
		half := len(answers) / 2
		for i := range half {
			known, unknown := answers[i], answers[half+i]
			if known.Status != unknown.Status || known.Body != unknown.Body || shape(known) != shape(unknown) {
				t.Errorf("answer %d: %d %s / %d %s", i, known.Status, shape(known), unknown.Status, shape(unknown))
			}
		}
		if all := h.letters(); len(all) != 1 || all[0].To != "known@rail.example" {
			t.Errorf("%d mails", len(all))
		}
	})
}

func stripped(a webtest.Answer, email string) webtest.Answer {
	a.Body = strings.ReplaceAll(a.Body, email, "ADDRESS")
	return a
}

// shape is every header of an answer, values of cookies by their length.
func shape(a webtest.Answer) string {
	var all []string
	for name, values := range a.Header {
		for _, v := range values {
			if name == "Set-Cookie" {
				cookie, rest, _ := strings.Cut(v, ";")
				v = fmt.Sprint(len(cookie)) + rest
			}
			all = append(all, name+": "+v)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func TestAGetSignsNobodyIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.add("maud@rail.example", perm.RoleHost)
		scanner := h.site.Visitor(t)
		for range 3 {
			a := scanner.Get(path)
			mustHold(t, a, http.StatusOK, "Je me connecte", "maud@rail.example")
			if len(a.Header["Set-Cookie"]) > 0 || in(scanner) {
				t.Fatal("a GET opened a session")
			}
		}
		h.enter(path)
	})
}

func TestALinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.add("maud@rail.example", perm.RoleHost)
		h.enter(path)
		second := h.site.Visitor(t)
		mustHold(t, second.Post(path), http.StatusGone, "Ce lien ne sert plus")
		mustHold(t, second.Get(path), http.StatusGone, "Demander un autre lien")
		if in(second) {
			t.Error("a used link opened a second session")
		}
	})
}

func TestOneLinkPostedFiftyTimesAtOnceOpensOneSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.add("maud@rail.example", perm.RoleHost)
		var opened, refused atomic.Int64
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				v := h.site.Visitor(t)
				switch a := v.Post(path); {
				case a.Status == http.StatusSeeOther && v.Cookie(web.SessionCookie) != "":
					opened.Add(1)
				case a.Status == http.StatusGone:
					refused.Add(1)
				default:
					t.Errorf("status %d", a.Status)
				}
			})
		}
		all.Wait()
		if opened.Load() != 1 || refused.Load() != 49 {
			t.Errorf("%d sessions opened, %d refused", opened.Load(), refused.Load())
		}
	})
}

func TestALinkEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		tab, letter := h.asked("maud@rail.example")
		h.clock.Advance(30 * time.Minute)
		v := h.site.Visitor(t)
		mustHold(t, v.Get(linkOf(t, letter)), http.StatusGone)
		mustHold(t, v.Post(linkOf(t, letter)), http.StatusGone)
		if a := tab.Post("/signin/code", "code", codeOf(t, letter)); a.Location() != "/signin" || in(tab) {
			t.Errorf("a code of half an hour ago: %d %s", a.Status, a.Location())
		}
	})
}

func TestAnInvitationWaitsThreeDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		early, late := h.add("early@rail.example", perm.RoleHost), h.add("late@rail.example", perm.RoleHost)
		h.clock.Advance(71 * time.Hour)
		h.enter(early)
		h.clock.Advance(2 * time.Hour)
		mustHold(t, h.site.Visitor(t).Post(late), http.StatusGone)
	})
}

func TestLinksThatNeverWereAreOneAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.site.Visitor(t)
		for _, token := range []string{"x", strings.Repeat("0", 26), strings.Repeat("l", 26), "%F0%9F%90%9D", strings.Repeat("a", 5000)} {
			mustHold(t, v.Get("/signin/"+token), http.StatusGone, "Ce lien ne sert plus")
			mustHold(t, v.Post("/signin/"+token), http.StatusGone, "Ce lien ne sert plus")
		}
	})
}

func TestTheCodeWorksInTheTabThatAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		tab, letter := h.asked("maud@rail.example")
		code := codeOf(t, letter)
		if a := h.site.Visitor(t).Post("/signin/code", "code", code); a.Location() != "/signin" {
			t.Errorf("another browser: %d %s", a.Status, a.Location())
		}
		if a := tab.Post("/signin/code", "code", " "+code[:3]+" "+code[3:]+" "); a.Location() != "/account" || !in(tab) {
			t.Errorf("the right code: %d %s", a.Status, a.Body)
		}
		mustHold(t, h.site.Visitor(t).Post(linkOf(t, letter)), http.StatusGone)
	})
}

func TestAWrongAddressComesBackWithWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.site.Visitor(t)
		mustHold(t, v.Post("/signin", "email", "maud@", "next", "/account/people"), http.StatusUnprocessableEntity,
			"<title>Erreur", `value="maud@"`, `href="#f-email"`, `aria-invalid="true"`, `value="/account/people"`)
		mustHold(t, v.Post("/signin"), http.StatusUnprocessableEntity, "Indiquez votre adresse électronique")
		mustHold(t, v.Post("/en/signin", "email", "a@b@c"), http.StatusUnprocessableEntity, "One answer", "Sign in")
	})
}

func TestTheWayGoesOnToThePageWantedAndNeverElsewhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		for next, want := range map[string]string{
			"/account/people":              "/account/people",
			"/organisation/val/edit?a=b":   "/organisation/val/edit?a=b",
			"":                             "/account",
			"https://evil.example":         "/account",
			"//evil.example":               "/account",
			"/\\evil.example":              "/account",
			"/\t/evil.example":             "/account",
			"/ /evil.example":              "/account",
			"/.//evil.example":             "/account",
			"javascript:alert(1)":          "/account",
			"/a#b":                         "/account",
			"/" + strings.Repeat("a", 300): "/account",
			"/é":                           "/account",
			"evil.example":                 "/account",
			"/\r\nSet-Cookie: a=b":         "/account",
		} {
			h.clock.Advance(time.Hour)
			tab := h.site.Visitor(t)
			mustHold(t, tab.Post("/signin", "email", "maud@rail.example", "next", next), http.StatusSeeOther)
			if a := h.site.Visitor(t).Post(linkOf(t, h.letters()[0])); a.Location() != want {
				t.Errorf("next %q leads to %q", next, a.Location())
			}
		}
	})
}

func TestTheLanguageOfThePageIsThatOfTheMailAndOfTheWay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleHost)
		tab := h.site.Visitor(t)
		a := tab.Post("/en/signin", "email", "maud@rail.example", "next", "/en/account/people")
		if a.Location() != "/en/signin/code" {
			t.Errorf("after asking: %s", a.Location())
		}
		letter := h.letters()[0]
		if letter.Lang != "en" || !strings.Contains(letter.Subject, "sign-in link") || !strings.Contains(letter.HTML, `lang="en"`) {
			t.Errorf("a letter in %s: %s", letter.Lang, letter.Subject)
		}
		link := linkOf(t, letter)
		mustHold(t, tab.Get(link), http.StatusOK, "Sign me in")
		if a := tab.Post(link); !strings.HasPrefix(link, "/en/") || a.Location() != "/en/account/people" {
			t.Errorf("link %s leads to %s", link, a.Location())
		}
	})
}

func TestWhoIsInNeedsNoDoor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		if a := v.Get("/signin?next=/account/people"); a.Location() != "/account/people" {
			t.Errorf("%d %s", a.Status, a.Location())
		}
		if a := v.Get("/signin?next=//evil.example"); a.Location() != "/account" {
			t.Errorf("%d %s", a.Status, a.Location())
		}
	})
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.add("maud@rail.example", perm.RoleHost)
		v := h.site.Visitor(t)
		r, _ := http.NewRequest(http.MethodPost, webtest.URL+path, http.NoBody)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
		mustHold(t, v.Do(r), http.StatusForbidden)
		h.enter(path) // it was not used up
	})
}
