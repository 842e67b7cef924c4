package mobilisation

import (
	"context"

	"essaim/internal/platform/i18n"
)

// smallest is the number of inhabitants below which a place would point at a person: the department is named instead.
const smallest = 5000

// VoiceName is the name of who agreed to show it, else roughly where the person lives; of a child, nothing.
func (r *Room) VoiceName(ctx context.Context, s Signature) string {
	if s.Consents.Has(PublicName) {
		if who, err := r.IdentityOf(s); err == nil {
			return who.Given + " " + who.Family
		}
	}
	if name := r.roughly(s.Commune, i18n.From(ctx).Tag()); name != "" && !s.Consents.Has(Under15) {
		return i18n.From(ctx).T("mobilisation.someone_of", "place", name)
	}
	return i18n.From(ctx).T("mobilisation.someone")
}

// roughly is the name of a place with enough people, "" when none is known.
func (r *Room) roughly(key, lang string) string {
	atlas := r.Places.Load()
	place, ok := atlas.Place(key, lang)
	if !ok || place.Population >= smallest {
		return place.Name
	}
	if d, ok := atlas.Department(place.Department); ok {
		return d.In(lang)
	}
	if c, ok := atlas.Country(place.Country); ok {
		return c.In(lang)
	}
	return ""
}

const namesShown = 20

// ShownNames are the latest signatories who want theirs shown.
func (r *Room) ShownNames(ctx context.Context, p *Petition) ([]string, error) {
	list, err := r.publicNames(ctx, p.ID, namesShown)
	var all []string
	for _, s := range list {
		who, err := r.IdentityOf(s)
		if err != nil {
			r.Log.Error("a name cannot be opened", "signature", s.ID, "error", err)
			continue
		}
		all = append(all, who.Given+" "+who.Family)
	}
	return all, err
}
