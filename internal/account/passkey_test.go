package account_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/account"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// register adds a passkey to the account of who is signed in.
func (h *house) register(v *webtest.Visitor, d *device, name string) webtest.Answer {
	h.t.Helper()
	asked := v.Post("/account/passkeys/challenge")
	mustHold(h.t, asked, http.StatusOK)
	return v.Post("/account/passkeys", "credential", d.create(ask(h.t, asked.Body)), "passkey_name", name)
}

// keyed returns a device with a passkey of an address.
func (h *house) keyed(email string, role perm.Role) (*webtest.Visitor, *device) {
	h.t.Helper()
	v, d := h.signedIn(email, role), newDevice(h.t)
	mustHold(h.t, h.register(v, d, "Téléphone de Maud"), http.StatusSeeOther)
	return v, d
}

// atTheDoor returns a browser that asked for a passkey, and what it was asked.
func (h *house) atTheDoor() (*webtest.Visitor, question) {
	h.t.Helper()
	v := h.site.Visitor(h.t)
	asked := v.Post("/signin/passkey/challenge")
	mustHold(h.t, asked, http.StatusOK)
	return v, ask(h.t, asked.Body)
}

// refusedWith makes sure that an answer opens nothing and says why.
func (h *house) refusedWith(v *webtest.Visitor, answer, words string) {
	h.t.Helper()
	mustHold(h.t, v.Post("/signin/passkey", "credential", answer), http.StatusUnprocessableEntity, words)
	if v.Cookie(web.SessionCookie) != "" {
		h.t.Fatal("and yet a session was opened")
	}
}

const (
	tooLate    = "trop attendu ou a déjà servi"
	unverified = "n'a pas pu être vérifiée"
	unknownKey = "n'ouvre aucun compte ici"
	copied     = "peut-être été copiée"
)

func TestAPasskeyIsAddedAndOpensASession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, d := h.keyed("maud@rail.example", perm.RoleHost)
		mustHold(t, v.Get("/account?done=passkey"), http.StatusOK, "Votre clé d'accès est ajoutée", "Téléphone de Maud", "Jamais utilisée", "28 mars 2026")
		letter := h.told(1)
		if letter.To != "maud@rail.example" || !strings.Contains(letter.Subject, "clé d") || strings.Contains(letter.Text, "Téléphone") {
			t.Errorf("%+v", letter)
		}
		h.clock.Advance(time.Hour)
		door, q := h.atTheDoor()
		if q.PublicKey.UserVerification != "required" || q.PublicKey.RPID != "essaim.example" {
			t.Errorf("%+v", q)
		}
		entered := door.Post("/signin/passkey", "credential", d.get(q), "next", "/en/account/people")
		mustHold(t, entered, http.StatusSeeOther)
		if entered.Location() != "/en/account/people" || !in(door) || door.Cookie("essaim_passkey") != "" {
			t.Errorf("led to %s, %q", entered.Location(), door.Cookie("essaim_passkey"))
		}
		mustHold(t, door.Get("/account"), http.StatusOK, "Par clé d'accès", "Dernier usage : ", "28 mars 2026")
		mustHold(t, door.Get("/account/export.json"), http.StatusOK, `"name":"Téléphone de Maud"`, `"public_key":"pQEC`, `"passkey":true`)
	})
}

// told waits until so many letters about passkeys were sent, and returns the newest.
func (h *house) told(n int) (newest struct{ To, Subject, Text string }) {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		found := 0
		for _, m := range h.mail.All() {
			if strings.Contains(m.Text, "/account") && !strings.Contains(m.Text, "/signin/") {
				newest.To, newest.Subject, newest.Text = m.To, m.Subject, m.Text
				found++
			}
		}
		if found == n {
			return newest
		}
	}
	h.t.Fatalf("not %d letters within ten seconds", n)
	return newest
}

func TestAnAnswerCountsOnceInTheBrowserThatAskedAndInTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, d := h.keyed("maud@rail.example", perm.RoleHost)
		v, q := h.atTheDoor()
		ceremony := v.Cookie("essaim_passkey")
		answer := d.get(q)
		other := h.site.Visitor(t)
		h.refusedWith(other, answer, tooLate) // no ceremony
		other, _ = h.atTheDoor()
		h.refusedWith(other, answer, unverified) // another challenge
		mustHold(t, v.Post("/signin/passkey", "credential", answer), http.StatusSeeOther)
		thief := h.site.Visitor(t)
		thief.SetCookie("essaim_passkey", ceremony)
		h.refusedWith(thief, answer, tooLate) // a replay of all that was sent
		thief.SetCookie("essaim_passkey", ceremony)
		h.refusedWith(thief, d.get(q), tooLate) // a new answer to the old question

		late, q := h.atTheDoor()
		h.clock.Advance(5 * time.Minute)
		h.refusedWith(late, d.get(q), tooLate)
	})
}

