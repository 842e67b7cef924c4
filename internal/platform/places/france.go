package places

import (
	"cmp"
	"context"
	"slices"
)

// france is what the two large French files say, in rows that name each other by number.
type france struct {
	text        blob
	codes       string    // of the communes, ascending
	communes    []commune // beside codes, and one more where the lists of the last one end
	posts       []uint16  // postal codes of the communes
	seats       []uint16  // constituencies of the communes
	postalCodes string    // ascending
	postals     []postal  // beside postalCodes, and one more
	members     []uint16  // communes of the postal codes, largest first
	postalSeats []uint16  // constituencies of the postal codes
}

type commune struct {
	name           uint32 // in text
	people         uint32
	posts, seats   uint32 // where its lists begin; they end where the next one's begin
	lat, lon       micro
	department     uint8
	arrondissement bool
	split          bool
}

type postal struct {
	members, seats uint32
	people         uint32
	lat, lon       micro
}

// census builds france: communes name postal codes and postal codes name communes, so the names of the ones wait for the others.
type census struct {
	*loader
	codes, postalCodes []byte
	text               blobWriter
	awaited            []byte // codes of the communes of all postal codes
	lines              []int  // of filePostalCodes, beside its rows
	department, seat   last   // the same ones come again and again
}

// last remembers the number of the code that was looked up before.
type last struct {
	code string
	at   int
}

func (l *loader) loadFrance(ctx context.Context) {
	c := census{loader: l}
	c.readPostalCodes(ctx)
	c.readCommunes(ctx)
	f := &l.places.france
	f.communes = append(f.communes, commune{posts: uint32(len(f.posts)), seats: uint32(len(f.seats))})
	f.codes = string(c.codes)
	f.text = c.text.blob()
	c.meet()
	f.communes, f.posts, f.seats = tight(f.communes), tight(f.posts), tight(f.seats)
	f.postals, f.members, f.postalSeats = tight(f.postals), tight(f.members), tight(f.postalSeats)
}

func (c *census) readPostalCodes(ctx context.Context) {
	f := &c.places.france
	columns := []string{"code_postal", "communes", "circonscriptions", "lat", "lon", "population"}
	c.each(ctx, filePostalCodes, required, columns, func(t *table) {
		code := t.text(0)
		if _, ok := digits(code, codeSize); !ok || len(code) != codeSize {
			t.flaw("%q is no postal code", clip(code))
		}
		c.ascend(t, c.postalCodes, code)
		row := postal{members: uint32(len(c.awaited) / codeSize), seats: uint32(len(f.postalSeats)), people: t.count(5)}
		row.lat, row.lon = t.point(3, 4)
		for member := range t.list(1) {
			if !isCommune(member) {
				t.flaw("%q is no commune", clip(member))
				return
			}
			c.awaited = append(c.awaited, member...)
		}
		if int(row.members) == len(c.awaited)/codeSize {
			t.flaw("the postal code %s has no commune", clip(code))
		}
		f.postalSeats = c.seatsOf(t, 2, f.postalSeats)
		if t.good {
			c.postalCodes = append(c.postalCodes, code...)
			f.postals = append(f.postals, row)
			c.lines = append(c.lines, t.line)
		}
	})
	f.postals = append(f.postals, postal{members: uint32(len(c.awaited) / codeSize), seats: uint32(len(f.postalSeats))})
	f.postalCodes = string(c.postalCodes)
}

