package mobilisation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/storage"
)

// Each test here is one of the rules that others' petitions taught, in its words.

func TestCountConfirmedSignaturesOnly(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.sign(f.visitor(), "email", "waits@example.org")
		f.confirmed("email", "counts@example.org")
		f.counts(1)
	})
}

func TestGETShowsPOSTConfirms(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v)
		address := link(t, f.mail(1))
		for range 3 { // a scanner, a preview, the person
			if got := v.Get(address); got.Status != 200 || !strings.Contains(got.Body, `method="post"`) {
				t.Fatalf("%d\n%s", got.Status, got.Body)
			}
		}
		f.counts(0)
		v.Post(address)
		f.counts(1)
	})
}

func TestTheLinkIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		m := f.confirmed()
		for range 5 {
			if got := f.visitor().Post(link(t, m)); got.Status != 303 {
				t.Fatalf("again: %d", got.Status)
			}
		}
		f.counts(1)
		if got := f.visitor().Get(link(t, m)); !strings.Contains(got.Body, "Votre signature compte") {
			t.Fatalf("after: %s", got.Body)
		}
	})
}

func TestALinkThatWasGuessedOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v)
		address := link(t, f.mail(1))
		wrong := address[:len(address)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(address, "0")]
		for _, path := range []string{wrong, strings.Replace(address, "/c/", "/w/", 1), "/c/x/y"} {
			if got := v.Post(path); got.Status != 404 {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
	})
}

func TestSixDigitCodeTypedInTheTabStillOpen(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v)
		typed := code(t, f.mail(1))
		got := v.Post("/m/ligne-du-val/confirm", "code", " "+typed[:3]+" "+typed[3:]+" ")
		if got.Status != 303 || got.Location() != "/m/ligne-du-val/thanks#contenu" {
			t.Fatalf("%d %s\n%s", got.Status, got.Location(), got.Body)
		}
		f.counts(1)
	})
}

func TestACodeHasFiveTriesThenOnlyTheLinkWorks(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v)
		m := f.mail(1)
		wrong := "000000"
		if code(t, m) == wrong {
			wrong = "000001"
		}
		for i := range 5 {
			got := v.Post("/m/ligne-du-val/confirm", "code", wrong)
			want := fmt.Sprintf("Essais restants\u00a0: %d", 4-i)
			if i == 4 {
				want = "Cinq codes ont été essayés"
			}
			if got.Status != 422 || !strings.Contains(got.Body, want) {
				t.Fatalf("try %d: %d\n%s", i, got.Status, got.Body)
			}
		}
		if got := v.Post("/m/ligne-du-val/confirm", "code", code(t, m)); got.Status != 422 {
			t.Fatalf("the sixth code: %d", got.Status)
		}
		if got := v.Post(link(t, m)); got.Status != 303 {
			t.Fatalf("the link: %d", got.Status)
		}
		f.counts(1)
	})
}

func TestTheSamePageForNewDuplicateAndBlocked(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "known@example.org")
		f.confirmed("email", "couple@example.org")
		f.confirmed("email", "couple@example.org", "given_name", "Grace")
		pages := map[string]string{}
		for name, pairs := range map[string][]string{
			"new":       {"email", "newly@example.org"},
			"duplicate": {"email", "known@example.org"},
			"third":     {"email", "couple@example.org", "given_name", "Alan"},
			"apart":     {"email", "apart@example.org", "guard_website", "http://spam.example"},
		} {
			v := f.visitor()
			before := f.quiet()
			f.sign(v, pairs...)
			f.mail(before + 1) // each gets one mail
			page := v.Get("/m/ligne-du-val/confirm")
			pages[name] = fmt.Sprint(page.Status) + strings.ReplaceAll(page.Body, pairs[1], "ADDRESS")
		}
		for name, page := range pages {
			if page != pages["new"] {
				t.Errorf("the page of %s differs:\n%s\n---\n%s", name, page, pages["new"])
			}
		}
		f.counts(3)
	})
}

