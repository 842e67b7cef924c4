package places

import (
	"bytes"
	"iter"
)

const (
	maxText = 200 // bytes of a name
	maxList = 200 // items of a list
)

// text returns the cell of a wanted column, noting a flaw when it is empty or longer than a name can be.
func (t *table) text(pick int) []byte {
	cell := t.cells[t.picks[pick]]
	if len(cell) == 0 {
		t.flaw("an empty cell")
	}
	return t.bounded(cell)
}

// optional is text for a cell that may be empty.
func (t *table) optional(pick int) []byte {
	return t.bounded(t.cells[t.picks[pick]])
}

func (t *table) bounded(cell []byte) []byte {
	if len(cell) > maxText {
		t.flaw("a cell of more than %d bytes", maxText)
		return nil
	}
	return cell
}

// count reads a number of at most nine digits; an empty cell is 0, unknown.
func (t *table) count(pick int) uint32 {
	cell := t.cells[t.picks[pick]]
	n, ok := digits(cell, 9)
	if !ok && len(cell) > 0 {
		t.flaw("%q is no whole number", clip(cell))
	}
	return n
}

// micro is an angle in millionths of a degree, which an int32 holds exactly for every point of the files.
type micro int32

// point reads a latitude and a longitude, in decimal degrees; both empty is the unknown point.
func (t *table) point(latitude, longitude int) (lat, lon micro) {
	a, b := t.cells[t.picks[latitude]], t.cells[t.picks[longitude]]
	if len(a) == 0 && len(b) == 0 {
		return 0, 0
	}
	lat, ok := degrees(a, 90)
	if !ok {
		t.flaw("%q is no latitude", clip(a))
	}
	lon, ok = degrees(b, 180)
	if !ok {
		t.flaw("%q is no longitude", clip(b))
	}
	return lat, lon
}

// list walks over the items of a cell; none for an empty cell.
func (t *table) list(pick int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest, more := t.cells[t.picks[pick]], true
		if len(rest) == 0 {
			return
		}
		for n := 0; more; n++ {
			var item []byte
			item, rest, more = bytes.Cut(rest, []byte{'|'})
			if len(item) == 0 || n == maxList {
				t.flaw("a list with an empty item, or more than %d", maxList)
				return
			}
			if !yield(item) {
				return
			}
		}
	}
}

// degrees reads a decimal number such as -61.5445, at most six decimals, within ±limit.
func degrees(cell []byte, limit uint32) (micro, bool) {
	rest, negative := bytes.CutPrefix(cell, []byte{'-'})
	whole, decimals, _ := bytes.Cut(rest, []byte{'.'})
	n, ok := digits(whole, 3)
	if !ok || len(decimals) > 6 {
		return 0, false
	}
	for i := range 6 {
		n *= 10
		if i < len(decimals) {
			if decimals[i] < '0' || decimals[i] > '9' {
				return 0, false
			}
			n += uint32(decimals[i] - '0')
		}
	}
	if n > limit*1_000_000 {
		return 0, false
	}
	if negative {
		return -micro(n), true
	}
	return micro(n), true
}

// digits reads one to most decimal digits.
func digits(cell []byte, most int) (n uint32, ok bool) {
	if len(cell) == 0 || len(cell) > most {
		return 0, false
	}
	for _, b := range cell {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + uint32(b-'0')
	}
	return n, true
}

// clip shortens what a message quotes.
func clip(cell []byte) []byte { return cell[:min(len(cell), 40)] }
