package mobilisation

import (
	"context"
	"errors"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
)

const voicesShown = 8

// voice is a message that a moderator let stand, with what may be said of its author.
type voice struct {
	Signature
	words []byte // sealed
	at    int64
}

// voices are the messages that stand on a petition's page: with the name where it may be shown, with the place otherwise.
func (r *Room) voices(ctx context.Context, p *Petition) ([]view.Row, error) {
	rows, err := r.db.Query(ctx, `
		SELECT s.id, s.sealed, s.consents, s.commune, s.country, m.sealed, m.created_at, m.lang
		FROM mobilisation_message AS m
		JOIN mobilisation_signature AS s ON s.id = m.signature_id
		WHERE m.petition_id = $1 AND m.state = 'shown' AND s.state = 1
		ORDER BY m.created_at DESC
		LIMIT $2`, p.ID, voicesShown)
	list, err := storage.All(rows, err, func(r *storage.Rows) (v voice, err error) {
		return v, r.Scan(&v.ID, &v.Sealed, &v.Consents, &v.Commune, &v.Country, &v.words, &v.at, &v.Lang)
	})
	if err != nil {
		return nil, err
	}
	var out []view.Row
	for _, v := range list {
		words, err := r.Vault.Open(purposeMessage, v.words, []byte(v.ID))
		if err != nil {
			r.Log.Error("a message cannot be opened", "signature", v.ID, "error", err)
			continue
		}
		out = append(out, view.Row{
			Title: r.voiceName(ctx, v.Signature), Text: i18n.Typography(v.Lang, string(words)), Lang: v.Lang,
			Meta: []view.Meta{{Text: i18n.From(ctx).Date(clock.Time(v.at))}},
		})
	}
	return out, nil
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

// messageOf returns the words that came with a signature, empty for none.
func (r *Room) messageOf(ctx context.Context, signatureID string) (string, error) {
	var sealed []byte
	err := r.db.QueryRow(ctx, `
		SELECT sealed
		FROM mobilisation_message
		WHERE signature_id = $1`, signatureID).Scan(&sealed)
	if errors.Is(err, storage.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	words, err := r.Vault.Open(purposeMessage, sealed, []byte(signatureID))
	return string(words), err
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
