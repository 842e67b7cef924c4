package backup_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"essaim/internal/platform/backup"
)

func TestTheNewestCopiesAreKept(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	c := backup.Copies{Place: backup.Dir(folder), For: key.Recipient(), Keep: 3}
	mine := filepath.Join(folder, "essaim-of-mine.backup.age")
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 1, 30, 0, 0, time.UTC)
	for day := range 5 {
		if _, err := c.Add(t.Context(), at.AddDate(0, 0, day), func(out io.Writer) error { _, err := out.Write([]byte("site")); return err }); err != nil {
			t.Fatal(err)
		}
	}
	full := errors.New("no")
	if _, err := c.Add(t.Context(), at.AddDate(0, 0, 9), func(io.Writer) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	all, err := c.List(t.Context())
	if err != nil || len(all) != 3 || !all[0].Made.Equal(at.AddDate(0, 0, 4)) || !all[2].Made.Equal(at.AddDate(0, 0, 2)) {
		t.Errorf("%v %v", all, err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("somebody's own file: %v", err)
	}
}

func TestTheLedgerFollowsTheCopies(t *testing.T) {
	folder, ledger := t.TempDir(), filepath.Join(t.TempDir(), "site.erased")
	c := backup.Copies{Place: backup.Dir(folder)}
	if err := c.Ledger(t.Context(), ledger); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if err := backup.NewLedger(ledger).Record(backup.Erasure{At: time.Unix(int64(n), 0), Kind: "signatory", Index: []byte{1}}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := c.Ledger(t.Context(), ledger); err != nil {
				t.Fatal(err)
			}
		}
		if all, err := backup.ReadLedger(filepath.Join(folder, "essaim-site.erased")); err != nil || len(all) != n+1 {
			t.Errorf("%v %v", all, err)
		}
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("%v", left)
	}
}