func TestAtMostFiveMailsASignature(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v)
		for range 4 {
			f.sign(v)
			v.Post("/m/ligne-du-val/resend")
		}
		if n := f.quiet(); n != 5 {
			t.Fatalf("%d mails", n)
		}
	})
}

func TestADailyCapPerAddressOverTheWholeInstance(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		signer := mobilisation.Signer{GivenName: "Ada", FamilyName: "Martin", Email: "ada@example.org", PostalCode: "75011", Lang: "fr"}
		for i := range 30 {
			p := f.publish(fmt.Sprintf("autre-%d", i))
			if _, err := f.Sign(t.Context(), p, signer, false); err != nil {
				t.Fatal(err)
			}
		}
		if n := f.quiet(); n != 20 {
			t.Fatalf("%d mails in a day", n)
		}
		f.clock.Advance(25 * time.Hour)
		if _, err := f.Sign(t.Context(), f.publish("le-lendemain"), signer, false); err != nil {
			t.Fatal(err)
		}
		if n := f.quiet(); n != 21 {
			t.Fatalf("%d mails on the next day", n)
		}
	})
}

func TestCanonicalAddressByAPerDomainTable(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "a.da@gmail.com")
		before := f.quiet()
		f.sign(f.visitor(), "email", "ad.a+again@googlemail.com") // the same mailbox
		if got := f.mail(before + 1); !strings.Contains(got.Subject, "déjà signé") {
			t.Errorf("got %q", got.Subject)
		}
		f.confirmed("email", "a.da@example.org") // a provider for which a dot is a letter
		f.confirmed("email", "ada@example.org")
		f.counts(3)
	})
}

func TestCouplesShareAnAddressAThirdMayNot(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("given_name", "Ada")
		f.confirmed("given_name", "Grace")
		f.counts(2)
		before := f.quiet()
		f.sign(f.visitor(), "given_name", "Alan")
		if m := f.mail(before + 1); !strings.Contains(m.Subject, "déjà signé") || linkShape.MatchString(m.Text) {
			t.Errorf("a third of one address gets %q:\n%s", m.Subject, m.Text)
		}
		f.counts(2)
	})
}

func TestAnotherNameNeedsTheSamePostalCode(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("given_name", "Ada")
		before := f.quiet()
		f.sign(f.visitor(), "given_name", "Grace", "postal_code", "67000")
		if got := f.mail(before + 1); !strings.Contains(got.Subject, "déjà signé") {
			t.Errorf("got %q", got.Subject)
		}
	})
}

func TestWhoTypesSomeoneElsesAddressDoesNotKeepThemOut(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.sign(f.visitor(), "given_name", "Mallory", "postal_code", "67000") // never confirmed: the mail is not hers
		f.mail(1)
		f.confirmed("given_name", "Ada")
		f.counts(1)
	})
}

func TestTwoWhoConfirmAtOnceDoNotPassTheLimit(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		var links []string
		for i, name := range []string{"Ada", "Grace", "Alan", "Edsger"} {
			f.sign(f.visitor(), "given_name", name)
			links = append(links, link(t, f.mail(i+1)))
		}
		done := make(chan int, len(links))
		for _, address := range links {
			v := f.visitor()
			go func() { done <- v.Post(address).Status }()
		}
		for range links {
			if status := <-done; status != 303 && status != 200 {
				t.Errorf("confirm: %d", status)
			}
		}
		f.counts(2)
	})
}

func TestOverTheLimitIsAShadowSamePageSameMailNeverCounted(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "machine@example.org", "guard_website", "x")
		f.confirmed("email", "person@example.org")
		f.counts(1)
	})
}

func TestNamesThatAreFormulasOrLinksAreRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"=cmd|'/C calc'!A0", "+33", "-1", "@sum", "http://spam.example", "www.spam.example", "<script>", "  ", "123"} {
			got := f.visitor().Post("/m/ligne-du-val/sign", answers("given_name", name)...)
			if got.Status != 422 || !strings.Contains(got.Body, `href="#f-given_name"`) {
				t.Errorf("%q: %d", name, got.Status)
			}
		}
	})
}

