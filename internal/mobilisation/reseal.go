package mobilisation

import "essaim/internal/platform/vault"

// Sealed are the room's sealed columns, so that they can be brought under a newer key.
func (r *Room) Sealed() []vault.Table { return sealedTables }

var sealedTables = []vault.Table{
	{
		Name: "mobilisation_signature", Purposes: []string{purposeIdentity},
		Select: `
				SELECT id, id, sealed
				FROM mobilisation_signature
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_signature
				SET sealed = $2
				WHERE id = $1 AND sealed = $3`,
	}, {
		Name: "mobilisation_message", Purposes: []string{purposeMessage},
		Select: `
				SELECT signature_id, signature_id, sealed
				FROM mobilisation_message
				WHERE signature_id > $1
				ORDER BY signature_id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_message
				SET sealed = $2
				WHERE signature_id = $1 AND sealed = $3`,
	}, {
		Name: "mobilisation_petition", Purposes: []string{purposeAuthor},
		Select: `
				SELECT id, id, author_sealed
				FROM mobilisation_petition
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_petition
				SET author_sealed = $2
				WHERE id = $1 AND author_sealed = $3`,
	}, {
		Name: "mobilisation_draft", Purposes: []string{purposeDraft},
		Select: `
				SELECT id, id, sealed
				FROM mobilisation_draft
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_draft
				SET sealed = $2
				WHERE id = $1 AND sealed = $3`,
	}, {
		Name: "mobilisation_invitation", Purposes: []string{purposeInvite},
		Select: `
				SELECT id, id, sealed
				FROM mobilisation_invitation
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_invitation
				SET sealed = $2
				WHERE id = $1 AND sealed = $3`,
	}, {
		Name: "mobilisation_transfer", Purposes: []string{purposeAuthor},
		Select: `
				SELECT id, petition_id, name
				FROM mobilisation_transfer
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_transfer
				SET name = $2
				WHERE id = $1 AND name = $3`,
	}, {
		Name: "mobilisation_verdict", Purposes: []string{purposeVerdict},
		Select: `
				SELECT id, id, reason
				FROM mobilisation_verdict
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_verdict
				SET reason = $2
				WHERE id = $1 AND reason = $3`,
	}, {
		Name: "mobilisation_picture", Purposes: []string{purposePicture},
		Select: `
				SELECT holder, page, alt
				FROM mobilisation_picture
				WHERE holder > $1
				ORDER BY holder
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_picture
				SET alt = $2
				WHERE holder = $1 AND alt = $3`,
	}, {
		Name: "mobilisation_document", Purposes: []string{purposeDocument},
		Select: `
				SELECT holder || ' ' || file, file, title
				FROM mobilisation_document
				WHERE holder || ' ' || file > $1
				ORDER BY holder || ' ' || file
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_document
				SET title = $2
				WHERE holder || ' ' || file = $1 AND title = $3`,
	}, {
		Name: "mobilisation_batch", Purposes: []string{purposeBatch},
		Select: `
				SELECT id, id, sealed
				FROM mobilisation_batch
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_batch
				SET sealed = $2
				WHERE id = $1 AND sealed = $3`,
	}, {
		Name: "mobilisation_stand", Purposes: []string{purposeStand},
		Select: `
				SELECT id, id, sealed
				FROM mobilisation_stand
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
		Update: `
				UPDATE mobilisation_stand
				SET sealed = $2
				WHERE id = $1 AND sealed = $3`,
	},
}
