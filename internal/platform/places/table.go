package places

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Bounds of a file, far above the real ones (5 MB, 110,000 lines, 400 bytes), so that a hostile one costs little.
const (
	maxUnpacked = 64 << 20 // bytes, after decompression
	maxLine     = 16 << 10 // bytes
	maxRows     = 1_000_000
)

var errTooLarge = fmt.Errorf("more than %d MB unpacked", maxUnpacked>>20)

// table reads one CSV file of the set, strictly: UTF-8, line feeds, a header with every wanted column, no line break within a
// cell (RFC 4180 would allow it; no place name needs it), no control or direction-changing character.
//
// It reads line by line into the same memory, and gathers flaws instead of stopping at the first.
type table struct {
	file  string
	size  int64 // bytes of the file, packed or not; 0 when unknown
	lines *bufio.Reader
	bad   *flaws
	picks []int    // where each wanted column stands
	width int      // cells of the header
	line  int      // number of the current line
	good  bool     // false once the current line has a flaw
	cells [][]byte // of the current line, valid until next
}

// newTable reads the header. A column that is missing is a flaw, and the table is then empty; other columns are passed over.
func newTable(file string, in io.Reader, bad *flaws, columns ...string) *table {
	t := &table{file: file, bad: bad, lines: bufio.NewReaderSize(&capped{in: in, left: maxUnpacked}, maxLine)}
	if !t.read() {
		if t.good {
			t.flaw("no header line")
		}
		t.lines = nil
		return t
	}
	t.width = len(t.cells)
	for _, column := range columns {
		at := slices.IndexFunc(t.cells, func(cell []byte) bool { return string(cell) == column })
		if at < 0 {
			t.flaw("the header lacks the column %s", column)
		}
		t.picks = append(t.picks, at)
	}
	if !t.good {
		t.lines = nil
	}
	return t
}

// next moves to the next line that can be read; those that cannot are noted and passed over.
func (t *table) next() bool {
	for t.lines != nil && t.read() {
		if t.line > maxRows {
			t.flaw("more than %d lines", maxRows)
			return false
		}
		if t.good && len(t.cells) != t.width {
			t.flaw("%d cells where the header has %d", len(t.cells), t.width)
		}
		if t.good {
			return true
		}
	}
	return false
}

// read takes one line and cuts it; false at the end of the file, or when the file cannot be read further.
func (t *table) read() bool {
	line, err := t.lines.ReadSlice('\n')
	if len(line) == 0 && errors.Is(err, io.EOF) {
		return false
	}
	t.line++
	t.good = true
	if err != nil && !errors.Is(err, io.EOF) {
		if errors.Is(err, bufio.ErrBufferFull) {
			err = fmt.Errorf("a line of more than %d bytes", maxLine)
		}
		t.flaw("%v", err)
		t.lines = nil
		return false
	}
	line = bytes.TrimSuffix(line, []byte{'\n'})
	if reason := unfit(line); reason != "" {
		t.flaw("%s", reason)
		return true
	}
	t.cut(line)
	return true
}

// cut splits a line into cells in place: a quoted cell shrinks where it stands.
func (t *table) cut(line []byte) {
	t.cells = t.cells[:0]
	for {
		var cell []byte
		more := false
		if len(line) > 0 && line[0] == '"' {
			var ok bool
			if cell, line, more, ok = unquote(line[1:]); !ok {
				t.flaw("a quotation mark that does not fit")
				return
			}
		} else {
			cell, line, more = bytes.Cut(line, []byte{','})
			if bytes.IndexByte(cell, '"') >= 0 {
				t.flaw("a quotation mark that does not fit")
				return
			}
		}
		t.cells = append(t.cells, cell)
		if !more {
			return
		}
	}
}

// unquote reads a quoted cell whose first mark is already passed: the cell, what follows the comma, whether there was one.
func unquote(line []byte) (cell, rest []byte, more, ok bool) {
	kept := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '"' {
			if i+1 == len(line) {
				return line[:kept], nil, false, true
			}
			if line[i+1] == ',' {
				return line[:kept], line[i+2:], true, true
			}
			if line[i+1] != '"' {
				return nil, nil, false, false
			}
			i++
		}
		line[kept] = line[i]
		kept++
	}
	return nil, nil, false, false
}

// room guesses how many lines the file has, at so many bytes a line, so that a slice need not grow step by step.
func (t *table) room(each int64) int { return int(min(t.size/each, maxRows)) }

func (t *table) flaw(format string, args ...any) {
	t.good = false
	t.bad.add(t.file, t.line, format, args...)
}

// unfit says why a line may not be shown to anybody, "" when it may.
func unfit(line []byte) string {
	plain := true
	for _, b := range line {
		if b < ' ' || b == 0x7f {
			return "a control character (lines end with a line feed alone)"
		}
		plain = plain && b < utf8.RuneSelf
	}
	if plain {
		return ""
	}
	for rest := line; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case r == utf8.RuneError:
			return "not UTF-8"
		case r >= 0x80 && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
			return fmt.Sprintf("an invisible character (U+%04X)", r)
		}
	}
	return ""
}

// capped refuses to hand out more than left bytes: a small archive may unpack to a very large file.
type capped struct {
	in   io.Reader
	left int
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		var one [1]byte
		n, err := c.in.Read(one[:])
		if n > 0 {
			return 0, errTooLarge
		}
		return 0, err
	}
	n, err := c.in.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