func TestControlAndBidiCharactersAreStripped(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v, "given_name", "A\u202edA\u0007\u200f\r\nBcc")
		if got := v.Get(link(t, f.mail(1))); !strings.Contains(got.Body, "AdA Bcc Martin") {
			t.Errorf("got:\n%s", got.Body)
		}
		if got := v.Post("/m/ligne-du-val/sign", answers("given_name", "Ada\r\nBcc: x")...); got.Status != 422 {
			t.Errorf("a header as a name: %d", got.Status)
		}
	})
}

func TestTwentyFourHoursOfGraceToConfirmAfterClosing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		early, late := f.visitor(), f.visitor()
		f.sign(early, "email", "early@example.org")
		first := link(t, f.mail(1))
		f.sign(late, "email", "late@example.org")
		second := link(t, f.mail(2))
		if err := f.End(t.Context(), f.petition.ID, mobilisation.Closed, nil); err != nil {
			t.Fatal(err)
		}
		if got := f.visitor().Post("/m/ligne-du-val/sign", answers()...); got.Status != 409 {
			t.Errorf("signing after the close: %d", got.Status)
		}
		f.clock.Advance(23 * time.Hour)
		if got := early.Post(first); got.Status != 303 {
			t.Errorf("within 24 hours: %d", got.Status)
		}
		f.clock.Advance(2 * time.Hour)
		if got := late.Post(second); got.Status != 409 {
			t.Errorf("after 24 hours: %d", got.Status)
		}
		f.counts(1)
	})
}

func TestErasingAPersonKeepsCountsAndGeography(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org", "message", "Un mot de moi.")
		f.counts(1)
		n, err := f.Erase(t.Context(), "ADA@example.org")
		if err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if err := f.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.counts(1)
		f.kept(0)
		if n, _ := f.Erase(t.Context(), "ada@example.org"); n != 0 {
			t.Errorf("%d rows are still found", n)
		}
		f.confirmed("email", "ada@example.org") // may sign again: nobody knows
	})
}

func TestRemoveMySignature(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		m := f.confirmed()
		f.counts(1)
		v := f.visitor()
		if got := v.Get(away(t, m)); got.Status != 200 {
			t.Fatalf("the link: %d", got.Status)
		}
		for range 2 {
			if got := v.Post(away(t, m)); got.Status != 200 || !strings.Contains(got.Body, "Votre signature est retirée") {
				t.Fatalf("%d\n%s", got.Status, got.Body)
			}
		}
		f.counts(0)
		f.confirmed()
		f.counts(1)
	})
}

