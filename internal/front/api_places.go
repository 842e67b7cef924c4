package front

import (
	"context"
	"net/http"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/places"
	"essaim/internal/platform/web"
)

// apiPlace is a French commune as programs read it.
type apiPlace struct {
	Code        string   `json:"code" example:"67482" doc:"INSEE code of the commune or arrondissement"`
	Name        string   `json:"name" example:"Strasbourg"`
	Department  string   `json:"department" example:"67" doc:"Code of the department"`
	PostalCodes []string `json:"postal_codes"`
	Lat         float64  `json:"lat" doc:"Degrees north of the centre, WGS 84"`
	Lon         float64  `json:"lon" doc:"Degrees east of the centre, WGS 84"`
}

type placesInput struct {
	Query string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"A name or its beginning, with or without accents, or a postal code or its beginning"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"10"`
}

type placesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         []apiPlace
}

// AddAPI adds the room's operations.
func (r *Room) AddAPI(a *web.API) {
	web.Operate(a, web.Operation{
		Method: http.MethodGet, Path: "/places", ID: "find-places", Tag: "front", Right: perm.Anyone,
		Summary:     "Find communes by name or postal code",
		Description: "The name itself comes first, then names that begin so, then names that hold the words; among equals the most populous.",
	}, r.findPlaces)
}

func (r *Room) findPlaces(_ context.Context, in *placesInput) (*placesOutput, error) {
	out := &placesOutput{CacheControl: "public, max-age=300", Body: []apiPlace{}}
	for _, c := range r.Places.Load().Search(in.Query, in.Limit) {
		out.Body = append(out.Body, placeOf(c))
	}
	return out, nil
}

func placeOf(c places.Commune) apiPlace {
	codes := c.PostalCodes
	if codes == nil {
		codes = []string{}
	}
	return apiPlace{Code: c.Code, Name: c.Name, Department: c.Department, PostalCodes: codes, Lat: c.Point.Lat, Lon: c.Point.Lon}
}
