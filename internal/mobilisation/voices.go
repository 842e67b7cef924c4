package mobilisation

import (
	"context"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
)

const voicesShown = 8

// voices are the messages that stand on a petition's page: with the name where it may be shown, with the place otherwise.
func (r *Room) voices(ctx context.Context, p *Petition) ([]view.Row, error) {
	list, err := r.messages(ctx, messageShown, p.ID, voicesShown)
	out := make([]view.Row, 0, len(list))
	for _, m := range list {
		out = append(out, view.Row{
			Title: r.voiceName(ctx, m.Signature), Text: i18n.Typography(m.Lang, m.Words), Lang: m.Lang,
			Meta: []view.Meta{{Text: i18n.From(ctx).Date(m.At)}},
		})
	}
	return out, err
}

// smallest is the number of inhabitants below which a place would point at a person: the department is named instead.
const smallest = 5000

// voiceName is the name of who agreed to show it, else roughly where the person lives; of a child, nothing.
func (r *Room) voiceName(ctx context.Context, s Signature) string {
	if s.Consents.Has(PublicName) {
		if plain, err := r.Vault.Open(purposeIdentity, s.Sealed, []byte(s.ID)); err == nil {
			who := readIdentity(plain)
			return who.Given + " " + who.Family
		}
	}
	if name := r.roughly(s.Commune, i18n.From(ctx).Tag()); name != "" && !s.Consents.Has(Under15) {
		return t(ctx, "mobilisation.someone_of", "place", name)
	}
	return t(ctx, "mobilisation.someone")
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

// names are the latest signatories who want theirs shown.
func (r *Room) names(ctx context.Context, p *Petition) ([]string, error) {
	list, err := r.publicNames(ctx, p.ID, namesShown)
	var all []string
	for _, s := range list {
		plain, err := r.Vault.Open(purposeIdentity, s.Sealed, []byte(s.ID))
		if err != nil {
			r.Log.Error("a name cannot be opened", "signature", s.ID, "error", err)
			continue
		}
		who := readIdentity(plain)
		all = append(all, who.Given+" "+who.Family)
	}
	return all, err
}
