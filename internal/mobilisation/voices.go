package mobilisation

import (
	"context"

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
		SELECT s.id, s.sealed, s.consents, s.commune, s.country, m.sealed, m.created_at
		FROM mobilisation_message AS m
		JOIN mobilisation_signature AS s ON s.id = m.signature_id
		WHERE m.petition_id = $1 AND m.state = 'shown' AND s.state = 1
		ORDER BY m.created_at DESC
		LIMIT $2`, p.ID, voicesShown)
	list, err := storage.All(rows, err, func(r *storage.Rows) (v voice, err error) {
		return v, r.Scan(&v.ID, &v.Sealed, &v.Consents, &v.Commune, &v.Country, &v.words, &v.at)
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
			Title: r.voiceName(ctx, v.Signature), Text: string(words),
			Meta: []view.Meta{{Text: i18n.From(ctx).Date(clock.Time(v.at))}},
		})
	}
	return out, nil
}

// voiceName is the name of who agreed to show it, else where the person lives.
func (r *Room) voiceName(ctx context.Context, s Signature) string {
	if s.Consents.Has(PublicName) {
		if plain, err := r.Vault.Open(purposeIdentity, s.Sealed, []byte(s.ID)); err == nil {
			who := readIdentity(plain)
			return who.Given + " " + who.Family
		}
	}
	if place, ok := r.Places.Load().Place(s.Commune, i18n.From(ctx).Tag()); ok {
		return t(ctx, "mobilisation.someone_of", "place", place.Name)
	}
	return t(ctx, "mobilisation.someone")
}
