// Package places knows where people are: postal code ↔ communes → constituencies → department → region → country, and how
// far apart.
//
// It reads a set of files in a fixed CSV format (see load.go for their names; the columns are those of a header line), from a
// folder or an address, and otherwise falls back on a small sample written for this project, which Sample then tells.
//
// It promises:
//   - that a postal code may have several answers: communes come largest first, constituencies all, and a signature counts for
//     the largest commune (Postal.Main), because only a street would say more, and nobody is asked for a street;
//   - that a Places never changes and is safe for concurrent use; a Holder swaps a newer one in;
//   - that a set is taken whole or not at all: every flaw is told with file and line, sizes are bounded, and Update keeps the
//     old set when the new one is bad.
//
// Where things are: load.go reads the set (table.go and cell.go the CSV, france.go, seat.go, country.go and abroad.go the files),
// postal.go answers for a code, normalise.go and rule.go say what people meant when they typed it, search.go finds by name,
// point.go measures, update.go fetches a newer set, sample/ is the sample.
package places

import (
	"iter"
	"slices"
	"strings"
)

// Places is one set of reference data. Make it with Load, Open or LoadSample.
//
// 35,000 communes and 110,000 codes abroad stand in a few slices without pointers and two long strings, so that they cost the
// garbage collector nothing: about 6 MB in all.
type Places struct {
	sample      bool
	departments []Department   // by code
	regions     []Region       // by code
	seats       []Constituency // by ID
	countries   []Country      // by code
	rules       []*rule        // of the postal codes, beside countries; nil where nothing is known
	france      france
	abroad      abroad
	names       index
}

// Sample tells whether this is the small sample: the site then says so, and takes every French code whose department exists.
func (p *Places) Sample() bool { return p.sample }

// Commune is a French commune, or an arrondissement of Paris, Lyon or Marseille.
type Commune struct {
	Code           string // INSEE, five characters: "67482"
	Name           string
	Department     string // code
	Population     int    // 0 when unknown
	Point          Point  // of its centre
	Arrondissement bool   // of Paris, Lyon or Marseille, whose code is Parent
	Parent         string
	Split          bool // between several constituencies
	PostalCodes    []string
	Constituencies []string // IDs
}

// Department is a French department, or an overseas collectivity.
type Department struct {
	Code       string // "67", "2A", "974"
	Name       string // French
	Region     string // code; "" for the overseas collectivities, which belong to none
	Population int    // 0 when unknown
	Point      Point
}

// Region is a French region.
type Region struct {
	Code string // INSEE: "44"; not to be taken for a department's
	Name string // French
}

// Commune finds a commune by its INSEE code.
func (p *Places) Commune(code string) (Commune, bool) {
	at, ok := find(p.france.codes, code)
	if !ok {
		return Commune{}, false
	}
	return p.communes([]uint16{uint16(at)})[0], true
}

// Communes walks over every commune and arrondissement, by code. The three cities and their arrondissements both appear.
func (p *Places) Communes() iter.Seq[Commune] {
	return func(yield func(Commune) bool) {
		for at := range len(p.france.codes) / codeSize {
			if !yield(p.communes([]uint16{uint16(at)})[0]) {
				return
			}
		}
	}
}

// Department finds a department by its code.
func (p *Places) Department(code string) (Department, bool) {
	at, ok := slices.BinarySearchFunc(p.departments, code, func(d Department, code string) int { return strings.Compare(d.Code, code) })
	if !ok {
		return Department{}, false
	}
	return p.departments[at], true
}

// Departments returns every department, by code. The slice is the caller's.
func (p *Places) Departments() []Department { return slices.Clone(p.departments) }

// Region finds a region by its code.
func (p *Places) Region(code string) (Region, bool) {
	at, ok := slices.BinarySearchFunc(p.regions, code, func(r Region, code string) int { return strings.Compare(r.Code, code) })
	if !ok {
		return Region{}, false
	}
	return p.regions[at], true
}

// Regions returns every region, by code. The slice is the caller's.
func (p *Places) Regions() []Region { return slices.Clone(p.regions) }

// communes spells out rows of the table; the lists of all of them share one allocation.
func (p *Places) communes(rows []uint16) []Commune {
	f := &p.france
	size := 0
	for _, at := range rows {
		here, after := f.communes[at], f.communes[at+1]
		size += int(after.posts-here.posts) + int(after.seats-here.seats)
	}
	lists := make([]string, 0, size)
	found := make([]Commune, len(rows))
	for i, at := range rows {
		here, after := f.communes[at], f.communes[at+1]
		start := len(lists)
		for _, post := range f.posts[here.posts:after.posts] {
			lists = append(lists, nth(f.postalCodes, int(post)))
		}
		middle := len(lists)
		for _, seat := range f.seats[here.seats:after.seats] {
			lists = append(lists, p.seats[seat].ID)
		}
		found[i] = Commune{
			Code:           nth(f.codes, int(at)),
			Name:           f.text.at(here.name),
			Department:     p.departments[here.department].Code,
			Population:     int(here.people),
			Point:          pointOf(here.lat, here.lon),
			Arrondissement: here.arrondissement,
			Split:          here.split,
			PostalCodes:    lists[start:middle:middle],
			Constituencies: lists[middle:len(lists):len(lists)],
		}
		if here.arrondissement {
			found[i].Parent = cityOf(found[i].Code)
		}
	}
	return found
}

// cityOf returns the commune of an arrondissement: the three cities of the law of 31 December 1982.
func cityOf(code string) string {
	switch code[:3] {
	case "751":
		return "75056"
	case "132":
		return "13055"
	case "693":
		return "69123"
	}
	return ""
}