func (c *census) readCommunes(ctx context.Context) {
	f := &c.places.france
	columns := []string{"code_insee", "type", "nom", "code_departement", "population", "lat", "lon",
		"codes_postaux", "circonscriptions", "circo_couverture"}
	c.each(ctx, fileCommunes, required, columns, func(t *table) {
		code := t.text(0)
		if !isCommune(code) {
			t.flaw("%q is no commune", clip(code))
		}
		c.ascend(t, c.codes, code)
		row := commune{people: t.count(4), posts: uint32(len(f.posts)), seats: uint32(len(f.seats))}
		row.arrondissement = oneOf(t, 1, "COM", "ARM")
		row.split = oneOf(t, 9, "entiere", "partielle")
		row.name = c.text.add(t.text(2))
		row.department = c.departmentOf(t, 3)
		row.lat, row.lon = t.point(5, 6)
		for post := range t.list(7) {
			at, ok := find(f.postalCodes, post)
			if !ok {
				t.flaw("the postal code %q is not in %s", clip(post), filePostalCodes)
			}
			f.posts = append(f.posts, uint16(at))
		}
		f.seats = c.seatsOf(t, 8, f.seats)
		if t.good {
			if f.communes == nil {
				f.communes = make([]commune, 0, t.room(20))
			}
			c.codes = append(c.codes, code...)
			f.communes = append(f.communes, row)
		}
	})
}

// meet puts the communes beside the postal codes that named them, largest first.
func (c *census) meet() {
	f := &c.places.france
	f.members = make([]uint16, 0, len(c.awaited)/codeSize)
	for i, line := range c.lines {
		start, end := f.postals[i].members, f.postals[i+1].members
		for at := start; at < end; at++ {
			code := c.awaited[at*codeSize : (at+1)*codeSize]
			member, ok := find(f.codes, code)
			if !ok {
				c.bad.add(filePostalCodes, line, "the commune %q is not in %s", code, fileCommunes)
				member = 0
			}
			f.members = append(f.members, uint16(member))
		}
		slices.SortFunc(f.members[start:end], func(a, b uint16) int {
			return cmp.Or(cmp.Compare(f.communes[b].people, f.communes[a].people), cmp.Compare(a, b))
		})
	}
}

// ascend sees to it that codes come in order, each once: they are searched by halves.
func (c *census) ascend(t *table, codes, code []byte) {
	if len(codes) == 0 {
		return
	}
	if last := codes[len(codes)-codeSize:]; string(last) >= string(code) {
		t.flaw("%q does not come after %q", clip(code), last)
	}
	if len(codes)/codeSize == maxIndex {
		t.flaw("more than %d codes", maxIndex)
	}
}

// seatsOf appends the numbers of the constituencies named in a cell.
func (c *census) seatsOf(t *table, pick int, seats []uint16) []uint16 {
	for id := range t.list(pick) {
		if string(id) != c.seat.code {
			at, ok := slices.BinarySearchFunc(c.places.seats, id, func(c Constituency, id []byte) int { return cmp.Compare(c.ID, string(id)) })
			if !ok {
				t.flaw("the constituency %q is not in %s", clip(id), fileConstituencies)
				continue
			}
			c.seat = last{string(id), at}
		}
		seats = append(seats, uint16(c.seat.at))
	}
	return seats
}

func (c *census) departmentOf(t *table, pick int) uint8 {
	if code := t.text(pick); string(code) != c.department.code {
		at, ok := slices.BinarySearchFunc(c.places.departments, code, func(d Department, code []byte) int { return cmp.Compare(d.Code, string(code)) })
		if !ok {
			t.flaw("the department %q is not in %s", clip(code), fileDepartments)
			return 0
		}
		c.department = last{string(code), at}
	}
	return uint8(c.department.at)
}

// oneOf reads a cell that says yes or no in two words of the format; empty is no.
func oneOf(t *table, pick int, no, yes string) bool {
	switch string(t.optional(pick)) {
	case yes:
		return true
	case no, "":
		return false
	}
	t.flaw("neither %s nor %s", no, yes)
	return false
}

// isCommune tells whether a code has the shape of INSEE's: 67482, 2A004, 97411.
func isCommune(code []byte) bool {
	if len(code) != codeSize || !isDigits(string(code[:1])) || !isDigits(string(code[2:])) {
		return false
	}
	return isDigits(string(code[1:2])) || code[1] == 'A' || code[1] == 'B'
}

// tight copies a slice that has grown into one of its size.
func tight[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }
