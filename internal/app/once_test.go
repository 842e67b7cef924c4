package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// at sends the same act many times at once, each from a browser of its own, and counts the answers by status.
func (e *estate) at(once int, act func(n int) int) map[int]int {
	var mu sync.Mutex
	answers := map[int]int{}
	var all sync.WaitGroup
	begin := make(chan struct{})
	for n := range once {
		all.Go(func() {
			<-begin
			status := act(n)
			mu.Lock()
			defer mu.Unlock()
			answers[status]++
		})
	}
	close(begin)
	all.Wait()
	return answers
}

// rows counts the signatures of the open mobilisation.
func (e *estate) rows() (all, confirmed int64) {
	e.t.Helper()
	err := e.DB.QueryRow(e.t.Context(), `
		SELECT COUNT(*), COUNT(*) FILTER (WHERE state = 1)
		FROM mobilisation_signature
		WHERE petition_id = $1`, e.open.ID).Scan(&all, &confirmed)
	if err != nil {
		e.t.Fatal(err)
	}
	return all, confirmed
}

// TestALinkPressedAThousandTimesAtOnceCountsOnce presses the button of one mail from everywhere.
func TestALinkPressedAThousandTimesAtOnceCountsOnce(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		path := "/c/" + e.confirm[0] + "/" + e.confirm[1]
		answers := e.at(1000, func(int) int { return e.site.Visitor(t).Post(path).Status })
		if answers[http.StatusSeeOther] != 1000 {
			t.Errorf("answers by status: %v, and all should see the thanks", answers)
		}
		apptest.Within(t, backWithin, "the public number is 1", func() bool { return e.Petitions.Count(e.open.ID) == 1 })
		if _, confirmed := e.rows(); confirmed != 1 {
			t.Errorf("%d rows count", confirmed)
		}
	})
}

// TestAFormSentManyTimesAtOnceIsOneSignature sends what an impatient person sends, forty times over.
func TestAFormSentManyTimesAtOnceIsOneSignature(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		before, _ := e.rows()
		answers := e.at(200, func(n int) int {
			email := "grace@example.org"
			if n%2 == 1 {
				email = strings.ToUpper(email) // the same mailbox
			}
			return e.site.Visitor(t).Post("/m/"+e.open.Slug+"/sign", "given_name", "Grace", "family_name", "Dupont", "email", email,
				"postal_code", "01000").Status
		})
		if answers[http.StatusSeeOther] != 200 {
			t.Errorf("answers by status: %v, and nobody should learn that it was there", answers)
		}
		if all, _ := e.rows(); all-before != 1 {
			t.Errorf("%d rows", all-before)
		}
		letter := e.letter("grace@example.org")
		e.at(50, func(int) int { return e.site.Visitor(t).Post(letter.Confirm).Status })
		apptest.Within(t, backWithin, "the public number is 1", func() bool { return e.Petitions.Count(e.open.ID) == 1 })
		time.Sleep(50 * time.Millisecond) // a mail too many would come after the last one that may
		if n := e.mailsTo("grace@example.org"); n > mostLetters {
			t.Errorf("%d mails for one signature", n)
		}
	})
}

// mostLetters is how many mails one signature may cause: five, and two that are spared for who has not asked before.
const mostLetters = 7

func (e *estate) mailsTo(address string) int {
	n := 0
	for _, m := range e.mails.All() {
		if strings.EqualFold(m.To, address) {
			n++
		}
	}
	return n
}

// TestASixDigitCodeCannotBeTriedOut tries codes from everywhere at once: five are looked at.
func TestASixDigitCodeCannotBeTriedOut(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		v := e.site.Visitor(t)
		v.Post("/m/"+e.open.Slug+"/sign", "given_name", "Rosa", "family_name", "Petit", "email", "rosa@example.org", "postal_code", "01000")
		cookie, right := v.Cookie("essaim_sign"), e.letter("rosa@example.org").Code
		answers := e.at(300, func(int) int {
			tab := e.site.Visitor(t)
			tab.SetCookie("essaim_sign", cookie)
			wrong := "000000"
			if right == wrong {
				wrong = "000001"
			}
			return tab.Post("/m/"+e.open.Slug+"/confirm", "code", wrong).Status
		})
		if answers[http.StatusUnprocessableEntity] != 300 {
			t.Errorf("answers by status: %v", answers)
		}
		if answer := v.Post("/m/"+e.open.Slug+"/confirm", "code", right); answer.Status != http.StatusUnprocessableEntity {
			t.Errorf("after 300 wrong codes the right one is answered %d: a code can be tried out", answer.Status)
		}
		if answer := e.site.Visitor(t).Post(e.letter("rosa@example.org").Confirm); answer.Status != http.StatusSeeOther {
			t.Errorf("the link is answered %d: somebody else can shut a person out", answer.Status)
		}
	})
}