func TestUnconfirmedIsGoneAfterSevenDays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		f.sign(v, "message", "Un mot.")
		address := link(t, f.mail(1))
		f.clock.Advance(7*24*time.Hour + time.Minute)
		if got := v.Post(address); got.Status != 410 {
			t.Errorf("a late link: %d", got.Status)
		}
		f.within("the row is gone", func() bool {
			var n int
			err := f.db.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM mobilisation_signature) + (SELECT COUNT(*) FROM mobilisation_message)`).Scan(&n)
			return err == nil && n == 0
		})
	})
}

func TestUnder15NoLettersNoPublicName(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("under_15", "1", "letters", "1", "public_name", "1")
		var consents int64
		if err := f.db.QueryRow(t.Context(), `SELECT consents FROM mobilisation_signature`).Scan(&consents); err != nil {
			t.Fatal(err)
		}
		if got := mobilisation.Consents(consents); got.Has(mobilisation.Letters) || got.Has(mobilisation.PublicName) {
			t.Errorf("consents %b", consents)
		}
		f.counts(1)
	})
}

func TestNothingIsTickedBeforehandAndEveryWordingIsKept(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		page := f.visitor().Get("/m/ligne-du-val")
		if strings.Contains(page.Body, " checked") {
			t.Error("a box is ticked")
		}
		f.confirmed()
		var words string
		err := f.db.QueryRow(t.Context(), `
			SELECT w.words
			FROM mobilisation_signature AS s
			JOIN mobilisation_wording AS w ON w.version = s.wording`).Scan(&words)
		if err != nil || !strings.Contains(words, "En signant") {
			t.Errorf("%q, %v", words, err)
		}
	})
}

func TestExactRecountByNightRepairsAndReports(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "a@example.org")
		f.confirmed("email", "b@example.org", "postal_code", "67000")
		f.counts(2)
		if err := f.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.counts(2)
		spoil := func(statement string) {
			err := f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				_, err := tx.Exec(ctx, statement)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		f.within("folded", func() bool {
			f.clock.Advance(time.Second)
			var n int
			err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_delta`).Scan(&n)
			return err == nil && n == 0
		})
		spoil(`UPDATE mobilisation_total SET n = n + 40`)
		spoil(`DELETE FROM mobilisation_count WHERE commune = (SELECT MIN(commune) FROM mobilisation_count)`)
		if err := f.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.counts(2)
		var published, exact, places int64
		if err := f.db.QueryRow(t.Context(), `SELECT published, exact FROM mobilisation_recount`).Scan(&published, &exact); err != nil || published != 42 || exact != 2 {
			t.Errorf("reported %d instead of %d: %v", published, exact, err)
		}
		if err := f.db.QueryRow(t.Context(), `SELECT SUM(n) FROM mobilisation_count`).Scan(&places); err != nil || places != 2 {
			t.Errorf("places sum to %d: %v", places, err)
		}
	})
}

func TestMilestonesAreReachedOnceAndUnreached(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		reached := func() (n int) {
			_ = f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_milestone WHERE reached_at > 0`).Scan(&n)
			return n
		}
		var mails []string
		for i := range 3 {
			mails = append(mails, away(t, f.confirmed("email", fmt.Sprintf("p%d@example.org", i))))
		}
		f.within("the first milestone", func() bool { f.clock.Advance(time.Second); return reached() == 1 })
		f.visitor().Post(mails[0])
		f.within("it is taken back", func() bool { f.clock.Advance(time.Second); return reached() == 0 })
	})
}

// kept tells how many messages there are, and says that no confirmed row holds sealed bytes when there is none.
func (f *fixture) kept(messages int64) {
	f.t.Helper()
	var n, sealed int64
	err := f.db.QueryRow(f.t.Context(), `
		SELECT (SELECT COUNT(*) FROM mobilisation_message), (SELECT COALESCE(SUM(length(sealed)), 0) FROM mobilisation_signature)`).Scan(&n, &sealed)
	if err != nil || n != messages || messages == 0 && sealed != 0 {
		f.t.Errorf("%d messages, %d sealed bytes, %v", n, sealed, err)
	}
}

func TestNothingOfAChildIsKeptToBeShown(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("under_15", "1", "public_name", "1", "letters", "1", "message", "Un mot de moi.")
		var n, consents int64
		err := f.db.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM mobilisation_message), (SELECT SUM(consents) FROM mobilisation_signature)`).Scan(&n, &consents)
		if err != nil || n != 0 || consents != int64(mobilisation.Under15) {
			t.Errorf("%d messages, boxes %d, %v", n, consents, err)
		}
	})
}

func TestWhoSignsAgainOnTheSixthDayHasSevenDaysMore(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.sign(f.visitor())
		f.quiet()
		f.clock.Advance(6 * 24 * time.Hour)
		v := f.visitor()
		f.sign(v)
		m := f.mail(2)
		f.clock.Advance(6 * 24 * time.Hour)
		if got := v.Post(link(t, m)); got.Status != 303 {
			t.Errorf("confirmed on the sixth day after: %d", got.Status)
		}
		f.counts(1)
	})
}
