package vault_test

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"essaim/internal/platform/vault"
)

func TestFirstStartMakesAFileThatOnlyItsOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.key")
	first, created, err := vault.LoadOrCreate(path)
	if err != nil || !created {
		t.Fatal(created, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %o", info.Mode().Perm())
	}
	second, created, err := vault.LoadOrCreate(path)
	if err != nil || created {
		t.Fatal(created, err)
	}
	if first.Fingerprint() != second.Fingerprint() {
		t.Error("another key after a restart")
	}
	if got, err := second.Open("p", first.Seal("p", []byte("Ada"), nil), nil); err != nil || string(got) != "Ada" {
		t.Errorf("%q, %v", got, err)
	}
	assertAlone(t, path)
}

func TestTwoFirstStartsAtOnceAgreeOnTheKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.key")
	prints, made := make([]string, 8), make([]bool, 8)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			v, created, err := vault.LoadOrCreate(path)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i], made[i] = v.Fingerprint(), created
		})
	}
	all.Wait()
	count := 0
	for i := range prints {
		if prints[i] != prints[0] {
			t.Error("two starts have different keys")
		}
		if made[i] {
			count++
		}
	}
	if count != 1 {
		t.Errorf("%d starts made the file", count)
	}
	assertAlone(t, path)
}

func assertAlone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("drafts of the key lie beside it: %v, %v", entries, err)
	}
}

func TestAFileThatOthersCanReadIsRefusedWithTheRemedy(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	path := filepath.Join(t.TempDir(), "vault.key")
	if _, _, err := vault.LoadOrCreate(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644, 0o610} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, _, err := vault.LoadOrCreate(path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestASpoiledFileIsNeverReplacedNorQuoted(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"empty":   "",
		"foreign": "-----BEGIN PRIVATE KEY-----\nhush\n",
		"short":   "essaim-vault 1\nindex hush\n",
		"huge":    strings.Repeat("#\n", 40_000),
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, created, err := vault.LoadOrCreate(path)
		if err == nil || created || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: created %v, %v", name, created, err)
		}
		if kept, _ := os.ReadFile(path); string(kept) != text {
			t.Errorf("%s was changed", name)
		}
	}
	if _, _, err := vault.LoadOrCreate(folder); err == nil {
		t.Error("a folder is taken for a key file")
	}
}

func TestRotationInTheFileKeepsOldValuesReadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.key")
	before, _, err := vault.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := before.Seal("p", []byte("Ada"), nil)
	for range 3 {
		if err := vault.Rotate(path); err != nil {
			t.Fatal(err)
		}
	}
	after, created, err := vault.LoadOrCreate(path)
	if err != nil || created {
		t.Fatal(created, err)
	}
	if got, err := after.Open("p", sealed, nil); err != nil || string(got) != "Ada" || !after.Stale(sealed) {
		t.Errorf("%q, %v", got, err)
	}
	assertAlone(t, path)
}

func TestRotationStopsBeforeAnIdIsUsedTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.key")
	keys := vault.Generate()
	for n := 2; n <= 255; n++ {
		keys = append(keys, vault.Key{ID: byte(n), Secret: keys[1].Secret})
	}
	if err := os.WriteFile(path, []byte(vault.Text(keys)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := vault.Rotate(path); err == nil {
		t.Error("a 256th key")
	}
}

func TestKeysSurviveTheirText(t *testing.T) {
	keys := vault.Generate()
	for name, text := range map[string]string{
		"as written":   vault.Text(keys),
		"one line":     strings.ReplaceAll(vault.Text(keys), "\n", ";"),
		"from Windows": strings.ReplaceAll(vault.Text(keys), "\n", "\r\n"),
		"annotated":    "# a; b\n\n" + vault.Text(keys) + "\n# end",
	} {
		got, err := vault.Parse(text)
		if err != nil || !reflect.DeepEqual(got, keys) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(vault.Text(vault.Generate()))
	f.Add(strings.ReplaceAll(vault.Text(vault.Generate()), "\n", ";"))
	f.Add("essaim-vault 1\nkey 256 00\n")
	f.Add("essaim-vault 2\n")
	f.Add("# only words")
	f.Add("essaim-vault 1;index ;key 1 zz;" + strings.Repeat("x", 70_000))
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := vault.Parse(text)
		if err != nil {
			return
		}
		again, err := vault.Parse(vault.Text(keys))
		if err != nil || !reflect.DeepEqual(again, keys) {
			t.Fatalf("keys do not survive their text: %v", err)
		}
		if _, err := vault.New(keys...); err != nil {
			t.Fatalf("parsed keys are unfit: %v", err)
		}
	})
}
