package app_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

// command runs a command on the instance of the settings.
func command(t testing.TB, s config.Settings, args ...string) (out string, code int) {
	t.Helper()
	args = append(args, "--data", s.Data)
	if s.Database != "" {
		args = append(args, "--database", s.Database)
	}
	var both bytes.Buffer
	code = app.Run(t.Context(), args, &both, &both)
	return both.String(), code
}

// mustRun runs a command that must do what it is told.
func mustRun(t testing.TB, s config.Settings, args ...string) string {
	t.Helper()
	out, code := command(t, s, args...)
	if code != 0 {
		t.Fatalf("essaim %s ends with %d:\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

// elsewhere is an empty instance on the engine of o, under the key of another one.
func elsewhere(t testing.TB, o storage.Options, from config.Settings) config.Settings {
	t.Helper()
	s := apptest.Settings(t, o, webtest.URL)
	text, err := os.ReadFile(from.KeyFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.KeyFile(), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// everything reads every row of every table, in an order that does not depend on the engine.
func everything(t testing.TB, s config.Settings) map[string][]string {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{URL: s.Database, File: s.DatabaseFile()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]string{}
	err = db.Snapshot(t.Context(), func(ctx context.Context, snapshot *storage.Snapshot) error {
		tables, err := snapshot.Tables(ctx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			all[table.Name] = []string{}
			if err := snapshot.Each(ctx, table, func(row []any) error {
				line := ""
				for _, value := range row {
					line += fmt.Sprintf("%T %v, ", value, value) // no bytes are no bytes, whether the driver says nil or not
				}
				all[table.Name] = append(all[table.Name], line)
				return nil
			}); err != nil {
				return err
			}
			slices.Sort(all[table.Name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// mustBeTheSame compares two instances row by row.
func mustBeTheSame(t *testing.T, want, got map[string][]string) {
	t.Helper()
	if a, b := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)); !slices.Equal(a, b) {
		t.Fatalf("the tables are %v, not %v", b, a)
	}
	rows := 0
	for name := range want {
		rows += len(want[name])
		if !slices.Equal(want[name], got[name]) {
			t.Errorf("%s: %d rows, not the same %d", name, len(got[name]), len(want[name]))
		}
	}
	if rows < 100 {
		t.Errorf("only %d rows were compared", rows)
	}
}

// inhabited makes an instance with people who signed, confirmed or not, and closes it.
func inhabited(t *testing.T, o storage.Options) config.Settings {
	t.Helper()
	s := apptest.Settings(t, o, webtest.URL)
	s.GuardOff, s.Workers = true, false
	h := apptest.Build(t, s, app.Options{})
	defer h.Close()
	p := apptest.Publish(t, h, apptest.Slug, apptest.Carrier(t, h).ID)
	plantPeople(t, h, p.ID, 0, 60)
	for n := range 10 {
		if _, err := h.Petitions.Sign(t.Context(), p, person(1000+n), false); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(s.Data, "pictures", "2026")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "a.jpg"), bytes.Repeat([]byte("picture"), 300_000), 0o640); err != nil {
		t.Fatal(err)
	}
	return s
}

func person(n int) mobilisation.Signer {
	return mobilisation.Signer{
		GivenName: "Zyxanthe", FamilyName: "Quolibrandt", Email: fmt.Sprintf("zyxanthe.%d@quolibrandt.example", n),
		PostalCode: "01000", Country: "FR", Lang: "fr", Consents: 1,
	}
}

func plantPeople(t testing.TB, h *app.House, petition string, from, n int) {
	t.Helper()
	err := h.Petitions.Plant(t.Context(), petition, func(yield func(mobilisation.Planted) bool) {
		for i := range n {
			if !yield(mobilisation.Planted{Signer: person(from + i), At: time.Now().Add(-time.Duration(i) * time.Hour)}) {
				return
			}
		}
	}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
}

// Each way: from each engine to each.
func TestASiteComesBackOnEitherEngine(t *testing.T) {
	engines := map[string]func(testing.TB) storage.Options{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres}
	for from, open := range engines {
		for to, other := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				s := inhabited(t, open(t))
				file := filepath.Join(t.TempDir(), "essaim.backup")
				mustRun(t, s, "backup", file)
				empty := elsewhere(t, other(t), s)
				mustRun(t, empty, "restore", file)
				mustBeTheSame(t, everything(t, s), everything(t, empty))
				picture, err := os.ReadFile(filepath.Join(empty.Data, "pictures", "2026", "a.jpg"))
				if err != nil || !bytes.Equal(picture, bytes.Repeat([]byte("picture"), 300_000)) {
					t.Errorf("the picture has %d bytes, %v", len(picture), err)
				}
				h := apptest.Build(t, empty, app.Options{})
				p, err := h.Petitions.Petition(t.Context(), apptest.Slug)
				if err != nil || h.Petitions.Count(p.ID) != 60 {
					t.Errorf("%d signatures are counted, %v", h.Petitions.Count(p.ID), err)
				}
				if out, code := command(t, empty, "restore", file); code != 1 || !strings.Contains(out, "another process serves") && !strings.Contains(out, "never writes over") {
					t.Errorf("over a site that is there: %d %s", code, out)
				}
			})
		}
	}
}

func TestABackupHoldsNobodyInTheClearAndNoKey(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := inhabited(t, o)
		s2 := s
		file := filepath.Join(t.TempDir(), "essaim.backup")
		mustRun(t, s2, "backup", file)
		key, err := os.ReadFile(s.KeyFile())
		if err != nil {
			t.Fatal(err)
		}
		whole := unpacked(t, file)
		canaries := []string{"Zyxanthe", "Quolibrandt", "zyxanthe.1@quolibrandt.example"}
		for line := range strings.Lines(string(key)) {
			if words := strings.Fields(line); len(words) > 1 && words[0] != "#" && len(words[len(words)-1]) == 64 {
				canaries = append(canaries, words[len(words)-1])
			}
		}
		if len(canaries) < 5 {
			t.Fatalf("no key is looked for: %d", len(canaries))
		}
		if found := findings(whole, canaries); len(found) > 0 {
			t.Errorf("a backup holds %v", found)
		}
		if !bytes.Contains(whole, []byte("Rouvrons la ligne")) {
			t.Error("the search sees nothing at all")
		}
	})
}
