package backup

import (
	"bytes"
	"testing"
)

// What a sum covers is trusted no more than what it does not: whoever makes a file makes its sums.
func FuzzRows(f *testing.F) {
	good, err := appendRow(nil, []any{"text", int64(-5), []byte{1, 2}, 0.5, nil})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{tagText, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		row := make([]any, 5)
		rest, err := readRow(data, row)
		if err != nil {
			return
		}
		again, err := appendRow(nil, row)
		if err != nil {
			t.Fatal(err)
		}
		second := make([]any, 5)
		if _, err := readRow(again, second); err != nil {
			t.Fatal(err)
		}
		third, _ := appendRow(nil, second)
		if !bytes.Equal(again, third) || len(rest) > len(data) {
			t.Errorf("%v is not %v", second, row)
		}
	})
}

// FuzzBlocks reads blocks of any kind whose sums are right.
func FuzzBlocks(f *testing.F) {
	f.Add(byte('H'), []byte(`{"format":1}`), byte('T'), []byte(`{"name":"a","columns":[{"name":"b","kind":"text"}]}`), byte('R'), []byte("t\x01a"))
	f.Add(byte('H'), []byte(`{}`), byte('F'), []byte(`{"path":"a"}`), byte('D'), []byte("data"))
	f.Add(byte('H'), []byte(`{}`), byte('E'), []byte(`{"rows":{}}`), byte('E'), []byte(`{}`))
	f.Fuzz(func(t *testing.T, a byte, first []byte, b byte, second []byte, c byte, third []byte) {
		var out bytes.Buffer
		w, err := NewWriter(&out, Header{})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []struct {
			kind byte
			raw  []byte
		}{{a, first}, {b, second}, {c, third}} {
			if err := w.block(kind(one.kind), one.raw); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = Read(&out, Nobody{}) // no panic
	})
}
