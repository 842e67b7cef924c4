package front

import (
	"slices"
	"strings"
	"unicode"

	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
)

// located is what somebody meant who typed a commune or a postal code.
type located struct {
	Name       string // of the place; empty when none is meant yet
	Code       string // of the commune; empty for a place known by its department alone
	Department string
	Point      places.Point
	Choices    []places.Commune // of which somebody must choose one
	Unknown    bool             // something was typed, and it is no place
}

// mostChoices is how many communes are proposed.
const mostChoices = 30

// locate finds the place of a commune's code, which was chosen, or else of what somebody typed.
func locate(atlas *places.Places, typed, code string) located {
	if commune, ok := atlas.Commune(code); ok {
		return at(commune)
	}
	number, words := apart(typed)
	switch {
	case number == "" && words == "":
		return located{}
	case number != "":
		return byCode(atlas, number, words)
	}
	found := atlas.Search(typed, mostChoices)
	return choose(found, words)
}

func at(c places.Commune) located {
	return located{Name: c.Name, Code: c.Code, Department: c.Department, Point: c.Point}
}

// apart takes a postal code out of the words: "67000 Strasbourg", "67 000".
func apart(typed string) (number, words string) {
	fields := strings.FieldsFunc(prose.Fold(typed), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var rest []string
	for _, field := range fields {
		switch {
		case field[0] >= '0' && field[0] <= '9' && len(number)+len(field) <= 5 && strings.Trim(field, "0123456789") == "":
			number += field
		case field == "st":
			rest = append(rest, "saint")
		case field == "ste":
			rest = append(rest, "sainte")
		default:
			rest = append(rest, field)
		}
	}
	if len(number) != 5 {
		number = ""
	}
	return number, strings.Join(rest, " ")
}

// byCode finds the communes of a postal code. Where there are several, the words say which, or somebody chooses.
func byCode(atlas *places.Places, number, words string) located {
	postal, ok := atlas.PostalCode("FR", number)
	switch {
	case !ok:
		return located{Unknown: true}
	case len(postal.Communes) == 0: // the sample knows the department alone
		return located{Name: postal.Name, Department: postal.Department, Point: postal.Point}
	}
	return choose(postal.Communes, words)
}

// choose takes the commune that bears the name, or the only one.
func choose(found []places.Commune, words string) located {
	named := slices.DeleteFunc(slices.Clone(found), func(c places.Commune) bool {
		_, name := apart(c.Name)
		return name != words
	})
	switch {
	case len(found) == 0:
		return located{Unknown: true}
	case len(found) == 1:
		return at(found[0])
	case len(named) == 1:
		return at(named[0])
	case len(named) > 1:
		return located{Choices: named}
	}
	return located{Choices: found}
}
