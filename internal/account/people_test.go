package account_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web/webtest"
)

func (h *house) personID(email string) string {
	h.t.Helper()
	all, err := h.room.People(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range all {
		if p.Email == email {
			return p.ID
		}
	}
	h.t.Fatalf("nobody has the address %s", email)
	return ""
}

func TestAHostInvitesByMail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		host := h.signedIn("maud@rail.example", perm.RoleHost)
		if a := host.Post("/account/people", "email", "Paul@Rail.example", "role", "organiser"); a.Location() != "/account/people?done=invited" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		mustHold(t, host.Get("/account/people?done=invited"), http.StatusOK, "L'invitation est partie", "Paul@rail.example", "2 personnes ont un compte", "Retirer le rôle Organisation")
		letter := h.letters()[0]
		if letter.To != "Paul@rail.example" || !strings.Contains(plainSpaces.Replace(letter.Text), "Nous vous invitons à organiser") {
			t.Fatalf("to %s: %s", letter.To, letter.Text)
		}
		h.clock.Advance(48 * time.Hour)
		paul := h.enter(linkOf(t, letter))
		mustHold(t, paul.Get("/account"), http.StatusOK, "Organisation")
		mustHold(t, paul.Get("/account/people"), http.StatusForbidden)
	})
}

func TestAnInvitationThatCannotBeComesBackWithWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		host := h.signedIn("maud@rail.example", perm.RoleHost)
		mustHold(t, host.Post("/account/people", "email", "paul", "role", "moderator"), http.StatusUnprocessableEntity,
			`value="paul"`, `href="#f-email"`, "checked")
		mustHold(t, host.Post("/account/people", "email", "paul@rail.example"), http.StatusUnprocessableEntity, "Choisissez un rôle", `href="#f-role"`)
		mustHold(t, host.Post("/account/people", "email", "paul@rail.example", "role", "king"), http.StatusUnprocessableEntity, "Choisissez un rôle")
		mustHold(t, host.Post("/account/people", "email", "m.aud+x@rail.example", "role", "host"), http.StatusSeeOther)
		mustHold(t, host.Post("/account/people", "email", "MAUD@rail.example", "role", "host"), http.StatusUnprocessableEntity, "déjà ce rôle")
	})
}

func TestTheLastHostStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		host := h.signedIn("maud@rail.example", perm.RoleHost)
		me := h.personID("maud@rail.example")
		mustHold(t, host.Get("/account/people"), http.StatusOK, "seule personne")
		mustHold(t, host.Post("/account/people/"+me+"/revoke", "role", "host"), http.StatusConflict, "Un site garde toujours")
		mustHold(t, host.Post("/account/erase", "sure", "yes"), http.StatusConflict, "Un site garde toujours")
		if err := h.room.Remove(t.Context(), "maud@rail.example"); !fault.Is(err, fault.Conflict) {
			t.Errorf("removed: %v", err)
		}
		h.add("paul@rail.example", perm.RoleHost)
		mustHold(t, host.Post("/account/people/"+me+"/revoke", "role", "host"), http.StatusSeeOther)
		mustHold(t, host.Get("/account/people"), http.StatusForbidden) // at once
		if err := h.room.Revoke(t.Context(), "paul@rail.example", perm.RoleHost); !fault.Is(err, fault.Conflict) {
			t.Errorf("revoked: %v", err)
		}
	})
}

func TestHostsWhoRemoveEachOtherAtOnceLeaveOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		emails := []string{"a@rail.example", "b@rail.example", "c@rail.example", "d@rail.example"}
		for _, email := range emails {
			h.add(email, perm.RoleHost)
		}
		var all sync.WaitGroup
		for _, email := range emails {
			all.Go(func() {
				if err := h.room.Revoke(t.Context(), email, perm.RoleHost); err != nil && !fault.Is(err, fault.Conflict) {
					t.Errorf("revoke: %v", err)
				}
			})
		}
		all.Wait()
		people, err := h.room.People(t.Context())
		hosts := 0
		for _, p := range people {
			hosts += len(p.Roles)
		}
		if err != nil || hosts != 1 {
			t.Errorf("%d hosts are left, %v", hosts, err)
		}
	})
}

func TestRolesAreGivenAndTakenByAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("maud@rail.example", perm.RoleOrganiser)
		h.add("maud@rail.example", perm.RoleOrganiser) // again: a fresh link, no second role
		if err := h.room.Grant(t.Context(), "Maud@RAIL.example", perm.RoleHost); err != nil {
			t.Fatal(err)
		}
		p, err := h.room.Person(t.Context(), h.personID("maud@rail.example"))
		if err != nil || len(p.Roles) != 2 || p.Roles[0] != perm.RoleHost {
			t.Errorf("roles %v, %v", p.Roles, err)
		}
		if err := h.room.Revoke(t.Context(), "maud@rail.example", perm.RoleOrganiser); err != nil {
			t.Fatal(err)
		}
		if err := h.room.Grant(t.Context(), "nobody@rail.example", perm.RoleHost); !fault.Is(err, fault.NotFound) {
			t.Errorf("granted to nobody: %v", err)
		}
		if err := h.room.Grant(t.Context(), "maud@rail.example", "king"); !fault.Is(err, fault.Invalid) {
			t.Errorf("granted: %v", err)
		}
		if _, err := h.room.Add(t.Context(), "not an address", perm.RoleHost); !fault.Is(err, fault.Invalid) {
			t.Errorf("added: %v", err)
		}
	})
}

