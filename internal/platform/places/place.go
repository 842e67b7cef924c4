package places

import "strings"

// Place is where people are counted. Its key never changes its meaning between sets:
//
//	67482    a commune, or an arrondissement of Paris, Lyon or Marseille, by its INSEE code
//	FR-67    a department, for a French code that the sample does not know
//	BE-1000  abroad, the part of the postal code that the table lists
//	MA       abroad, where no table has the code
type Place struct {
	Key        string
	Country    string // ISO 3166-1 alpha-2
	Name       string // in the language asked for, as far as it has one there
	Department string // code, in France
	Region     string // code, in France
	Population int    // 0 when unknown
	Point      Point
}

// Place tells what a key stands for, as found in Postal.Key.
func (p *Places) Place(key, lang string) (Place, bool) {
	if commune, ok := p.Commune(key); ok {
		place := Place{Key: key, Country: home, Name: commune.Name, Department: commune.Department,
			Population: commune.Population, Point: commune.Point}
		if department, ok := p.Department(commune.Department); ok {
			place.Region = department.Region
		}
		return place, true
	}
	code, part, cut := strings.Cut(key, "-")
	at, ok := p.country(code)
	if !ok || p.countries[at].Code != code {
		return Place{}, false
	}
	if !cut {
		return Place{Key: key, Country: code, Name: p.countries[at].In(lang)}, true
	}
	if code == home {
		d, ok := p.Department(part)
		if !ok {
			return Place{}, false
		}
		return Place{Key: key, Country: home, Name: d.In(lang), Department: d.Code, Region: d.Region,
			Population: d.Population, Point: d.Point}, true
	}
	row, ok := p.abroad.find(at, part)
	if !ok {
		return Place{}, false
	}
	return Place{Key: key, Country: code, Name: p.abroad.text.at(row.name), Point: pointOf(row.lat, row.lon)}, true
}
