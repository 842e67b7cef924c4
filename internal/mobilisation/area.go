package mobilisation

import (
	"slices"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
)

// scopes are the kinds of area, from the nearest on.
var scopes = []string{"commune", "department", "region", "country", "europe", "world"}

// themes are what a petition may be about. Their names are in the messages "mobilisation.theme_…".
var themes = []string{
	"democracy", "education", "environment", "equality", "food", "health", "housing", "justice", "culture", "transport", "work", "world",
}

// Scopes lists the kinds of area, from the nearest on.
func Scopes() []string { return slices.Clone(scopes) }

// Themes lists the keys of what a petition may be about.
func Themes() []string { return slices.Clone(themes) }

// Areas tells where a petition is at home, from what its author typed: scope is a kind of area; place a commune, postal code,
// department or region, or the area itself once it was chosen. Where several places fit they are returned, and none is taken.
func areaOf(atlas *places.Places, scope, place string) (area Area, choices []Area, err error) {
	switch scope {
	case "europe", "world":
		return Area(scope), nil, nil
	case "country":
		return "country:FR", nil, nil
	case "commune":
		return CommuneOf(atlas, place)
	case "department":
		for _, d := range atlas.Departments() {
			if matches(place, d.Code, d.Name) {
				return Area("department:" + d.Code), nil, nil
			}
		}
	case "region":
		for _, g := range atlas.Regions() {
			if matches(place, g.Code, g.Name) {
				return Area("region:" + g.Code), nil, nil
			}
		}
	default:
		return "", nil, fault.InvalidForm(fault.Field{Name: "scope", Key: "mobilisation.scope_missing"})
	}
	return "", nil, unknownPlace(scope, place)
}

func unknownPlace(scope, place string) error {
	if place == "" {
		return fault.InvalidForm(fault.Field{Name: "place", Key: "mobilisation.place_missing_" + scope})
	}
	return fault.InvalidForm(fault.Field{Name: "place", Key: "mobilisation.place_unknown_" + scope})
}

// matches tells whether somebody typed the code or the name of a territory.
func matches(typed, code, name string) bool {
	folded := prose.Slug(typed, 200)
	return folded != "" && (strings.EqualFold(strings.TrimSpace(typed), code) || folded == prose.Slug(name, 200))
}

const choicesShown = 8

// CommuneOf finds a commune by its name or its postal code; among namesakes and neighbours somebody must choose.
func CommuneOf(atlas *places.Places, place string) (Area, []Area, error) {
	if _, code, ok := strings.Cut(place, "commune:"); ok {
		if _, known := atlas.Commune(code); known {
			return Area("commune:" + code), nil, nil
		}
	}
	var fit []places.Commune
	for _, c := range atlas.Search(place, choicesShown) {
		if prose.Slug(c.Name, 200) == prose.Slug(place, 200) || slices.Contains(c.PostalCodes, strings.TrimSpace(place)) {
			fit = append(fit, c)
		}
	}
	switch len(fit) {
	case 0:
		return "", nil, unknownPlace("commune", place)
	case 1:
		return Area("commune:" + fit[0].Code), nil, nil
	}
	choices := make([]Area, len(fit))
	for i, c := range fit {
		choices[i] = Area("commune:" + c.Code)
	}
	return "", choices, fault.InvalidForm(fault.Field{Name: "place", Key: "mobilisation.place_several"})
}
