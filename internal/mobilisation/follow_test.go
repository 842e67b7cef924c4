package mobilisation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestDaysAndTerritoriesSumToTheNumber(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		f := build(t, db, false)
		f.petition = f.publish("ligne-du-val")
		f.clock.Advance(12*time.Hour + 30*time.Minute) // 22:30 UTC is the next day in Paris
		for n, code := range []string{"75011", "01000", "01000"} {
			if n == 2 {
				f.clock.Advance(3 * 24 * time.Hour)
			}
			receipt, err := f.Sign(t.Context(), f.petition, mobilisation.Signer{GivenName: "Ada", FamilyName: "Martin", Email: fmt.Sprintf("a%d@example.org", n), PostalCode: code, Lang: "fr"}, false)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.ConfirmByLink(t.Context(), receipt.Signature, f.Vault.Token("mobilisation.confirm", receipt.Signature)); err != nil {
				t.Fatal(err)
			}
		}
		if err := mobilisation.Fold(f.Room, t.Context(), jobs.Job{}); err != nil {
			t.Fatal(err)
		}
		days, err := f.Days(t.Context(), f.petition.ID, 0, 30_000)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for _, d := range days {
			if d.N != 0 {
				got[d.Day.Format(time.DateOnly)] = d.N
			}
		}
		if len(got) != 2 || got["2026-03-28"]+got["2026-03-29"] != 2 || got["2026-03-31"]+got["2026-04-01"] != 1 {
			t.Errorf("by day: %v", got)
		}
		where, err := f.Territories(t.Context(), f.petition.ID, "fr")
		if err != nil || len(where) != 2 || where[0].Name != "Ain" || where[0].N != 2 || where[1].N != 1 {
			t.Errorf("by territory: %+v, %v", where, err)
		}
		csv := f.visitor().Get("/m/ligne-du-val/count.csv")
		if csv.Status != 200 || !strings.HasPrefix(csv.Body, "date,signatures,total\n") || !strings.HasSuffix(strings.TrimSpace(csv.Body), ",3") {
			t.Errorf("%d\n%s", csv.Status, csv.Body)
		}
	})
}
