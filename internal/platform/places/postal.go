package places

import (
	"strings"
)

// Postal is what a postal code says of where somebody lives.
type Postal struct {
	Country        string    // ISO 3166-1 alpha-2
	Code           string    // as Normalise writes it; "" where the country has none
	Key            string    // of the place for which people are counted: see Place
	Name           string    // of the largest commune, or of the locality abroad; "" when unknown
	Department     string    // code, of the largest commune; "" abroad
	Region         string    // code, in France
	Province       string    // name of the region abroad, "" when unknown
	Population     int       // 0 when unknown
	Point          Point     // weighted by population; unknown when no table has the code
	Communes       []Commune // of France, largest first
	Constituencies []string  // IDs: all that the code may belong to; abroad, the one of the French citizens there
}

// Main returns the commune for which a signature with this code counts: the largest. There is none abroad.
func (p *Postal) Main() (Commune, bool) {
	if len(p.Communes) == 0 {
		return Commune{}, false
	}
	return p.Communes[0], true
}

// PostalCode finds a postal code, typed in any way that Normalise understands. A French code is found when the table has it;
// a code abroad when it is written as that country writes codes, whether or not the table has it.
func (p *Places) PostalCode(country, code string) (Postal, bool) {
	postal, err := p.resolve(country, code)
	return postal, err == nil
}

func (p *Places) resolve(country, raw string) (Postal, error) {
	at, ok := p.country(country)
	if !ok {
		return Postal{}, invalid("places.country_unknown")
	}
	typed, err := clean(raw)
	if err != nil {
		return Postal{}, err
	}
	if p.countries[at].Code == home {
		return p.french(typed)
	}
	return p.foreign(at, typed)
}

// home is the country whose communes are known.
const home = "FR"

func (p *Places) french(typed string) (Postal, error) {
	code, err := frenchDigits(typed)
	if err != nil {
		return Postal{}, err
	}
	f := &p.france
	at, ok := find(f.postalCodes, code)
	if !ok {
		return p.elsewhere(code)
	}
	here, after := f.postals[at], f.postals[at+1]
	postal := Postal{
		Country:    home,
		Code:       nth(f.postalCodes, at),
		Population: int(here.people),
		Point:      pointOf(here.lat, here.lon),
		Communes:   p.communes(f.members[here.members:after.members]),
	}
	for _, seat := range f.postalSeats[here.seats:after.seats] {
		postal.Constituencies = append(postal.Constituencies, p.seats[seat].ID)
	}
	largest := postal.Communes[0]
	postal.Key, postal.Name, postal.Department = largest.Code, largest.Name, largest.Department
	if department, ok := p.Department(largest.Department); ok {
		postal.Region = department.Region
	}
	return postal, nil
}

// elsewhere answers for a French code that the table lacks. The sample takes it and says the department, so that everybody can try
// the site; a real set knows every code, and refuses it.
func (p *Places) elsewhere(code string) (Postal, error) {
	department, ok := p.Department(departmentOf(code))
	if !p.sample || !ok {
		return Postal{}, invalid("places.postal_code_unknown")
	}
	return Postal{
		Country: home, Code: code, Key: home + "-" + department.Code, Name: department.Name,
		Department: department.Code, Region: department.Region, Point: department.Point,
	}, nil
}

// departmentOf guesses the department from a postal code: right but for a dozen codes that cross a border.
func departmentOf(code string) string {
	switch {
	case code == "97133":
		return "977"
	case code == "97150":
		return "978"
	case strings.HasPrefix(code, "97"), strings.HasPrefix(code, "98"):
		return code[:3]
	case strings.HasPrefix(code, "200"), strings.HasPrefix(code, "201"):
		return "2A"
	case strings.HasPrefix(code, "20"):
		return "2B"
	}
	return code[:2]
}

func (p *Places) foreign(at int, typed string) (Postal, error) {
	country, rule := p.countries[at], p.rules[at]
	postal := Postal{Country: country.Code, Code: typed, Key: country.Code}
	if country.Constituency != "" {
		postal.Constituencies = []string{country.Constituency}
	}
	if !sane(typed) {
		return Postal{}, invalid("places.postal_code_characters")
	}
	if rule == nil {
		if len(typed) > maxForeign {
			return Postal{}, invalid("places.postal_code_long")
		}
		return postal, nil
	}
	if typed == "" {
		return Postal{}, invalid("places.postal_code_missing")
	}
	code, ok := rule.canon(typed)
	if !ok {
		return Postal{}, invalid("places.postal_code_shape", "example", country.Example)
	}
	postal.Code = code
	// A key that no table has is not counted apart: whoever invents codes would invent places.
	if key := rule.key(code); key != "" {
		if row, ok := p.abroad.find(at, key); ok {
			postal.Key = country.Code + "-" + key
			postal.Name, postal.Province = p.abroad.text.at(row.name), p.abroad.regions[row.region]
			postal.Point = pointOf(row.lat, row.lon)
		}
	}
	return postal, nil
}