func TestOneAnswerSentManyTimesAtOnceOpensOneSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, d := h.keyed("maud@rail.example", perm.RoleHost)
		v, q := h.atTheDoor()
		answer, ceremony := d.get(q), v.Cookie("essaim_passkey")
		var opened atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				v := h.site.Visitor(t)
				v.SetCookie("essaim_passkey", ceremony)
				if a := v.Post("/signin/passkey", "credential", answer); a.Status == http.StatusSeeOther {
					opened.Add(1)
				} else if a.Status != http.StatusUnprocessableEntity {
					t.Errorf("status %d", a.Status)
				}
			})
		}
		all.Wait()
		if opened.Load() != 1 {
			t.Errorf("%d sessions", opened.Load())
		}
	})
}

func TestWhatIsNotThePersonsPasskeyOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, maud := h.keyed("maud@rail.example", perm.RoleHost)
		_, noe := h.keyed("noe@rail.example", perm.RoleOrganiser)
		for words, spoil := range map[string]func(*device){
			"another site":       func(d *device) { d.origin = "https://evil.example" },
			"a site below":       func(d *device) { d.origin = "https://www.essaim.example" },
			"without https":      func(d *device) { d.origin = "http://essaim.example" },
			"another port":       func(d *device) { d.origin = "https://essaim.example:8443" },
			"somebody else":      func(d *device) { d.user = noe.user },
			"nobody":             func(d *device) { d.user = nil },
			"another's key":      func(d *device) { d.key = noe.key },
			"another's name":     func(d *device) { d.id = noe.id },
			"nobody is verified": func(d *device) { d.flags = present | eligible },
			"nobody is there":    func(d *device) { d.flags = verified | eligible },
			"another kind":       func(d *device) { d.flags = present | verified },
		} {
			d := *maud
			spoil(&d)
			v, q := h.atTheDoor()
			t.Log(words)
			h.refusedWith(v, d.get(q), unverified)
		}
		stranger := newDevice(t)
		v, q := h.atTheDoor()
		stranger.user = maud.user
		h.refusedWith(v, stranger.get(q), unknownKey)
		v, q = h.atTheDoor()
		mustHold(t, v.Post("/signin/passkey", "credential", maud.get(q)), http.StatusSeeOther)
	})
}

func TestACounterThatGoesBackShutsThePasskeyAndNotTheMail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, d := h.keyed("maud@rail.example", perm.RoleHost)
		thief := *d
		v, q := h.atTheDoor()
		mustHold(t, v.Post("/signin/passkey", "credential", d.get(q)), http.StatusSeeOther)
		other, q := h.atTheDoor()
		h.refusedWith(other, thief.get(q), copied)
		again, q := h.atTheDoor()
		h.refusedWith(again, d.get(q), copied) // nobody can tell which is the thief
		_, letter := h.asked("maud@rail.example")
		byMail := h.enter(linkOf(t, letter))
		mustHold(t, byMail.Get("/account"), http.StatusOK, "Peut-être copiée : retirez-la")
	})
}

func TestADeviceThatDoesNotCountComesInAgainAndAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, d := h.signedIn("maud@rail.example", perm.RoleHost), newDevice(t)
		d.step = 0
		mustHold(t, h.register(v, d, ""), http.StatusSeeOther)
		for range 3 {
			v, q := h.atTheDoor()
			mustHold(t, v.Post("/signin/passkey", "credential", d.get(q)), http.StatusSeeOther)
		}
	})
}

var passkeyPath = regexp.MustCompile(`/account/passkeys/[0-9a-z]+`)

