package mobilisation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/web/webtest"
)

// from is a browser at an address of its own, far from all others.
func (f *fixture) from(n int) *webtest.Visitor {
	v := f.visitor()
	v.Addr = fmt.Sprintf("203.0.%d.7:4711", n)
	f.clock.Advance(time.Second)
	return v
}

// published are the names and the message on the petition's page, once somebody has confirmed.
func (f *fixture) published() string { return f.visitor().Get("/m/ligne-du-val").Body }

func TestAStrangerWhoKnowsAnAddressDoesNotChooseWhatItsOwnerConfirms(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		alice := f.from(1)
		f.sign(alice, "given_name", "Alice", "public_name", "1")
		first := f.mail(1)
		for n := range 20 { // other names, which push each other out
			f.from(10+n).Post("/m/ligne-du-val/sign", answers("given_name", "Gros", "family_name", "Méchant"+string(rune('a'+n)), "public_name", "1", "message", "Honte à vous.", "postal_code", "67000")...)
		}
		f.quiet()
		got := alice.Post("/m/ligne-du-val/confirm", "code", code(t, first))
		page := f.published()
		if strings.Contains(page, "Méchant") {
			t.Fatal("somebody else stands on the page")
		}
		if got.Status == 303 && !strings.Contains(page, "Alice Martin") {
			t.Error("thanked, and not there")
		}
		if got.Status != 303 {
			// Her row was pushed out by a dozen others in a minute: she signs again, and is written to again.
			f.sign(alice, "given_name", "Alice", "public_name", "1")
			if got := alice.Post("/m/ligne-du-val/confirm", "code", code(t, f.mail(f.quiet()))); got.Status != 303 {
				t.Errorf("again: %d", got.Status)
			}
		}
		f.counts(1)
	})
}

func TestAStrangerWhoKnowsTheNameTooChangesNothingEither(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		berthe := f.from(1)
		f.sign(berthe, "given_name", "Berthe", "message", "Mes propres mots.")
		first := f.mail(1)
		for n := range 8 {
			f.from(10+n).Post("/m/ligne-du-val/sign", answers("given_name", "Berthe", "public_name", "1", "message", "Honte à vous.", "postal_code", "67000")...)
		}
		f.quiet()
		if got := berthe.Post("/m/ligne-du-val/confirm", "code", code(t, first)); got.Status != 303 {
			t.Fatalf("her code: %d", got.Status)
		}
		if strings.Contains(f.published(), "Berthe") {
			t.Error("her name is shown without her consent")
		}
		var place string
		if err := f.db.QueryRow(t.Context(), `SELECT postal_code FROM mobilisation_signature WHERE state = 1`).Scan(&place); err != nil || place != "75011" {
			t.Errorf("counted in %s, %v", place, err)
		}
		if words := f.words(); words != "Mes propres mots." {
			t.Errorf("a moderator would read %q", words)
		}
		f.counts(1)
	})
}

// words are the first message that waits for a moderator.
func (f *fixture) words() string {
	f.t.Helper()
	waiting, err := f.Messages(f.t.Context(), mobilisation.MessageWaiting, f.petition.ID, 10)
	if err != nil || len(waiting) == 0 {
		f.t.Fatalf("%d messages, %v", len(waiting), err)
	}
	return waiting[0].Words
}

func TestTheLinkShowsTheAnswersThatItConfirms(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.from(1)
		f.sign(v, "given_name", "Berthe", "message", "Mes propres mots.")
		m := f.mail(1)
		page := v.Get(link(t, m))
		for _, want := range []string{"Berthe Martin", "75011", "Mes propres mots."} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the page does not show %q", want)
			}
		}
		made := strings.SplitN(strings.SplitN(page.Body, `name="made" value="`, 2)[1], `"`, 2)[0]
		f.from(2).Post("/m/ligne-du-val/sign", answers("given_name", "Berthe", "public_name", "1", "message", "Honte à vous.")...)
		f.quiet()
		if got := v.Post(link(t, m), "made", made); got.Status != 409 || !strings.Contains(got.Body, "Honte à vous.") {
			t.Fatalf("answers that were changed meanwhile: %d", got.Status)
		}
		f.counts(0)
	})
}

func TestAStrangerWhoSpendsTheMailsOfAnAddressDoesNotKeepItFromSigning(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for n := range 30 {
			f.from(10).Post("/m/ligne-du-val/sign", answers("given_name", fmt.Sprintf("Mal %c", 'a'+n%26))...)
		}
		before := f.quiet()
		v := f.from(1)
		f.sign(v)
		if got := v.Post("/m/ligne-du-val/confirm", "code", code(t, f.mail(before+1))); got.Status != 303 {
			t.Errorf("%d", got.Status)
		}
		f.counts(1)
	})
}

func TestCodesTriedByAStrangerDoNotSpendThoseOfTheNextMail(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		stranger := f.from(10)
		f.sign(stranger)
		f.quiet()
		for range 6 {
			stranger.Post("/m/ligne-du-val/confirm", "code", "000000")
		}
		v := f.from(1)
		f.sign(v)
		if got := v.Post("/m/ligne-du-val/confirm", "code", code(t, f.mail(2))); got.Status != 303 {
			t.Errorf("%d", got.Status)
		}
		f.counts(1)
	})
}
