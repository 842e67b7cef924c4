package places

import (
	"cmp"
	"context"
	"slices"
)

// abroad is what the file of foreign postal codes says. A key may be a whole code or the first part of it, as the country's
// rule tells.
type abroad struct {
	text    blob
	regions []string
	rows    []foreign // of one country after the other, by key within each
	spans   []span    // beside Places.countries: where the rows of each stand
}

type span struct{ start, end int32 }

type foreign struct {
	key      uint32 // packed
	name     uint32 // in text
	lat, lon micro
	region   uint16 // in regions; 0 is none
}

// find looks a key up.
func (a *abroad) find(country int, key string) (foreign, bool) {
	packed, ok := pack(key)
	if !ok {
		return foreign{}, false
	}
	if country >= len(a.spans) {
		return foreign{}, false
	}
	rows := a.rows[a.spans[country].start:a.spans[country].end]
	at, ok := slices.BinarySearchFunc(rows, packed, func(f foreign, key uint32) int { return cmp.Compare(f.key, key) })
	if !ok {
		return foreign{}, false
	}
	return rows[at], true
}

// atlas builds abroad.
type atlas struct {
	*loader
	abroad
	text    blobWriter
	numbers map[string]uint16 // of the regions
	country int               // of the rows that come
	code    string            // of that country
}

func (l *loader) codesAbroad(ctx context.Context) {
	a := atlas{loader: l, numbers: map[string]uint16{"": 0}}
	a.regions = []string{""}
	a.spans = make([]span, len(l.places.countries))
	columns := []string{"pays", "code_postal", "localite", "region", "lat", "lon"}
	l.each(ctx, fileCodesAbroad, optional, columns, func(t *table) {
		a.turn(t)
		row := foreign{key: a.key(t), name: a.text.add(t.text(2)), region: a.region(t)}
		row.lat, row.lon = t.point(4, 5)
		if !t.good {
			return
		}
		if a.rows == nil {
			a.rows = make([]foreign, 0, t.room(10))
		}
		a.rows = append(a.rows, row)
		a.spans[a.country].end = int32(len(a.rows))
	})
	a.abroad.rows, a.abroad.text = tight(a.rows), a.text.blob()
	l.places.abroad = a.abroad
}

// turn notes where the rows of the next country begin.
func (a *atlas) turn(t *table) {
	code := t.text(0)
	if string(code) == a.code {
		return
	}
	at, ok := a.places.country(string(code))
	if !ok || a.places.rules[at] == nil {
		t.flaw("the country %q is not in %s", clip(code), fileCountries)
		return
	}
	if a.spans[at].end > 0 {
		t.flaw("the codes of %s do not stand together", code)
		return
	}
	a.code, a.country = string(code), at
	a.spans[at] = span{int32(len(a.rows)), int32(len(a.rows))}
}

// key reads a code, which must come after the one before: they are searched by halves.
func (a *atlas) key(t *table) uint32 {
	code := t.text(1)
	key, ok := pack(code)
	if !ok {
		t.flaw("%q is no postal code", clip(code))
	}
	if rows := a.rows[a.spans[a.country].start:]; len(rows) > 0 && rows[len(rows)-1].key >= key {
		t.flaw("%q does not come after the line before", clip(code))
	}
	return key
}

func (a *atlas) region(t *table) uint16 {
	name := t.optional(3)
	number, ok := a.numbers[string(name)]
	if ok {
		return number
	}
	if len(a.regions) == maxIndex {
		t.flaw("more than %d regions", maxIndex)
		return 0
	}
	number = uint16(len(a.regions))
	a.numbers[string(name)] = number
	a.regions = append(a.regions, string(name))
	return number
}

// keySize is how many characters make a key: 38 to the sixth is less than 2 to the 32nd, so that it fits in four bytes.
const keySize = 6

// pack writes a key as a number, in the order in which the keys are sorted: nothing, hyphen, digits, letters.
func pack[text string | []byte](key text) (packed uint32, ok bool) {
	if len(key) == 0 || len(key) > keySize {
		return 0, false
	}
	for i := range keySize {
		packed *= 38
		if i >= len(key) {
			continue
		}
		switch c := key[i]; {
		case c == '-':
			packed++
		case c >= '0' && c <= '9':
			packed += uint32(c-'0') + 2
		case c >= 'A' && c <= 'Z':
			packed += uint32(c-'A') + 12
		default:
			return 0, false
		}
	}
	return packed, true
}
