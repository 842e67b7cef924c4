package mobilisation_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/web/webtest"
)

const (
	standsPath = "/m/ligne-du-val/team/stands"
	standPath  = "/m/ligne-du-val/stand"
)

var (
	standLinkShape = regexp.MustCompile(`https://essaim\.example(/stand/[0-9a-z]+/[0-9a-z]+)`)
	turnShape      = regexp.MustCompile(`name="turn" value="(\d+)"`)
)

// tablet opens a stand by a link, on a device of its own.
func (f *fixture) tablet(organiser *webtest.Visitor) *webtest.Visitor {
	f.t.Helper()
	opened := organiser.Post(standsPath, "name", "Marché", "where", "link")
	if opened.Status != 303 {
		f.t.Fatalf("%d\n%s", opened.Status, opened.Body)
	}
	found := standLinkShape.FindStringSubmatch(organiser.Get(opened.Location()).Body)
	if found == nil {
		f.t.Fatal("no link")
	}
	v := f.visitor()
	if got := v.Get(found[1]); got.Status != 200 || v.Cookie("essaim_stand") != "" {
		f.t.Fatalf("to look at the link opens it: %d", got.Status)
	}
	if got := v.Post(found[1]); got.Status != 303 || got.Location() != standPath {
		f.t.Fatalf("%d %s", got.Status, got.Location())
	}
	if got := f.visitor().Post(found[1]); got.Status != 410 {
		f.t.Errorf("a link that was used: %d", got.Status)
	}
	return v
}

// turn is the number that the form of a tablet bears.
func turn(t testing.TB, v *webtest.Visitor) string {
	t.Helper()
	found := turnShape.FindStringSubmatch(v.Get(standPath).Body)
	if found == nil {
		t.Fatal("no form")
	}
	return found[1]
}

func standAnswers(n int, turn string) []string {
	return []string{
		"given_name", "Zoé", "family_name", fmt.Sprintf("Nguyen%c%c", 'a'+n%26, 'a'+n/26%26), "email", fmt.Sprintf("zoe%d@example.org", n), "postal_code", "75011", "turn", turn,
	}
}

func TestManySignInTurnAndNothingOfOneIsLeftForTheNext(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		v := f.tablet(ada)
		first := turn(t, v)
		wrong := append(standAnswers(1, first), "public_name", "1")
		wrong[5] = "zoe1@@example"
		if got := v.Post(standPath, wrong...); got.Status != 422 || !strings.Contains(got.Body, "zoe1@@example") || got.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%d, %s", got.Status, got.Header.Get("Cache-Control"))
		}
		done := v.Post(standPath, standAnswers(1, first)...)
		if done.Status != 303 || done.Location() != standPath+"/thanks" || v.Cookie("essaim_sign") != "" {
			t.Fatalf("%d %s\n%s", done.Status, done.Location(), done.Body)
		}
		thanks := v.Get(done.Location())
		blank := v.Get(standPath)
		for where, body := range map[string]string{"thanks": thanks.Body, "the next form": blank.Body, "the cookie": v.Cookie("essaim_stand")} {
			if strings.Contains(body, "Zoé") || strings.Contains(body, "zoe1") {
				t.Errorf("%s holds who was there", where)
			}
		}
		if strings.Contains(blank.Body, "given-name") || !strings.Contains(blank.Body, `autocomplete="off"`) || blank.Header.Get("Cache-Control") != "private, no-store" {
			t.Error("a browser may fill in or keep the form")
		}
		if again := v.Post(standPath, wrong...); again.Status != 303 || again.Location() != standPath {
			t.Errorf("back, and sent again: %d", again.Status)
		}
		if got := v.Post(link(t, f.mail(1))); got.Status != 303 {
			t.Fatalf("confirm: %d", got.Status)
		}
		v.Post(standPath, standAnswers(2, turn(t, v))...)
		page := ada.Get(standsPath).Body
		if !strings.Contains(page, "2 personnes ont signé, 1 confirmée") {
			t.Errorf("the board does not say so:\n%s", page)
		}
		f.counts(1)
	})
}

func TestWhoHadSignedBeforeIsNoConfirmationOfTheStand(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		a := standAnswers(1, "")
		f.confirmed(a[:8]...)
		f.clock.Advance(time.Minute)
		v := f.tablet(ada)
		v.Post(standPath, standAnswers(1, turn(t, v))...)
		if page := ada.Get(standsPath).Body; !strings.Contains(page, "1 personne a signé, 0 confirmée") {
			t.Error("the stand tells who had signed")
		}
	})
}

