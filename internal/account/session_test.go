package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/account"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

var revokeIn = regexp.MustCompile(`action="(/account/session/[0-9a-z]{24}/revoke)"`)

func TestSessionsAreListedAndRevokedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.signedIn("maud@rail.example", perm.RoleHost)
		h.clock.Advance(time.Minute)
		here := h.signedIn("maud@rail.example", perm.RoleHost)
		page := here.Get("/account")
		mustHold(t, page, http.StatusOK, "Celui-ci", "Firefox, Android", "samedi 28 mars")
		revoke := revokeIn.FindAllStringSubmatch(page.Body, -1)
		if len(revoke) != 2 || strings.Count(page.Body, "Celui-ci") != 1 {
			t.Fatalf("%d sessions listed", len(revoke))
		}
		if !in(old) {
			t.Fatal("the other browser is not in")
		}
		if a := here.Post(revoke[1][1]); a.Location() != "/account?done=revoked" {
			t.Fatalf("%d %s", a.Status, a.Location())
		}
		if in(old) || !in(here) {
			t.Error("the revoked session lives, or the other one does not")
		}
		mustHold(t, here.Get("/account?done=revoked"), http.StatusOK, "Cet appareil est déconnecté.", `role="status"`)
		if a := here.Post(revoke[0][1]); a.Location() != "/signin" || here.Cookie(web.SessionCookie) != "" || in(here) {
			t.Errorf("this one: %d %s", a.Status, a.Location())
		}
	})
}

func TestNobodyRevokesSomebodyElsesSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		victim := h.signedIn("maud@rail.example", perm.RoleHost)
		path := revokeIn.FindStringSubmatch(victim.Get("/account").Body)[1]
		h.signedIn("paul@rail.example", perm.RoleOrganiser).Post(path)
		if !in(victim) {
			t.Error("a stranger ended a session")
		}
	})
}

func TestSignOutEverywhereEndsEverySession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, two := h.signedIn("maud@rail.example", perm.RoleHost), h.signedIn("maud@rail.example", perm.RoleHost)
		other := h.signedIn("paul@rail.example", perm.RoleHost)
		if a := two.Post("/account/session/revoke"); a.Location() != "/signin" {
			t.Fatalf("%d %s", a.Status, a.Location())
		}
		if in(one) || in(two) || !in(other) {
			t.Errorf("in: one %v, two %v, somebody else %v", in(one), in(two), in(other))
		}
	})
}

func TestSignOutEndsThisSessionOnTheServerToo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, other := h.signedIn("maud@rail.example", perm.RoleHost), h.signedIn("maud@rail.example", perm.RoleHost)
		token := v.Cookie(web.SessionCookie)
		if a := v.Post("/signout"); a.Location() != "/" || v.Cookie(web.SessionCookie) != "" {
			t.Fatalf("%d %s", a.Status, a.Location())
		}
		v.SetCookie(web.SessionCookie, token)
		if in(v) || !in(other) {
			t.Error("the token still opens, or the other session is gone")
		}
		mustHold(t, h.site.Visitor(t).Post("/signout"), http.StatusSeeOther) // who is out stays out
	})
}

func TestSigningInAgainReplacesTheBrowsersSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		before := v.Cookie(web.SessionCookie)
		v.Post(h.add("maud@rail.example", perm.RoleHost))
		after := v.Cookie(web.SessionCookie)
		v.SetCookie(web.SessionCookie, before)
		if before == after || in(v) {
			t.Error("the session from before goes on")
		}
	})
}

func TestASessionLastsThirtyDaysAfterItsLastUseAndAYearAtMost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		used, idle := h.signedIn("maud@rail.example", perm.RoleHost), h.signedIn("maud@rail.example", perm.RoleHost)
		for day := 0; day < 364; day += 14 {
			if !in(used) {
				t.Fatalf("over after %d days in use", day)
			}
			h.clock.Advance(14 * 24 * time.Hour)
			if day == 28 && in(idle) {
				t.Fatal("an idle session lives for more than thirty days")
			}
		}
		h.clock.Advance(24 * time.Hour)
		if in(used) {
			t.Error("a session lives for more than a year")
		}
	})
}

