package mobilisation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/vault"
)

// forgotten counts the confirmed signatures of the petition that open no more.
func (f *fixture) forgotten() (n int) {
	f.t.Helper()
	for _, one := range f.all() {
		if _, err := f.IdentityOf(one); errors.Is(err, vault.ErrErased) {
			n++
		}
	}
	return n
}

// all reads the confirmed signatures of the petition.
func (f *fixture) all() (all []mobilisation.Signature) {
	f.t.Helper()
	rows, err := f.db.Query(f.t.Context(), `SELECT id FROM mobilisation_signature WHERE petition_id = $1 AND state = 1 ORDER BY id`, f.petition.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			f.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		one, found, err := f.ReadSignature(f.t.Context(), id)
		if err != nil || !found {
			f.t.Fatal(found, err)
		}
		all = append(all, one)
	}
	return all
}

const days = 24 * time.Hour

func TestSignatoriesAreForgottenSomeTimeAfterTheEndAndTheLastDelivery(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		var written []string
		f.Erasing = func(kind string, index []byte) error { written = append(written, kind+" "+string(index)); return nil }
		f.flood(130, "who", "75011") // more than one transaction holds
		f.confirmed("email", "letters@example.org", "letters", "1", "public_name", "1", "given_name", "Léonie", "family_name", "Lettrée")
		f.confirmed("email", "shown@example.org", "public_name", "1", "given_name", "Simone", "family_name", "Montrée")
		f.counts(132)
		forget := func() {
			t.Helper()
			if err := mobilisation.ForgetSignatories(f.Room, t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		f.clock.Advance(400 * days)
		forget()
		if n := f.forgotten(); n != 0 {
			t.Fatalf("%d forgotten while it takes signatures", n)
		}
		if err := f.End(t.Context(), f.petition.ID, mobilisation.Closed, map[string]string{"fr": "Merci."}); err != nil {
			t.Fatal(err)
		}
		f.clock.Advance(100 * days)
		if _, err := f.Deliver(t.Context(), mobilisation.Delivery{PetitionID: f.petition.ID, Day: f.clock.Now().Truncate(days), N: 132, Lang: "fr", Recipient: "Région"}); err != nil {
			t.Fatal(err)
		}
		f.clock.Advance(179 * days)
		forget()
		if n := f.forgotten(); n != 0 {
			t.Fatalf("%d forgotten too early", n)
		}
		if body := f.anew("/m/ligne-du-val"); !strings.Contains(body, "Simone") {
			t.Error("a name is gone too early")
		}
		f.clock.Advance(2 * days)
		forget()
		forget()
		if n := f.forgotten(); n != 131 {
			t.Errorf("%d forgotten, not 131", n)
		}
		f.counts(132)
		if body := f.anew("/m/ligne-du-val"); strings.Contains(body, "Simone") || strings.Contains(body, "Léonie") {
			t.Error("names stand on the page")
		}
		for _, one := range f.all() {
			if who, err := f.IdentityOf(one); err == nil && (who.Email != "letters@example.org" || one.Consents != mobilisation.Letters) {
				t.Errorf("%+v stays with %v", who, one.Consents)
			}
		}
		if want := "signatories " + f.petition.ID; len(written) != 1 || written[0] != want {
			t.Errorf("written down: %v", written)
		}
		if err := f.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.counts(132)
	})
}

func TestAForgettingThatWasStoppedGoesOn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.flood(150, "who", "75011")
		if err := f.End(t.Context(), f.petition.ID, mobilisation.Victory, map[string]string{"fr": "Merci."}); err != nil {
			t.Fatal(err)
		}
		f.clock.Advance(181 * days)
		began := f.all()
		if err := mobilisation.ForgetThese(f.Room, t.Context(), f.petition.ID, began[:70]); err != nil { // as if killed behind it
			t.Fatal(err)
		}
		if n := f.forgotten(); n != 70 {
			t.Fatalf("%d", n)
		}
		if err := mobilisation.ForgetSignatories(f.Room, t.Context()); err != nil {
			t.Fatal(err)
		}
		kept, err := f.Retention(t.Context(), f.petition)
		if n := f.forgotten(); err != nil || n != 150 || kept.N != 150 || kept.Done.IsZero() {
			t.Errorf("%d forgotten, %+v, %v", n, kept, err)
		}
	})
}

func TestARestoreForgetsSignatoriesAgain(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.flood(3, "who", "75011")
		at := f.clock.Now()
		f.clock.Advance(time.Hour)
		f.flood(2, "later", "75011")
		if n, err := f.EraseAgain(t.Context(), mobilisation.ErasedSignatories, []byte(f.petition.ID), at); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if n := f.forgotten(); n != 3 {
			t.Errorf("%d forgotten", n)
		}
		if n, err := f.EraseAgain(t.Context(), mobilisation.ErasedSignatories, []byte("nobody"), at); err != nil || n != 0 {
			t.Errorf("a petition that the backup has not: %d, %v", n, err)
		}
		f.counts(5)
	})
}

func TestTheBoardSaysWhenSignatoriesAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		board := func() string {
			v := f.visitor()
			v.SetCookie("essaim_session", string(perm.RoleOrganiser))
			f.clock.Advance(3 * time.Second)
			return strings.ReplaceAll(v.Get("/m/ligne-du-val/team").Body, "\u00a0", " ")
		}
		if body := board(); !strings.Contains(body, "180 jours après la fin") {
			t.Errorf("while it is open:\n%s", body)
		}
		if err := f.End(t.Context(), f.petition.ID, mobilisation.Closed, map[string]string{"fr": "Merci."}); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%d", f.clock.Now().Add(180*days).Year())
		if body := board(); !strings.Contains(body, "seront détruits le") || !strings.Contains(body, want) {
			t.Error("it does not say the date")
		}
		f.clock.Advance(181 * days)
		if err := mobilisation.ForgetSignatories(f.Room, t.Context()); err != nil {
			t.Fatal(err)
		}
		if body := board(); !strings.Contains(body, "détruits le") {
			t.Error("it does not say that it is done")
		}
	})
}