func TestAStandOfThreeHundredAnHourPassesAndAFloodDoesNot(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		v := f.tablet(ada)
		for n := range 300 { // an hour, five a minute
			if got := v.Post(standPath, standAnswers(n, fmt.Sprint(n))...); got.Status != 303 || !strings.HasSuffix(got.Location(), "/thanks") {
				t.Fatalf("person %d: %d %s", n, got.Status, got.Location())
			}
			f.clock.Advance(12 * time.Second)
		}
		thief, passed := f.visitor(), 0
		thief.SetCookie("essaim_stand", v.Cookie("essaim_stand"))
		for n := range 200 {
			got := thief.Post(standPath, standAnswers(1000+n, fmt.Sprint(300+passed))...)
			if got.Status == 303 {
				passed++
			} else if got.Status != 429 || got.Header.Get("Retry-After") == "" || !strings.Contains(got.Body, fmt.Sprintf("zoe%d@", 1000+n)) {
				t.Fatalf("%d", got.Status)
			}
		}
		if passed > 20 {
			t.Errorf("a flood of 200 passes %d times in a minute", passed)
		}
		for n := range 200 { // and goes on, slowly
			f.clock.Advance(4 * time.Second)
			if thief.Post(standPath, standAnswers(2000+n, fmt.Sprint(300+passed))...).Status == 303 {
				passed++
			}
		}
		if passed > 170 {
			t.Errorf("%d pass beside the 300 of the hour", passed)
		}
		if other := f.visitor(); true {
			f.sign(other, "email", "elsewhere@example.org")
		}
	})
}

func TestAStandEndsByItselfByItsTeamAndByNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, stranger := f.team()
		v := f.tablet(ada)
		stands, err := f.Stands(t.Context(), f.petition.ID)
		if err != nil || len(stands) != 1 || stands[0].Name != "Marché" {
			t.Fatalf("%+v, %v", stands, err)
		}
		closePath := standsPath + "/" + stands[0].ID + "/close"
		if got := stranger.Post(closePath); got.Status != 404 {
			t.Errorf("a stranger closes it: %d", got.Status)
		}
		if got := stranger.Get(standsPath + "/" + stands[0].ID + "/code.png"); got.Status != 404 {
			t.Errorf("a stranger sees its code: %d", got.Status)
		}
		if got := v.Get(standPath); got.Status != 200 {
			t.Fatalf("%d", got.Status)
		}
		bob.Post(closePath)
		if got := v.Post(standPath, standAnswers(1, "0")...); got.Status != 410 {
			t.Errorf("a stand that was closed: %d", got.Status)
		}
		v = f.tablet(ada)
		f.clock.Advance(24*time.Hour + time.Second)
		if got := v.Get(standPath); got.Status != 410 {
			t.Errorf("the next day: %d", got.Status)
		}
		late := ada.Post(standsPath, "name", "Gare", "where", "link")
		found := standLinkShape.FindStringSubmatch(ada.Get(late.Location()).Body)
		f.clock.Advance(3 * time.Hour)
		if got := f.visitor().Post(found[1]); got.Status != 410 {
			t.Errorf("a link after three hours: %d", got.Status)
		}
		if got := f.visitor().Post("/stand/" + stands[0].ID + "/0000000000000000"); got.Status != 404 {
			t.Errorf("a link that was guessed: %d", got.Status)
		}
	})
}

func TestNoSessionOfAnOrganiserStaysOnATablet(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		out := ""
		f.Room.SignOut = func(_ context.Context, token string) error { out = token; return nil }
		if got := ada.Post(standsPath, "name", "", "where", "here"); got.Status != 422 {
			t.Errorf("without a name: %d", got.Status)
		}
		if got := ada.Post(standsPath, "name", "Ici", "where", "here"); got.Status != 303 || got.Location() != standPath {
			t.Fatalf("%d %s", got.Status, got.Location())
		}
		if out != "ada" || ada.Cookie("essaim_session") != "" || ada.Cookie("essaim_stand") == "" {
			t.Errorf("signed out: %q, session %q", out, ada.Cookie("essaim_session"))
		}
		if got := ada.Get(standPath); got.Status != 200 {
			t.Errorf("%d", got.Status)
		}
		ada.SetCookie("essaim_session", "ada")
		if got := ada.Get(standPath); got.Status != 409 {
			t.Errorf("with a session: %d", got.Status)
		}
	})
}

func TestWhichSignaturesCameFromAStandIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		v := f.tablet(ada)
		v.Post(standPath, standAnswers(1, "0")...)
		v.Post(link(t, f.mail(1)))
		v.Post(standPath, standAnswers(2, "1")...)
		f.clock.Advance(10 * 24 * time.Hour)
		if err := mobilisation.FoldStands(f.Room, t.Context()); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_stand_form`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows are left, %v", left, err)
		}
		stands, err := f.Stands(t.Context(), f.petition.ID)
		if err != nil || stands[0].N != 2 || stands[0].Confirmed != 1 {
			t.Errorf("%+v, %v", stands, err)
		}
	})
}
