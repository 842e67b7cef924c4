package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/storage"
)

// unpacked is all that a backup holds, block by block, without the packing.
func unpacked(t testing.TB, file string) []byte {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var all bytes.Buffer
	if _, err := backup.Read(in, spill{&all}); err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// spill writes all that a backup holds.
type spill struct{ out *bytes.Buffer }

func (s spill) Header(h backup.Header) error { return s.put(h) }
func (s spill) Table(t storage.Table) error  { return s.put(t) }
func (s spill) File(f backup.FileInfo) error { return s.put(f) }
func (s spill) Data(part []byte) error       { return s.put(string(part)) }
func (s spill) put(what ...any) (err error)  { _, err = fmt.Fprintln(s.out, what...); return err }
func (s spill) Rows(rows [][]any) (err error) {
	for _, row := range rows {
		for _, value := range row {
			if raw, ok := value.([]byte); ok {
				value = string(raw)
			}
			err = errors.Join(err, s.put(value))
		}
	}
	return err
}
