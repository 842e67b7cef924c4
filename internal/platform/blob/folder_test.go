package blob_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/platform/blob"
	"essaim/internal/platform/clock"
)

func folder(t *testing.T) (*blob.Folder, *clock.Manual, string) {
	t.Helper()
	c := clock.NewManual(time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC))
	path := filepath.Join(t.TempDir(), "pictures")
	return blob.NewFolder(path, c), c, path
}

func put(t *testing.T, f *blob.Folder, content string) string {
	t.Helper()
	key, err := f.Put(t.Context(), []byte(content))
	if err != nil || key != blob.Key([]byte(content)) {
		t.Fatalf("%q, %v", key, err)
	}
	return key
}

func TestWhatWasPutIsThereUnderItsSumOnce(t *testing.T) {
	f, _, path := folder(t)
	key := put(t, f, "une photo")
	if again := put(t, f, "une photo"); again != key {
		t.Errorf("%s, then %s", key, again)
	}
	file, err := f.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if text, err := io.ReadAll(file); err != nil || string(text) != "une photo" {
		t.Errorf("%q, %v", text, err)
	}
	var files []string
	_ = filepath.WalkDir(path, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if len(files) != 1 {
		t.Errorf("%q", files)
	}
}

func TestANameThatSomebodyMadeUpLeadsNowhere(t *testing.T) {
	f, _, path := folder(t)
	put(t, f, "une photo")
	if err := os.WriteFile(filepath.Join(path, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "ab", "../secret", strings.Repeat("a", 40), strings.Repeat("A", 40), "../" + strings.Repeat("a", 37), strings.Repeat("g", 40)} {
		if file, err := f.Open(t.Context(), key); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("%q opens %v: %v", key, file, err)
		}
	}
}

func TestOnlyWhatIsOldIsListedAndRemoved(t *testing.T) {
	f, c, path := folder(t)
	if keys, err := f.List(t.Context(), c.Now()); err != nil || len(keys) > 0 {
		t.Errorf("before anything came: %q, %v", keys, err)
	}
	old, back := put(t, f, "ancienne"), put(t, f, "revenue")
	half := filepath.Join(path, old[:2], "1.part")
	if err := errors.Join(os.WriteFile(half, nil, 0o600), os.Chtimes(half, c.Now(), c.Now())); err != nil {
		t.Fatal(err)
	}
	c.Advance(2 * time.Hour)
	before := c.Now().Add(-time.Hour)
	young := put(t, f, "récente")
	listed, err := f.List(t.Context(), before)
	slices.Sort(listed)
	want := []string{old, back}
	slices.Sort(want)
	if err != nil || !slices.Equal(listed, want) {
		t.Errorf("%q, %v; not %q", listed, err, want)
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Error("half a file stays for ever")
	}
	put(t, f, "revenue")
	for _, key := range []string{old, back, young, "../../etc/passwd"} {
		if err := f.Remove(t.Context(), key, before); err != nil {
			t.Error(err)
		}
	}
	for key, there := range map[string]bool{old: false, back: true, young: true} {
		file, err := f.Open(t.Context(), key)
		if (err == nil) != there {
			t.Errorf("%s is there: %v", key, err)
		}
		if err == nil {
			_ = file.Close()
		}
	}
}

func TestAFullOrClosedDiskIsAnErrorAndNoHalfFile(t *testing.T) {
	f, _, path := folder(t)
	if err := os.WriteFile(path, nil, 0o600); err != nil { // where the folder would stand
		t.Fatal(err)
	}
	if key, err := f.Put(t.Context(), []byte("x")); err == nil {
		t.Errorf("kept as %s", key)
	}
	if file, err := f.Spool(); err == nil {
		t.Errorf("spooled into %s", file.Name())
	}
}

func TestASpoolHasNoName(t *testing.T) {
	f, _, path := folder(t)
	file, err := f.Spool()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(path); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}