func TestAPasskeyIsRenamedAndRemovedByItsOwnerAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v, d := h.keyed("maud@rail.example", perm.RoleHost)
		path := passkeyPath.FindString(strings.ReplaceAll(v.Get("/account").Body, "/account/passkeys/challenge", ""))
		mustHold(t, v.Get(path), http.StatusOK, "Téléphone de Maud", "Je veux retirer cette clé")
		mustHold(t, v.Post(path, "name", strings.Repeat("é", 61)), http.StatusUnprocessableEntity, strings.Repeat("é", 61))
		mustHold(t, v.Post(path, "name", "Clé <b>bleue</b>"), http.StatusSeeOther)
		mustHold(t, v.Get("/account"), http.StatusOK, "Clé &lt;b&gt;bleue&lt;/b&gt;")

		other := h.signedIn("noe@rail.example", perm.RoleHost)
		mustHold(t, other.Get(path), http.StatusNotFound)
		mustHold(t, other.Post(path, "name", "x"), http.StatusNotFound)
		mustHold(t, other.Post(path+"/remove", "sure", "yes"), http.StatusNotFound)

		mustHold(t, v.Post(path+"/remove"), http.StatusUnprocessableEntity, "Cochez la case")
		mustHold(t, v.Post(path+"/remove", "sure", "yes"), http.StatusSeeOther)
		mustHold(t, v.Post(path+"/remove", "sure", "yes"), http.StatusNotFound)
		door, q := h.atTheDoor()
		h.refusedWith(door, d.get(q), unknownKey)
		_, letter := h.asked("maud@rail.example")
		h.enter(linkOf(t, letter))
	})
}

func TestWhoIsErasedLeavesNoPasskey(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signedIn("noe@rail.example", perm.RoleHost)
		v, d := h.keyed("maud@rail.example", perm.RoleHost)
		door, q := h.atTheDoor()
		mustHold(t, v.Post("/account/erase", "sure", "yes"), http.StatusSeeOther)
		h.refusedWith(door, d.get(q), unknownKey)
		var left int
		if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM account_passkey`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d passkeys are left, %v", left, err)
		}
	})
}

func TestAPasskeyIsMadeByWhoAskedOnceAndInTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		refused := func(v *webtest.Visitor, answer, words string) {
			t.Helper()
			mustHold(t, v.Post("/account/passkeys", "credential", answer, "passkey_name", "Ma clé"), http.StatusUnprocessableEntity, words, `value="Ma clé"`)
		}
		begin := func() question { return ask(t, v.Post("/account/passkeys/challenge").Body) }
		q := begin()
		if q.PublicKey.AuthenticatorSelection.UserVerification != "required" || q.PublicKey.AuthenticatorSelection.ResidentKey != "required" ||
			q.PublicKey.User.Name != "maud@rail.example" {
			t.Errorf("%+v", q)
		}
		for _, spoil := range []func(*device){
			func(d *device) { d.origin = "https://evil.example" }, func(d *device) { d.flags = present }, func(d *device) { d.flags = verified },
		} {
			d := newDevice(t)
			spoil(d)
			refused(v, d.create(begin()), unverified)
		}
		d := newDevice(t)
		q = begin()
		ceremony := v.Cookie("essaim_passkey")
		other := h.signedIn("noe@rail.example", perm.RoleHost)
		other.SetCookie("essaim_passkey", ceremony)
		refused(other, d.create(q), tooLate) // another session's
		mustHold(t, v.Post("/account/passkeys", "credential", d.create(q)), http.StatusSeeOther)
		v.SetCookie("essaim_passkey", ceremony)
		refused(v, newDevice(t).create(q), tooLate)
		asked := other.Post("/account/passkeys/challenge")
		refused(other, d.create(ask(t, asked.Body)), "Cet appareil a déjà une clé")
		q = begin()
		if len(q.PublicKey.Exclude) != 1 || q.PublicKey.Exclude[0].ID != b64.EncodeToString(d.id) {
			t.Errorf("%+v", q.PublicKey.Exclude)
		}
		h.clock.Advance(5 * time.Minute)
		refused(v, newDevice(t).create(q), tooLate)
		door, q := h.atTheDoor()
		v.SetCookie("essaim_passkey", door.Cookie("essaim_passkey"))
		q.PublicKey.RP.ID, q.PublicKey.User.ID = q.PublicKey.RPID, b64.EncodeToString([]byte("x"))
		refused(v, newDevice(t).create(q), tooLate) // the question was for coming in
	})
}

func TestThereIsAnEndToPasskeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		for range 20 {
			mustHold(t, h.register(v, newDevice(t), ""), http.StatusSeeOther)
		}
		mustHold(t, v.Post("/account/passkeys/challenge"), http.StatusUnprocessableEntity)
	})
}

func TestPasskeysFollowANewKeyOfTheVault(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, d := h.keyed("maud@rail.example", perm.RoleHost)
		newer := vault.Generate()[1]
		newer.ID = 2
		both, err := vault.New(append([]vault.Key{newer}, h.keys...)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range h.room.Sealed() {
			p, err := both.Reseal(t.Context(), h.db, table, "", 100)
			if err != nil || p.Foreign != 0 {
				t.Errorf("%s: %+v %v", table.Name, p, err)
			}
		}
		alone, err := vault.New(newer, h.keys[0])
		if err != nil {
			t.Fatal(err)
		}
		h.room.Vault = alone
		v, q := h.atTheDoor()
		mustHold(t, v.Post("/signin/passkey", "credential", d.get(q)), http.StatusSeeOther)
		mustHold(t, v.Get("/account"), http.StatusOK, "Téléphone de Maud")
	})
}

func TestAnotherNodeTakesTheAnswerOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, d := h.keyed("maud@rail.example", perm.RoleHost)
		other := account.New(h.room.Deps)
		c, err := h.room.BeginEntry()
		if err != nil {
			t.Fatal(err)
		}
		answer := d.get(ask(t, string(c.Options)))
		if entered, err := other.EnterByPasskey(t.Context(), c.Sealed, answer, "//evil.example", ""); err != nil || entered.Next != "/account" {
			t.Errorf("%+v, %v", entered, err)
		}
		if _, err := h.room.EnterByPasskey(t.Context(), c.Sealed, answer, "", ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("a second time: %v", err)
		}
	})
}

func TestAnsweredChallengesAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.keyed("maud@rail.example", perm.RoleHost)
		count := func() (n int) {
			if err := h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM account_challenge`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := count()
		h.clock.Advance(5 * time.Minute)
		if err := h.room.Module().Schedules[0].Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if before != 1 || count() != 0 {
			t.Errorf("%d, then %d", before, count())
		}
	})
}

