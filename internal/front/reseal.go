package front

import "essaim/internal/platform/vault"

// Sealed are the room's sealed columns, so that they can be brought under a newer key.
func (r *Room) Sealed() []vault.Table {
	return []vault.Table{
		{
			Name: "front_notice", Purposes: []string{purposeNotice},
			Select: `
				SELECT CAST(version AS TEXT), CAST(version AS TEXT), sealed
				FROM front_notice
				WHERE CAST(version AS TEXT) > $1
				ORDER BY CAST(version AS TEXT)
				LIMIT $2`,
			Update: `
				UPDATE front_notice
				SET sealed = $2
				WHERE CAST(version AS TEXT) = $1 AND sealed = $3`,
		}, {
			Name: "front_request", Purposes: []string{purposeRequest},
			Select: `
				SELECT id, id, sealed
				FROM front_request
				WHERE id > $1
				ORDER BY id
				LIMIT $2`,
			Update: `
				UPDATE front_request
				SET sealed = $2
				WHERE id = $1 AND sealed = $3`,
		},
	}
}
