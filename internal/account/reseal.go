package account

import "essaim/internal/platform/vault"

// Sealed are the room's sealed columns, so that they can be brought under a newer key. What lies in a link for who would be let in
// is bound to the person that it would make.
func (r *Room) Sealed() []vault.Table {
	return []vault.Table{
		{
			Name: "account_person", Purposes: []string{purposeEmail, purposeName},
			Select: `
				SELECT id, id, email_sealed, id, name_sealed
				FROM account_person
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
			Update: `
				UPDATE account_person
				SET email_sealed = $2, name_sealed = $3
				WHERE id = $1 AND email_sealed = $4 AND name_sealed = $5`,
		}, {
			Name: "account_session", Purposes: []string{purposeDevice},
			Select: `
				SELECT id, id, label_sealed
				FROM account_session
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
			Update: `
				UPDATE account_session
				SET label_sealed = $2
				WHERE id = $1 AND label_sealed = $3`,
		}, {
			Name: "account_passkey", Purposes: []string{purposePasskey, purposePasskeyName},
			Select: `
				SELECT id, id, credential_sealed, id, name_sealed
				FROM account_passkey
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
			Update: `
				UPDATE account_passkey
				SET credential_sealed = $2, name_sealed = $3
				WHERE id = $1 AND credential_sealed = $4 AND name_sealed = $5`,
		}, {
			Name: "account_link", Purposes: []string{purposeNext, purposeEmail, purposeName},
			Select: `
				SELECT id, id, sealed, person_id, email_sealed, person_id, name_sealed
				FROM account_link
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
			Update: `
				UPDATE account_link
				SET sealed = $2, email_sealed = $3, name_sealed = $4
				WHERE id = $1 AND sealed = $5 AND email_sealed = $6 AND name_sealed = $7`,
		},
	}
}
