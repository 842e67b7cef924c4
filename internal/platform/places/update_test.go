package places_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"essaim/internal/platform/places"
)

func TestUpdateFromAFolderReportsWhatCame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "places")
	report, err := places.Update(t.Context(), "sample", dir, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !report.First || report.Communes < 60 || report.PostalCodes < 100 || report.Constituencies < 100 || report.Departments != 107 ||
		report.Countries != 9 || report.CodesAbroad != 23 || report.CommunesAdded != nil {
		t.Errorf("%+v", report)
	}
	p, err := places.Open(t.Context(), dir)
	if err != nil || p.Sample() {
		t.Fatalf("what was fetched is not used: %v", err)
	}
	again, err := places.Update(t.Context(), "sample", dir, nil, nil)
	if err != nil || again.First || again.CommunesAdded != nil || again.CommunesRemoved != nil || again.CommunesChanged != nil {
		t.Errorf("the same set again: %+v, %v", again, err)
	}
	if got := entries(t, dir); len(got) != 2 {
		t.Errorf("the folder holds %v", got)
	}
}

func TestUpdateTellsWhatHasChanged(t *testing.T) {
	dir := t.TempDir()
	set := files(t)
	if _, err := places.Update(t.Context(), folder(t, set), dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	edit(set, "fr_communes.csv", "09122,COM,Foix,09,76,9900,42.97,1.61,09000,09-01,entiere\n", "")
	edit(set, "fr_codes_postaux.csv", "09000,09122,09-01,42.97,1.61,9900\n", "")
	edit(set, "fr_communes.csv", ",Gap,", ",Gap-la-Belle,")
	edit(set, "fr_communes.csv", "06088,COM", "06001,COM,Aiglun,06,93,100,43.85,6.91,06000,06-05,entiere\n06088,COM")
	report, err := places.Update(t.Context(), folder(t, set), dir, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.First || !slices.Equal(names(report.CommunesRemoved), []string{"Foix"}) || !slices.Equal(names(report.CommunesAdded), []string{"Aiglun"}) ||
		!slices.Equal(names(report.CommunesChanged), []string{"Gap-la-Belle"}) || !slices.Equal(report.PostalCodesRemoved, []string{"09000"}) ||
		report.PostalCodesAdded != nil {
		t.Errorf("%+v", report)
	}
	if got := entries(t, dir); len(got) != 2 {
		t.Errorf("the set before is still there: %v", got)
	}
}

func TestABadUpdateLeavesTheOldSet(t *testing.T) {
	dir := t.TempDir()
	if _, err := places.Update(t.Context(), "sample", dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	before := entries(t, dir)
	bad := files(t)
	edit(bad, "fr_communes.csv", "05000", "05001")
	lacking := files(t)
	delete(lacking, "fr_codes_postaux.csv")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name  string
		ctx   context.Context
		from  string
		fetch places.Fetch
	}{
		{"a flaw", t.Context(), folder(t, bad), nil},
		{"a file missing", t.Context(), folder(t, lacking), nil},
		{"no such folder", t.Context(), "absent", nil},
		{"nothing to fetch with", t.Context(), "https://places.example/", nil},
		{"an address that is none", t.Context(), "https://%zz/", fetcher(files(t))},
		{"a server down", t.Context(), "https://places.example/", broken},
		{"a line cut", t.Context(), "https://places.example/", cut},
		{"an endless file", t.Context(), "https://places.example/", endless},
		{"a change of mind", cancelled, "sample", nil},
	} {
		if _, err := places.Update(c.ctx, c.from, dir, c.fetch, nil); err == nil {
			t.Errorf("%s went well", c.name)
		}
		if after := entries(t, dir); !slices.Equal(before, after) {
			t.Errorf("%s: %v became %v", c.name, before, after)
		}
		if p, err := places.Open(t.Context(), dir); err != nil || p.Sample() {
			t.Errorf("%s: the old set is lost: %v", c.name, err)
		}
	}
}

func TestUpdateFromAnAddress(t *testing.T) {
	set := files(t)
	set["fr_communes.csv.gz"] = &fstest.MapFile{Data: pack(t, set["fr_communes.csv"].Data)}
	delete(set, "fr_communes.csv")
	delete(set, "eu_codes_postaux.csv")
	dir := t.TempDir()
	seen := map[string]int64{}
	report, err := places.Update(t.Context(), "https://places.example/data", dir, fetcher(set), func(file string, done, total int64) {
		if done < seen[file] || total != -1 {
			t.Errorf("%s: %d of %d", file, done, total)
		}
		seen[file] = done
	})
	if err != nil || report.CodesAbroad != 0 || report.Communes < 60 {
		t.Fatalf("%+v, %v", report, err)
	}
	for name, file := range set {
		if seen[name] != int64(len(file.Data)) {
			t.Errorf("%s: %d bytes of %d were told", name, seen[name], len(file.Data))
		}
	}
}

func TestWhatACrashLeavesIsSweptAway(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".arriving-1/fr_communes.csv", "set-0123456789abcdef01234567/fr_communes.csv"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := places.Open(t.Context(), dir); err != nil || !p.Sample() {
		t.Errorf("half a set is used: %v", err)
	}
	if _, err := places.Update(t.Context(), "sample", dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := entries(t, dir); len(got) != 2 || got[0] != "current" {
		t.Errorf("%v", got)
	}
}

func TestADamagedSetIsMendedByTheSameUpdate(t *testing.T) {
	dir := t.TempDir()
	if _, err := places.Update(t.Context(), "sample", dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, entries(t, dir)[1], "fr_communes.csv")
	if err := os.Truncate(damaged, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := places.Open(t.Context(), dir); err == nil {
		t.Fatal("the damage goes unseen")
	}
	if report, err := places.Update(t.Context(), "sample", dir, nil, nil); err != nil || !report.First {
		t.Fatalf("%+v, %v", report, err)
	}
	if _, err := places.Open(t.Context(), dir); err != nil {
		t.Error(err)
	}
}

func TestASetMayComeFromTheFolderOfAnotherSite(t *testing.T) {
	there, here := t.TempDir(), t.TempDir()
	if _, err := places.Update(t.Context(), "sample", there, nil, nil); err != nil {
		t.Fatal(err)
	}
	if report, err := places.Update(t.Context(), there, here, nil, nil); err != nil || report.Communes < 60 {
		t.Errorf("%+v, %v", report, err)
	}
}

// fetcher serves a set as a web server would.
func fetcher(set fstest.MapFS) places.Fetch {
	return func(_ context.Context, address string) (io.ReadCloser, error) {
		name, ok := strings.CutPrefix(address, "https://places.example/data/")
		if !ok {
			return nil, errors.New("another address: " + address)
		}
		return set.Open(name)
	}
}

func broken(context.Context, string) (io.ReadCloser, error) {
	return nil, errors.New("no route to host")
}

func cut(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(strings.NewReader("code"), iotest.ErrReader(io.ErrUnexpectedEOF))), nil
}

func endless(context.Context, string) (io.ReadCloser, error) { return io.NopCloser(zeros{}), nil }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func edit(set fstest.MapFS, name, old, new string) {
	set[name] = &fstest.MapFile{Data: bytes.Replace(set[name].Data, []byte(old), []byte(new), 1)}
}

// folder writes a set to disk.
func folder(t *testing.T, set fstest.MapFS) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if err := os.WriteFile(filepath.Join(dir, name), set[name].Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if path != "." && !strings.Contains(path, "/") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
