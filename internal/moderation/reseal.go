package moderation

import "essaim/internal/platform/vault"

// Sealed are the room's sealed columns, so that they can be brought under a newer key.
func (r *Room) Sealed() []vault.Table {
	return []vault.Table{{
		Name: "moderation_appeal", Purposes: []string{purposeAppeal},
		Select: `
			SELECT id, id, sealed
			FROM moderation_appeal
			WHERE id > $1
			ORDER BY id
			LIMIT $2`,
		Update: `
			UPDATE moderation_appeal
			SET sealed = $2
			WHERE id = $1 AND sealed = $3`,
	}, {
		Name: "moderation_opinion", Purposes: []string{purposeOpinion},
		Select: `
			SELECT id, id, sealed
			FROM moderation_opinion
			WHERE id > $1
			ORDER BY id
			LIMIT $2`,
		Update: `
			UPDATE moderation_opinion
			SET sealed = $2
			WHERE id = $1 AND sealed = $3`,
	}, {
		Name: "moderation_report", Purposes: []string{purposeReport},
		Select: `
			SELECT id, id, sealed
			FROM moderation_report
			WHERE id > $1
			ORDER BY id
			LIMIT $2`,
		Update: `
			UPDATE moderation_report
			SET sealed = $2
			WHERE id = $1 AND sealed = $3`,
	}}
}
