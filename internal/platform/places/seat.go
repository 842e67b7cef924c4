package places

import (
	"context"
	"slices"
	"strings"
)

// Constituency is where one deputy of the Assemblée nationale is elected.
type Constituency struct {
	ID         string // department, hyphen, two digits: "67-01", "2A-02", "974-06"; "099-01" to "099-11" for French citizens abroad
	Department string // code; "" for French citizens abroad
	Number     int    // within the department
	Population int    // an estimate, 0 when unknown: a commune cut in two is shared out equally
	Point      Point  // unknown abroad
	Towns      []string
}

// Constituency finds a constituency by its ID.
func (p *Places) Constituency(id string) (Constituency, bool) {
	at, ok := slices.BinarySearchFunc(p.seats, id, func(c Constituency, id string) int { return strings.Compare(c.ID, id) })
	if !ok {
		return Constituency{}, false
	}
	return p.seats[at], true
}

// Constituencies returns every constituency, by ID. The slice is the caller's, the Towns in it are not.
func (p *Places) Constituencies() []Constituency { return slices.Clone(p.seats) }

// abroadDepartment stands in the files for the constituencies of French citizens abroad.
const abroadDepartment = "099"

func (l *loader) departments(ctx context.Context) {
	columns := []string{"code", "nom", "code_region", "region", "population", "lat", "lon"}
	l.each(ctx, fileDepartments, required, columns, func(t *table) {
		code := string(t.text(0))
		if !isDepartment(code) {
			t.flaw("%q is no department", code)
		}
		d := Department{Code: code, Name: string(t.text(1)), Region: string(t.optional(2)), Population: int(t.count(4))}
		d.Point = pointOf(t.point(5, 6))
		if d.Region != "" && !slices.ContainsFunc(l.places.regions, func(r Region) bool { return r.Code == d.Region }) {
			l.places.regions = append(l.places.regions, Region{Code: d.Region, Name: string(t.text(3))})
		}
		if slices.ContainsFunc(l.places.departments, func(other Department) bool { return other.Code == code }) {
			t.flaw("the department %s a second time", code)
		}
		if len(l.places.departments) == 255 { // a commune keeps its department in one byte
			t.flaw("more than 255 departments")
		}
		if t.good {
			l.places.departments = append(l.places.departments, d)
		}
	})
	slices.SortFunc(l.places.departments, func(a, b Department) int { return strings.Compare(a.Code, b.Code) })
	slices.SortFunc(l.places.regions, func(a, b Region) int { return strings.Compare(a.Code, b.Code) })
}

func (l *loader) constituencies(ctx context.Context) {
	columns := []string{"circonscription", "code_departement", "numero", "population_estimee", "lat", "lon", "communes_principales"}
	seen := map[string]bool{}
	l.each(ctx, fileConstituencies, required, columns, func(t *table) {
		c := Constituency{ID: string(t.text(0)), Department: string(t.text(1)), Number: int(t.count(2)), Population: int(t.count(3))}
		c.Point = pointOf(t.point(4, 5))
		for town := range t.list(6) {
			c.Towns = append(c.Towns, string(town))
		}
		if !isConstituency(c.ID) || !strings.HasPrefix(c.ID, c.Department+"-") {
			t.flaw("%q is no constituency of %q", c.ID, c.Department)
		}
		if _, ok := l.places.Department(c.Department); !ok && c.Department != abroadDepartment {
			t.flaw("the department %q is not in %s", c.Department, fileDepartments)
		}
		if c.Department == abroadDepartment {
			c.Department = ""
		}
		if seen[c.ID] {
			t.flaw("the constituency %s a second time", c.ID)
		}
		seen[c.ID] = true
		if len(l.places.seats) == maxIndex {
			t.flaw("more than %d constituencies", maxIndex)
		}
		if t.good {
			l.places.seats = append(l.places.seats, c)
		}
	})
	slices.SortFunc(l.places.seats, func(a, b Constituency) int { return strings.Compare(a.ID, b.ID) })
}

// isDepartment tells whether the text has the shape of a department's code: 67, 2A, 974.
func isDepartment(code string) bool {
	if len(code) == 3 {
		return code[0] == '9' && isDigits(code)
	}
	return len(code) == 2 && (isDigits(code) || code == "2A" || code == "2B")
}

func isConstituency(id string) bool {
	department, number, ok := strings.Cut(id, "-")
	return ok && len(number) == 2 && isDigits(number) && (isDepartment(department) || department == abroadDepartment)
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
