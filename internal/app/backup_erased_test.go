package app_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// Who was erased after the backup stays erased, who withdrew stays away, who signed again afterwards stays.
func TestARestoreBringsNobodyBackWhoWasErased(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := inhabited(t, o)
		s.GuardOff, s.Workers = true, false
		h := apptest.Build(t, s, app.Options{})
		for _, name := range []string{"host", "gone"} {
			if _, err := h.Account.Add(t.Context(), name+"@quolibrandt.example", perm.RoleHost); err != nil {
				t.Fatal(err)
			}
		}
		p, err := h.Petitions.Petition(t.Context(), apptest.Slug)
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := h.Petitions.Sign(t.Context(), p, person(500), false)
		if err != nil {
			t.Fatal(err)
		}
		h.Close()
		file := filepath.Join(t.TempDir(), "essaim.backup")
		mustRun(t, s, "backup", file)

		mustRun(t, s, "admin", "erase", person(3).Email)
		mustRun(t, s, "admin", "remove", "gone@quolibrandt.example")
		h = apptest.Build(t, s, app.Options{})
		if _, err := h.Petitions.Withdraw(t.Context(), receipt.Signature, h.Vault.Token("mobilisation.withdraw", receipt.Signature)); err != nil {
			t.Fatal(err)
		}
		h.Close()
		mustHideInLedger(t, s.KeyFile())

		empty := elsewhere(t, engine(t), s)
		mustRun(t, empty, "restore", file, "--erased", strings.TrimSuffix(s.KeyFile(), ".key")+".erased")
		h = apptest.Build(t, empty, app.Options{})
		if n, err := h.Petitions.Erase(t.Context(), person(3).Email); err != nil || n != 0 {
			t.Errorf("%d signatures of an erased person are back, %v", n, err)
		}
		if n, err := h.Petitions.Erase(t.Context(), person(500).Email); err != nil || n != 0 {
			t.Errorf("%d withdrawn signatures are back, %v", n, err)
		}
		people, err := h.Account.People(t.Context())
		if err != nil || len(people) != 1 || people[0].Email != "host@quolibrandt.example" {
			t.Errorf("people: %d, %v", len(people), err)
		}
		if h.Petitions.Count(p.ID) != 60 {
			t.Errorf("%d count, for erased people go on counting", h.Petitions.Count(p.ID))
		}
	})
}

// mustHideInLedger checks that the ledger names nobody.
func mustHideInLedger(t *testing.T, keyFile string) {
	t.Helper()
	text, err := os.ReadFile(strings.TrimSuffix(keyFile, ".key") + ".erased")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n != 4 {
		t.Errorf("%d lines:\n%s", n, text)
	}
	canaries := append(digests(person(3).Email), "quolibrandt", "zyxanthe", hex.EncodeToString([]byte("quolibrandt")))
	if found := findings(text, canaries); len(found) > 0 {
		t.Errorf("the ledger holds %v", found)
	}
}

// Somebody who signs again after having been erased is not erased by a restore of what came later.
func TestARestoreKeepsWhoSignedAgain(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := inhabited(t, o)
		mustRun(t, s, "admin", "erase", person(3).Email)
		s.GuardOff, s.Workers = true, false
		h := apptest.Build(t, s, app.Options{})
		p, err := h.Petitions.Petition(t.Context(), apptest.Slug)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Petitions.Sign(t.Context(), p, person(3), false); err != nil {
			t.Fatal(err)
		}
		h.Close()
		file := filepath.Join(t.TempDir(), "essaim.backup")
		mustRun(t, s, "backup", file)
		empty := elsewhere(t, engine(t), s)
		mustRun(t, empty, "restore", file, "--erased", strings.TrimSuffix(s.KeyFile(), ".key")+".erased")
		h = apptest.Build(t, empty, app.Options{})
		if n, err := h.Petitions.Erase(t.Context(), person(3).Email); err != nil || n != 1 {
			t.Errorf("%d signatures of who signed again, %v", n, err)
		}
	})
}
