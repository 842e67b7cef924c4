package mobilisation_test

import (
	"context"
	"errors"
	"testing"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestAMilestoneIsNotLostWhenTheFoldDies(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		f := build(t, db, false) // nothing is folded but by hand
		f.petition = f.publish("ligne-du-val", 2)
		for _, email := range []string{"a@example.org", "b@example.org", "c@example.org"} {
			receipt, err := f.Sign(t.Context(), f.petition, mobilisation.Signer{GivenName: "Ada", FamilyName: "Martin", Email: email, PostalCode: "75011", Lang: "fr"}, false)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.ConfirmByLink(t.Context(), receipt.Signature, f.Vault.Token("mobilisation.confirm", receipt.Signature)); err != nil {
				t.Fatal(err)
			}
		}
		// It dies as soon as it has asked for the first thing: whatever it kept, the next one ends the work.
		dying, die := context.WithCancelCause(t.Context())
		die(errors.New("killed"))
		_ = mobilisation.Fold(f.Room, dying, jobs.Job{})
		if err := mobilisation.Fold(f.Room, t.Context(), jobs.Job{}); err != nil {
			t.Fatal(err)
		}
		var reached, deltas int64
		if err := db.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM mobilisation_milestone WHERE reached_at > 0), (SELECT COUNT(*) FROM mobilisation_delta)`).Scan(&reached, &deltas); err != nil || reached != 1 || deltas != 0 {
			t.Errorf("%d milestones reached, %d deltas left, %v", reached, deltas, err)
		}
	})
}

func TestAMilestoneIsStampedWithTheNumberThatReachesIt(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		f := build(t, db, false)
		f.petition = f.publish("ligne-du-val", 1)
		receipt, err := f.Sign(t.Context(), f.petition, mobilisation.Signer{GivenName: "Ada", FamilyName: "Martin", Email: "a@example.org", PostalCode: "75011", Lang: "fr"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.ConfirmByLink(t.Context(), receipt.Signature, f.Vault.Token("mobilisation.confirm", receipt.Signature)); err != nil {
			t.Fatal(err)
		}
		// Where the stamp cannot be written, the number is not either: they are one transaction.
		err = db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `ALTER TABLE mobilisation_milestone RENAME COLUMN reached_at TO gone_at`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := mobilisation.Fold(f.Room, t.Context(), jobs.Job{}); err == nil {
			t.Fatal("it folded without its stamp")
		}
		var deltas, totals int64
		if err := db.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM mobilisation_delta), (SELECT COUNT(*) FROM mobilisation_total)`).Scan(&deltas, &totals); err != nil || deltas != 1 || totals != 0 {
			t.Errorf("%d deltas, %d totals, %v", deltas, totals, err)
		}
	})
}

func TestAMilestoneKeepsItsDateWhileOldDeltasAreJoined(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		f := build(t, db, false)
		f.petition = f.publish("ligne-du-val", 205)
		f.flood(205, "x", "75011") // more deltas than are joined at once
		set := func(at int64) {
			err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE mobilisation_milestone SET reached_at = $1`, at)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		set(42)
		if err := mobilisation.Fold(f.Room, t.Context(), jobs.Job{}); err != nil {
			t.Fatal(err)
		}
		var reached int64
		if err := db.QueryRow(t.Context(), `SELECT reached_at FROM mobilisation_milestone`).Scan(&reached); err != nil || reached != 42 {
			t.Errorf("reached at %d, %v", reached, err)
		}
	})
}
