package places

import "slices"

// Report says what an update has brought.
type Report struct {
	First          bool // there was no set that could be read
	Communes       int
	PostalCodes    int // of France
	Constituencies int
	Departments    int
	Countries      int // with a rule for their postal codes
	CodesAbroad    int
	// What the set before did not have, or not so; all nil when First.
	CommunesAdded      []Commune
	CommunesRemoved    []Commune // as they were
	CommunesChanged    []Commune // as they are: another name, other postal codes or constituencies
	PostalCodesAdded   []string
	PostalCodesRemoved []string
}

func compare(stale, fresh *Places) Report {
	r := Report{
		First:          stale == nil,
		Communes:       len(fresh.france.codes) / codeSize,
		PostalCodes:    len(fresh.france.postalCodes) / codeSize,
		Constituencies: len(fresh.seats),
		Departments:    len(fresh.departments),
		CodesAbroad:    len(fresh.abroad.rows),
	}
	for _, rule := range fresh.rules {
		if rule != nil {
			r.Countries++
		}
	}
	if stale == nil {
		return r
	}
	for now := range fresh.Communes() {
		before, ok := stale.Commune(now.Code)
		switch {
		case !ok:
			r.CommunesAdded = append(r.CommunesAdded, now)
		case before.Name != now.Name, !slices.Equal(before.PostalCodes, now.PostalCodes),
			!slices.Equal(before.Constituencies, now.Constituencies):
			r.CommunesChanged = append(r.CommunesChanged, now)
		}
	}
	for before := range stale.Communes() {
		if _, ok := fresh.Commune(before.Code); !ok {
			r.CommunesRemoved = append(r.CommunesRemoved, before)
		}
	}
	r.PostalCodesAdded = lacking(stale.france.postalCodes, fresh.france.postalCodes)
	r.PostalCodesRemoved = lacking(fresh.france.postalCodes, stale.france.postalCodes)
	return r
}

// lacking returns the codes of all that are not among known.
func lacking(known, all string) (missing []string) {
	for at := range len(all) / codeSize {
		if code := nth(all, at); !has(known, code) {
			missing = append(missing, code)
		}
	}
	return missing
}

func has(codes, code string) bool {
	_, ok := find(codes, code)
	return ok
}