func TestASessionInUseIsNotedOnceAnHour(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		people, err := h.room.People(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen := func() time.Time {
			all, err := h.room.Sessions(t.Context(), people[0].ID, "")
			if err != nil || len(all) != 1 {
				t.Fatalf("%d sessions, %v", len(all), err)
			}
			return all[0].Seen
		}
		h.clock.Advance(59 * time.Minute)
		in(v)
		if !seen().Equal(noon) {
			t.Errorf("noted after 59 minutes: %v", seen())
		}
		h.clock.Advance(time.Minute)
		in(v)
		if !seen().Equal(noon.Add(time.Hour)) {
			t.Errorf("not noted after an hour: %v", seen())
		}
	})
}

func TestForeignTokensAreNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, token := range []string{"", "x", strings.Repeat("0", 26), strings.Repeat("Z", 26), "' OR 1=1 --", strings.Repeat("é", 13)} {
			actor, err := h.room.Session(t.Context(), token)
			if err != nil || actor.SignedIn() {
				t.Errorf("%q is %q, %v", token, actor.ID, err)
			}
		}
	})
}

func TestASessionIsLookedUpOnceForAPageOfManyRequests(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		token := v.Cookie(web.SessionCookie)
		before, err := h.room.Session(t.Context(), token)
		if err != nil || !before.SignedIn() {
			t.Fatalf("%v %v", before, err)
		}
		if err := h.room.Rename(t.Context(), before.ID, "Maud", "fr"); err != nil {
			t.Fatal(err)
		}
		after, err := h.room.Session(t.Context(), token)
		if err != nil || after.Name != "Maud" {
			t.Errorf("the new name is not seen at once: %q %v", after.Name, err)
		}
	})
}

func TestDevicesAreNamedCoarsely(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0":                                                             "Firefox, Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.8": "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1":              "Safari, iOS",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36":                            "Chrome, Linux",
		"Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36":           "Samsung Internet, Android",
		"curl/8.5.0":                "",
		"<script>alert(1)</script>": "",
		"":                          "",
	} {
		if got := account.DeviceOf(agent); got != want {
			t.Errorf("%q is %q", agent, got)
		}
	}
}

func FuzzADeviceIsNamedInOurWordsOnly(f *testing.F) {
	for _, seed := range []string{"Firefox/140.0", "Edg Windows", "\xff", "iPad; Safari/", strings.Repeat("Linux", 1000)} {
		f.Add(seed)
	}
	ours := regexp.MustCompile(`^((Edge|Opera|Samsung Internet|Firefox|Chrome|Safari)(, |$))?(Android|iOS|iPadOS|Windows|macOS|ChromeOS|Linux)?$`)
	f.Fuzz(func(t *testing.T, agent string) {
		if got := account.DeviceOf(agent); !ours.MatchString(got) {
			t.Errorf("%q is %q", agent, got)
		}
	})
}

func FuzzAWayToAPageNeverLeavesTheSite(f *testing.F) {
	for _, seed := range []string{"/account", "//evil", "/\\evil", "/\tevil", "https://evil", "/a?b=//c", "/%2f/evil", "/..//evil", "\x00", "/a;b@c:d"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://essaim.example/signin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		door, err := url.Parse(account.SignInPath(next))
		if err != nil || door.Path != "/signin" {
			t.Fatalf("%q: %v %v", next, door, err)
		}
		kept := door.Query().Get("next")
		if kept == "" {
			return
		}
		// What browsers do with an address before they read it (URL Standard, 4.4).
		asRead := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimSpace(kept))
		to, err := base.Parse(asRead)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || strings.HasPrefix(asRead, "//") {
			t.Errorf("%q leads to %v", next, to)
		}
	})
}