func TestTwoWhoAddOneAddressAtOnceMakeOnePerson(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := h.room.Add(t.Context(), "maud@rail.example", perm.RoleHost); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if people, err := h.room.People(t.Context()); err != nil || len(people) != 1 {
			t.Errorf("%d people, %v", len(people), err)
		}
	})
}

func TestAPersonChoosesNameAndLanguage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		mustHold(t, v.Post("/account", "name", "  Maud   Kerrien ", "lang", "en"), http.StatusSeeOther)
		mustHold(t, v.Get("/account?done=saved"), http.StatusOK, `value="Maud Kerrien"`, "C'est enregistré.", `<option value="en" selected`)
		for name, word := range map[string]string{
			"=cmd|' /C calc'!A0":     "sans adresse ni signe de calcul",
			"Gagnez www.evil.ru":     "sans adresse",
			strings.Repeat("é", 61):  "60 caractères au plus",
			strings.Repeat("a", 999): "60 caractères au plus",
		} {
			mustHold(t, v.Post("/account", "name", name, "lang", "fr"), http.StatusUnprocessableEntity, word, `href="#f-name"`)
		}
		mustHold(t, v.Post("/account", "name", "", "lang", "xx"), http.StatusSeeOther)
		mustHold(t, v.Get("/account"), http.StatusOK, `<option value="fr" selected`)
		mustHold(t, v.Get("/account?done=%3Cscript%3E"), http.StatusOK)
	})
}

func TestAnAccountIsErasedWithEveryByte(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("host@rail.example", perm.RoleHost)
		v := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		mustHold(t, v.Post("/account/erase"), http.StatusUnprocessableEntity, "Cochez la case")
		if a := v.Post("/account/erase", "sure", "yes"); a.Location() != "/" || in(v) {
			t.Fatalf("%d %s", a.Status, a.Location())
		}
		for table, want := range map[string]int{"account_person": 1, "account_role": 1, "account_session": 0, "account_link": 1} {
			var n int
			if err := h.db.QueryRow(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil || n != want {
				t.Errorf("%s holds %d rows, %v", table, n, err)
			}
		}
		if n, err := h.queue.Waiting(t.Context(), "account.erased → test"); err != nil {
			t.Errorf("%d %v", n, err)
		}
		if err := h.room.Erase(t.Context(), "nobody"); err != nil {
			t.Errorf("erasing nobody: %v", err)
		}
	})
}

func TestAPersonTakesAwayWhatIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		a := v.Get("/account/export.json")
		mustHold(t, a, http.StatusOK, `"email":"maud@rail.example"`, `"roles":["host"]`, `"device":"Firefox, Android"`)
		if !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("headers %v", a.Header)
		}
	})
}

// TestRightsOfEveryRoute walks every route as everybody. What a handler then says of the request is another test's matter:
// here only 401 and 403 count.
func TestRightsOfEveryRoute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		visitors := map[string]func() *webtest.Visitor{
			"nobody":    func() *webtest.Visitor { return h.site.Visitor(t) },
			"organiser": func() *webtest.Visitor { return h.signedIn("o@rail.example", perm.RoleOrganiser) },
			"moderator": func() *webtest.Visitor { return h.signedIn("m@rail.example", perm.RoleModerator) },
			"host":      func() *webtest.Visitor { return h.signedIn("h@rail.example", perm.RoleHost) },
		}
		refused := map[perm.Right]map[string]int{
			perm.Anyone:   {},
			perm.Token:    {},
			perm.SignedIn: {"nobody": http.StatusUnauthorized},
			perm.Host:     {"nobody": http.StatusUnauthorized, "organiser": http.StatusForbidden, "moderator": http.StatusForbidden},
		}
		hole := regexp.MustCompile(`\{\w+\}`)
		for _, route := range h.site.Routes() {
			for who, visitor := range visitors {
				path := hole.ReplaceAllString(route.Path, strings.Repeat("0", 24))
				v, a := visitor(), webtest.Answer{}
				if route.Method == http.MethodGet {
					a = v.Get(path)
				} else {
					a = v.Post(path)
				}
				want := refused[route.Right][who]
				if (a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden || want != 0) && a.Status != want {
					t.Errorf("%s %s as %s: %d instead of %d", route.Method, route.Path, who, a.Status, want)
				}
				if a.Status >= 500 {
					t.Errorf("%s %s as %s: %d", route.Method, route.Path, who, a.Status)
				}
			}
		}
	})
}

func TestWrongInputIsNeverOurFault(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add("second@rail.example", perm.RoleHost)
		bad := []string{"", "\x00", "\xff\xfe", "=cmd", "a\r\nBcc: x@y.z", "'; DROP TABLE account_person; --", "\u202eevil", strings.Repeat("x", 40_000), "{address}", "😀"}
		hole := regexp.MustCompile(`\{\w+\}`)
		for _, route := range h.site.Routes() {
			for _, value := range bad {
				v := h.signedIn("maud@rail.example", perm.RoleHost)
				path := hole.ReplaceAllString(route.Path, "%27%00x")
				a := webtest.Answer{}
				if route.Method == http.MethodGet {
					a = v.Get(path + "?next=%00&done=%ff&x=" + strings.Repeat("y", 100))
				} else {
					a = v.Post(path, "email", value, "name", value, "lang", value, "code", value, "role", value, "next", value)
				}
				if a.Status >= 500 {
					t.Errorf("%s %s with %.20q: %d\n%s", route.Method, route.Path, value, a.Status, h.site.Log)
				}
			}
		}
	})
}