func TestWhatIsWithheldIsGivenBackByAPasskey(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.PasskeyFirst = true
		v, d := h.keyed("maud@rail.example", perm.RoleHost)
		mustHold(t, v.Get("/account/people"), http.StatusOK) // adding one proved it
		_, letter := h.asked("maud@rail.example")
		byMail := h.enter(linkOf(t, letter))
		mustHold(t, byMail.Get("/account/people"), http.StatusForbidden, "Cette page demande votre clé d'accès")
		page := byMail.Get("/account")
		mustHold(t, page, http.StatusOK, "Utiliser ma clé d'accès")
		path := passkeyPath.FindString(page.Body)
		mustHold(t, byMail.Post(path+"/remove", "sure", "yes"), http.StatusForbidden)
		mustHold(t, byMail.Post("/account/passkeys/challenge"), http.StatusForbidden)
		mustHold(t, byMail.Get("/signin/passkey?next=/account/people"), http.StatusOK, "Utiliser ma clé d'accès")
		q := ask(t, byMail.Post("/signin/passkey/challenge").Body)
		mustHold(t, byMail.Post("/signin/passkey", "credential", d.get(q), "next", "/account/people"), http.StatusSeeOther)
		mustHold(t, byMail.Get("/account/people"), http.StatusOK)

		mustHold(t, h.signedIn("noe@rail.example", perm.RoleHost).Get("/account/people"), http.StatusOK) // has none
		_, letter = h.asked("maud@rail.example")
		byMail = h.enter(linkOf(t, letter))
		if n, err := h.room.ForgetPasskeys(t.Context(), "maud@rail.example"); err != nil || n != 1 {
			t.Errorf("%d, %v", n, err)
		}
		mustHold(t, byMail.Get("/account/people"), http.StatusOK)
	})
}

func TestWithoutASafeNameThereAreNoPasskeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, site := range []string{"http://essaim.example", "https://192.0.2.7", "https://[2001:db8::1]:8443"} {
			h := buildAt(t, h.db, nil, site)
			v := h.signedIn("maud@rail.example", perm.RoleHost)
			for _, page := range []webtest.Answer{v.Get("/account"), h.site.Visitor(t).Get("/signin")} {
				if strings.Contains(page.Body, "passkey.js") || strings.Contains(page.Body, "data-passkey=") {
					t.Errorf("%s offers passkeys", site)
				}
			}
			mustHold(t, v.Post("/account/passkeys/challenge"), http.StatusNotFound)
			mustHold(t, h.site.Visitor(t).Post("/signin/passkey/challenge"), http.StatusNotFound)
			mustHold(t, h.site.Visitor(t).Post("/signin/passkey", "credential", "{}"), http.StatusNotFound)
		}
	})
}
