package backup_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/storage"
)

var table = storage.Table{Name: "room_thing", Columns: []storage.Column{
	{Name: "id", Kind: storage.Text}, {Name: "n", Kind: storage.Integer}, {Name: "sealed", Kind: storage.Bytes}, {Name: "share", Kind: storage.Real},
}}

func rowsOf(n int) (rows [][]any) {
	for i := range n {
		rows = append(rows, []any{"é" + strings.Repeat("x", i%50), int64(i) * math.MinInt32, bytes.Repeat([]byte{byte(i), 0}, i%9), float64(i) / 3})
	}
	return append(rows, []any{"", int64(math.MinInt64), []byte{}, math.Inf(-1)}, []any{nil, nil, nil, nil})
}

// made is a backup of some rows and a file.
func made(t testing.TB, rows [][]any, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := backup.NewWriter(&out, backup.Header{Program: "test", Made: time.Unix(1e9, 0).UTC(), Key: "abcdefgh", Rows: int64(len(rows))})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Table(table); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.File(backup.FileInfo{Path: "pictures/a.jpg", Mode: 0o640}, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// kept remembers all that it is told.
type kept struct {
	header  backup.Header
	table   storage.Table
	rows    [][]any
	file    backup.FileInfo
	content []byte
}

func (k *kept) Header(h backup.Header) error { k.header = h; return nil }
func (k *kept) Table(t storage.Table) error  { k.table = t; return nil }
func (k *kept) Rows(rows [][]any) error      { k.rows = append(k.rows, rows...); return nil }
func (k *kept) File(f backup.FileInfo) error { k.file = f; return nil }
func (k *kept) Data(part []byte) error       { k.content = append(k.content, part...); return nil }

func TestWhatWasWrittenIsRead(t *testing.T) {
	rows, content := rowsOf(50_000), bytes.Repeat([]byte("0123456789abcdef"), 200_000)
	var k kept
	trailer, err := backup.Read(bytes.NewReader(made(t, rows, content)), &k)
	if err != nil {
		t.Fatal(err)
	}
	if k.header.Key != "abcdefgh" || k.header.Format != backup.Version || !reflect.DeepEqual(k.table, table) {
		t.Errorf("%+v %+v", k.header, k.table)
	}
	if !reflect.DeepEqual(k.rows, rows) {
		t.Errorf("%d rows are not the %d", len(k.rows), len(rows))
	}
	if !bytes.Equal(k.content, content) || k.file.Path != "pictures/a.jpg" || k.file.Mode != 0o640 {
		t.Errorf("%+v, %d bytes", k.file, len(k.content))
	}
	if trailer.Rows["room_thing"] != int64(len(rows)) || trailer.Files != 1 || trailer.Bytes != int64(len(content)) {
		t.Errorf("%+v", trailer)
	}
}

func check(data []byte) error {
	_, err := backup.Read(bytes.NewReader(data), backup.Nobody{})
	return err
}

// Every bit that changes is noticed, and every byte that is missing.
func TestDamageIsTold(t *testing.T) {
	whole := made(t, rowsOf(20), []byte("content"))
	if err := check(whole); err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		bent := bytes.Clone(whole)
		bent[i] ^= 1 << (i % 8)
		if err := check(bent); err == nil {
			t.Errorf("a bit of byte %d changes nothing", i)
		}
	}
	for n := 1; n < len(whole); n++ {
		if err := check(whole[:n]); !errors.Is(err, backup.ErrCut) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	if _, ok := errors.AsType[*backup.Damaged](check(append(bytes.Clone(whole), 0))); !ok {
		t.Error("what stands behind the end is not seen")
	}
	bent := bytes.Clone(whole)
	bent[len(bent)/2] ^= 4
	if err := check(bent); !strings.Contains(err.Error(), "damaged near byte") {
		t.Errorf("%v", err)
	}
}

func TestForeignAndNewerFilesAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":     {nil, backup.ErrForeign},
		"a picture":   {[]byte("\x89PNG\r\n\x1a\n and so on and so on"), backup.ErrForeign},
		"a database":  {[]byte("SQLite format 3\x00 and so on and so on"), backup.ErrForeign},
		"an age file": {[]byte("age-encryption.org/v1\n-> X25519 abc\n"), backup.ErrEncrypted},
	} {
		if err := check(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	newer := made(t, nil, nil)
	newer[len("essaim backup\n")] = 2
	if n, ok := errors.AsType[*backup.NewerFormat](check(newer)); !ok || n.Format != 2 || !strings.Contains(n.Error(), "install the version") {
		t.Errorf("%v", check(newer))
	}
}

// Blocks that were left out, said twice or exchanged have right sums of their own: the chain tells.
func TestBlocksHaveTheirPlace(t *testing.T) {
	one, other := made(t, rowsOf(3), []byte("a")), made(t, rowsOf(3), []byte("b"))
	if len(one) != len(other) {
		t.Fatal("two backups of the same shape have different lengths: give them contents that pack alike")
	}
	for at := 15; at < len(one); at++ { // the beginning of one with the end of the other
		mixed := append(bytes.Clone(one[:at]), other[at:]...)
		if !bytes.Equal(mixed, one) && !bytes.Equal(mixed, other) && check(mixed) == nil {
			t.Errorf("mixed at %d: not seen", at)
		}
	}
}

// A writer that makes a backup with a path that leaves the folder makes one that nobody reads.
func TestNoFileLeavesTheFolder(t *testing.T) {
	for _, path := range []string{"../a", "/etc/passwd", "a/../../b", "..", ".", "", `a\b`, "c:d", "a//b", "a\x00b"} {
		var out bytes.Buffer
		w, _ := backup.NewWriter(&out, backup.Header{})
		_ = w.File(backup.FileInfo{Path: path, Mode: 0o600}, strings.NewReader("x"))
		_, _ = w.Close()
		if err := check(out.Bytes()); err == nil {
			t.Errorf("%q is taken", path)
		}
	}
}

func TestFolderKeepsWhatItShould(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	write := func(name string) {
		whole := filepath.Join(from, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(whole), 0o700), os.WriteFile(whole, []byte(name), 0o640)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"places/current", "pictures/a/b/c.jpg", "site.key", "serving.lock", "half.part", "copies/old"} {
		write(name)
	}
	if err := os.Symlink("/etc", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	source := backup.Folder{Path: from, Skip: []string{filepath.Join(from, "site.key"), filepath.Join(from, "copies")}}
	target := backup.Folder{Path: to}
	var names []string
	err := source.Each(func(f backup.FileInfo, content io.Reader) error {
		names = append(names, f.Path)
		file, err := target.Create(f)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, content)
		return errors.Join(err, file.Close())
	})
	if err != nil || !reflect.DeepEqual(names, []string{"pictures/a/b/c.jpg", "places/current"}) {
		t.Fatalf("%v %v", names, err)
	}
	text, err := os.ReadFile(filepath.Join(to, "pictures/a/b/c.jpg"))
	if err != nil || string(text) != "pictures/a/b/c.jpg" {
		t.Errorf("%q %v", text, err)
	}
	if err := os.Symlink(from, filepath.Join(to, "out")); err != nil {
		t.Fatal(err)
	}
	if _, err := target.Create(backup.FileInfo{Path: "out/a", Mode: 0o600}); err == nil {
		t.Error("a link leads out of the folder")
	}
}

func TestAFileIsThereWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a.backup")
	full := &os.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
	err := backup.WriteFile(name, func(out io.Writer) error {
		_, _ = out.Write(make([]byte, 3<<20))
		return full
	})
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	if err := os.WriteFile(name+".part", []byte("of a backup that was killed, and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []error{nil, backup.ErrThere} {
		err := backup.WriteFile(name, func(out io.Writer) error { _, err := out.Write([]byte("whole")); return err })
		if !errors.Is(err, want) {
			t.Errorf("%v, not %v", err, want)
		}
	}
	text, _ := os.ReadFile(name)
	if left, _ := os.ReadDir(folder); string(text) != "whole" || len(left) != 1 {
		t.Errorf("%q %v", text, left)
	}
}

func TestTheLedgerKeepsWhatWasAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "site.erased")
	if all, err := backup.ReadLedger(path); err != nil || len(all) > 0 {
		t.Fatalf("%v %v", all, err)
	}
	var want []backup.Erasure
	record := func(n byte) {
		e := backup.Erasure{At: time.Unix(int64(n), 5000).UTC(), Kind: "signatory", Index: []byte{n, 0xff}}
		if err := backup.NewLedger(path).Record(e); err != nil {
			t.Fatal(err)
		}
		want = append(want, e)
	}
	record(1)
	record(2)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, half := range []string{"2026", "2026-11-21T00:00:00Z signat", "\x00\x00\x00"} { // what a power cut leaves
		if err := os.WriteFile(path, append(bytes.Clone(text), half...), 0o600); err != nil {
			t.Fatal(err)
		}
		want = want[:2]
		record(3)
		all, err := backup.ReadLedger(path)
		if err != nil || !reflect.DeepEqual(all, want) {
			t.Errorf("behind %q: %v %v", half, all, err)
		}
	}
	if missing := backup.Missing(want[:1], want); !reflect.DeepEqual(missing, want[1:]) {
		t.Errorf("%v", missing)
	}
}

func FuzzRead(f *testing.F) {
	whole := made(f, rowsOf(5), []byte("content"))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("essaim backup\n\x01H\x00\x00\x00\x02\x00\x00\x00\x0b"))
	f.Add([]byte("age-encryption.org/v1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := check(data); err == nil && !bytes.HasPrefix(data, []byte("essaim backup\n")) {
			t.Error("a foreign file is taken")
		}
	})
}
