package mobilisation_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/mobilisation"
)

// What somebody who knows a name and an address, and cannot read its mail, must not be able to do.

func TestAStrangersFloodedTryDoesNotSilenceAPerson(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.sign(f.visitor(), "guard_website", "x") // kept apart: the honeypot was filled
		f.mail(1)
		v := f.visitor()
		f.sign(v)
		if got := v.Post(link(t, f.mail(2))); got.Status != 303 {
			t.Fatalf("%d", got.Status)
		}
		f.counts(1)
		f.sign(f.visitor(), "guard_website", "x") // and afterwards it changes nothing
		f.quiet()
		if err := f.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.counts(1)
	})
}

func TestTheLatestAnswersOfASignatureThatWaitsHold(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v, "public_name", "1", "letters", "1", "message", "Premier mot")
		first := f.mail(1)
		if !strings.Contains(first.Text, "Votre nom sera affiché") {
			t.Errorf("the mail does not say what was ticked:\n%s", first.Text)
		}
		f.sign(v, "postal_code", "67000", "message", "Second mot") // corrected: the boxes are not ticked any more
		if got := v.Get(link(t, first)); strings.Contains(got.Body, "Votre nom sera affiché") {
			t.Error("the page still says that the name will be shown")
		}
		if got := v.Post(link(t, first)); got.Status != 303 { // the first link is good for the latest answers
			t.Fatalf("%d", got.Status)
		}
		var consents int64
		var commune string
		var messages int
		err := f.db.QueryRow(t.Context(), `
			SELECT consents, commune, (SELECT COUNT(*) FROM mobilisation_message)
			FROM mobilisation_signature`).Scan(&consents, &commune, &messages)
		if err != nil || consents != 0 || commune != "67482" || messages != 1 {
			t.Errorf("consents %b, commune %s, %d messages, %v", consents, commune, messages, err)
		}
		if words := f.words(); words != "Second mot" {
			t.Errorf("a moderator would read %q", words)
		}
	})
}

func TestTheCodePageTellsNothingOfWhoHasSigned(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		m := f.confirmed("email", "known@example.org")
		_ = m
		guesses := func(address string) (pages []string) {
			v := f.visitor()
			f.sign(v, "email", address)
			for range 7 {
				got := v.Post("/m/ligne-du-val/confirm", "code", "000 000")
				pages = append(pages, fmt.Sprint(got.Status)+strings.ReplaceAll(got.Body, address, "ADDRESS"))
			}
			f.clock.Advance(8 * 24 * time.Hour) // the row of who never confirmed is gone
			f.quiet()
			got := v.Post("/m/ligne-du-val/confirm", "code", "000 000")
			return append(pages, fmt.Sprint(got.Status, got.Location()))
		}
		known, unknown := guesses("known@example.org"), guesses("other@example.org")
		for i := range known {
			if known[i] != unknown[i] {
				t.Errorf("try %d differs:\n%.300s\n%.300s", i, known[i], unknown[i])
			}
		}
	})
}

func TestFourStrangersDoNotKeepAPersonFromSigningUnderTheirName(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"Mallory", "Trudy", "Eve", "Oscar"} {
			f.sign(f.visitor(), "given_name", name, "postal_code", "67000")
		}
		before := f.quiet()
		v := f.visitor()
		f.sign(v)
		m := f.mail(before + 1)
		if page := v.Get(link(t, m)); !strings.Contains(page.Body, "Ada Martin") {
			t.Fatalf("the link shows:\n%s", page.Body)
		}
		v.Post(link(t, m))
		f.counts(1)
		var commune string
		if err := f.db.QueryRow(t.Context(), `SELECT commune FROM mobilisation_signature WHERE state = 1`).Scan(&commune); err != nil || commune != "75111" {
			t.Errorf("counted in %s, %v", commune, err)
		}
	})
}

func TestLimitsAndErasureHoldForAnAddressInHundredsOfPetitions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		signer := mobilisation.Signer{GivenName: "Ada", FamilyName: "Martin", Email: "ada@example.org", PostalCode: "75011", Lang: "fr"}
		for i := range 230 {
			if _, err := f.Sign(t.Context(), f.publish(fmt.Sprintf("autre-%d", i)), signer, false); err != nil {
				t.Fatal(err)
			}
		}
		if n := f.quiet(); n != 20 {
			t.Errorf("%d mails in a day", n)
		}
		if n, err := f.Erase(t.Context(), "ada@example.org"); err != nil || n != 230 {
			t.Errorf("erased %d, %v", n, err)
		}
	})
}

func TestTypingErrorsDoNotSpendTheLaneOfANetwork(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor() // one address for all of them
		for range 12 {
			if got := v.Post("/m/ligne-du-val/sign", answers("email", "ada@")...); got.Status != 422 {
				t.Fatalf("%d", got.Status)
			}
		}
		f.sign(v)
	})
}

func TestOnePersonInTwoTabsHoldsNobodyUp(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.publish("autre")
		var group sync.WaitGroup
		began := time.Now()
		for i := range 40 {
			v := f.visitor()
			slug := []string{"ligne-du-val", "autre"}[i%2]
			group.Go(func() {
				v.Post("/m/"+slug+"/sign", answers()...)
				for range 5 {
					if got := v.Post("/m/" + slug + "/resend"); got.Status != 303 {
						t.Errorf("%d", got.Status)
					}
				}
			})
		}
		group.Wait()
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
