package places

import (
	"bytes"
	"context"
	"embed"
	"slices"
	"strings"
)

// Country is a country of the world, or a territory that ISO 3166-1 lists apart and that has its own postal codes.
type Country struct {
	Code         string // ISO 3166-1 alpha-2: "FR"; "XK" for Kosovo, which everybody uses
	French       string
	English      string
	Local        string   // its own name for itself, "" when unknown
	Union        bool     // a member of the European Union
	Languages    []string // BCP 47, largest first
	Seats        int      // in the European Parliament
	Constituency string   // of the French citizens who live there, "" when unknown
	Example      string   // of a postal code, "" when unknown
}

// In returns the country's name in a language; English where nothing nearer is known.
func (c Country) In(lang string) string {
	if lang == "fr" {
		return c.French
	}
	return c.English
}

// Country finds a country by its code. The overseas territories of France that ISO lists apart (RE, GP, NC…) are France.
func (p *Places) Country(code string) (Country, bool) {
	at, ok := p.country(code)
	if !ok {
		return Country{}, false
	}
	return p.countries[at], true
}

// Countries returns every country, in the alphabetical order of its names in this language, for a list to choose from. The slice
// is the caller's.
func (p *Places) Countries(lang string) []Country {
	type entry struct {
		key     []byte
		country Country
	}
	entries := make([]entry, len(p.countries))
	for i, country := range p.countries {
		entries[i] = entry{fold(nil, country.In(lang)), country}
	}
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.key, b.key) })
	sorted := make([]Country, len(entries))
	for i, entry := range entries {
		sorted[i] = entry.country
	}
	return sorted
}

func (p *Places) country(code string) (at int, ok bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	switch code {
	case "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC":
		code = "FR"
	}
	return slices.BinarySearchFunc(p.countries, code, func(c Country, code string) int { return strings.Compare(c.Code, code) })
}

// world names every country in French and English: the files of a set know only some of them, and only in French.
//
//go:embed world.csv
var world embed.FS

// countries reads the list of the world, then what the set says of some of them.
func (l *loader) countries(ctx context.Context) {
	known := map[string]*entry{}
	own := &loader{fsys: world, bad: l.bad}
	own.each(ctx, "world.csv", required, []string{"code", "fr", "en"}, func(t *table) {
		country := countryOf(t, 0)
		country.French, country.English = string(t.text(1)), string(t.text(2))
		known[country.Code] = &entry{Country: country}
	})
	l.europe(ctx, known)
	l.seatsAbroad(ctx, known)
	for _, e := range known {
		l.places.countries = append(l.places.countries, e.Country)
	}
	slices.SortFunc(l.places.countries, func(a, b Country) int { return strings.Compare(a.Code, b.Code) })
	for _, c := range l.places.countries {
		l.places.rules = append(l.places.rules, known[c.Code].rule)
	}
}

type entry struct {
	Country
	rule *rule
	read bool // from fileCountries already
}

func (l *loader) europe(ctx context.Context, known map[string]*entry) {
	columns := []string{"code", "ue", "nom_fr", "nom_en", "nom_local", "langues", "sieges_pe_2024_2029",
		"regex_code_postal", "exemple", "cle_eu_codes_postaux"}
	l.each(ctx, fileCountries, optional, columns, func(t *table) {
		e := &entry{Country: countryOf(t, 0), read: true}
		e.Union = t.count(1) == 1
		e.French, e.English, e.Local = string(t.text(2)), string(t.text(3)), string(t.optional(4))
		for language := range t.list(5) {
			e.Languages = append(e.Languages, string(language))
		}
		e.Seats, e.Example = int(t.count(6)), string(t.text(8))
		if before := known[e.Code]; before != nil && before.read {
			t.flaw("the country %s a second time", e.Code)
		}
		rule, err := newRule(e.Code, string(t.text(7)), e.Example, string(t.text(9)))
		if err != nil {
			t.flaw("%v", err)
		}
		e.rule = rule
		if t.good {
			known[e.Code] = e
		}
	})
}

func (l *loader) seatsAbroad(ctx context.Context, known map[string]*entry) {
	l.each(ctx, fileSeatsAbroad, optional, []string{"pays", "nom", "circonscription"}, func(t *table) {
		country, seat := countryOf(t, 0), string(t.text(2))
		if _, ok := l.places.Constituency(seat); !ok {
			t.flaw("the constituency %q is not in %s", seat, fileConstituencies)
		}
		e := known[country.Code]
		if e == nil {
			country.French = string(t.text(1))
			country.English = country.French
			e = &entry{Country: country}
		}
		if e.Constituency != "" {
			t.flaw("the country %s a second time", e.Code)
		}
		if t.good {
			e.Constituency = seat
			known[e.Code] = e
		}
	})
}

func countryOf(t *table, pick int) Country {
	code := string(t.text(pick))
	if !isCountry(code) {
		t.flaw("%q is no country", clip([]byte(code)))
	}
	return Country{Code: code}
}

func isCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}
