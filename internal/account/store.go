package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const personColumns = `p.id, p.email_sealed, p.name_sealed, p.lang, p.created_at, p.seen_at`

// scanPerson reads personColumns and opens what is sealed. The roles are not among them.
func (r *Room) scanPerson(scan func(...any) error) (p Person, err error) {
	var email, name []byte
	var created, seen int64
	if err := scan(&p.ID, &email, &name, &p.Lang, &created, &seen); err != nil {
		return p, err
	}
	p.Created, p.Seen = clock.Time(created), clock.Time(seen)
	open := func(purpose string, sealed []byte) string {
		plain, failed := r.Vault.Open(purpose, sealed, []byte(p.ID))
		if failed != nil {
			err = fmt.Errorf("%s of %s: %w", purpose, p.ID, failed)
		}
		return string(plain)
	}
	p.Email, p.Name = open(purposeEmail, email), open(purposeName, name)
	return p, err
}

// insertPerson writes a person who is new to their address, and returns the id of who has it: the new one or the one that
// was there. The id goes with sealed values that are bound to it.
func insertPerson(ctx context.Context, tx *storage.Tx, p Person, index, email, name []byte) (personID string, err error) {
	if _, err := tx.Exec(ctx, `
		INSERT INTO account_person (id, email_index, email_sealed, name_sealed, lang, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (email_index) DO NOTHING`, p.ID, index, email, name, p.Lang, clock.Micros(p.Created)); err != nil {
		return "", err
	}
	return personByIndex(ctx, tx, index)
}

// personByIndex returns the id of who has an address, and holds the row; ErrNoRows when nobody has it.
func personByIndex(ctx context.Context, tx *storage.Tx, index []byte) (personID string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id
		FROM account_person
		WHERE email_index = $1`+tx.ForUpdate(), index).Scan(&personID)
	return personID, err
}

// insertRole gives a role, and tells whether the person had it not.
func insertRole(ctx context.Context, tx *storage.Tx, personID string, role perm.Role, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO account_role (person_id, role, granted_at)
		VALUES ($1, $2, $3)
		ON CONFLICT (person_id, role) DO NOTHING`, personID, role, clock.Micros(at))
	return n == 1, err
}

// isLastHost tells whether nobody else is a host. It holds the rows of all hosts, so that two who remove each other at once
// take turns.
func isLastHost(ctx context.Context, tx *storage.Tx, personID string) (bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT person_id
		FROM account_role
		WHERE role = $1
		ORDER BY person_id`+tx.ForUpdate(), perm.RoleHost)
	hosts, err := storage.All(rows, err, func(row *storage.Rows) (id string, err error) { return id, row.Scan(&id) })
	return len(hosts) == 1 && hosts[0] == personID, err
}

func deleteRole(ctx context.Context, tx *storage.Tx, personID string, role perm.Role) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM account_role
		WHERE person_id = $1 AND role = $2`, personID, role)
	return err
}

// holdPerson returns the blind index of a person's address, and holds the row until the end, so that no session can be opened
// meanwhile; ErrNoRows when there is nobody.
func holdPerson(ctx context.Context, tx *storage.Tx, personID string) (index []byte, err error) {
	err = tx.QueryRow(ctx, `
		SELECT email_index
		FROM account_person
		WHERE id = $1`+tx.ForUpdate(), personID).Scan(&index)
	return index, err
}

// deletePerson destroys every byte about a person.
func deletePerson(ctx context.Context, tx *storage.Tx, personID string, index []byte) error {
	for _, statement := range []string{
		`DELETE FROM account_guess WHERE email_index = $1`,
		`DELETE FROM account_link WHERE email_index = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, index); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`DELETE FROM account_session WHERE person_id = $1`,
		`DELETE FROM account_passkey WHERE person_id = $1`,
		`DELETE FROM account_role WHERE person_id = $1`,
		`DELETE FROM account_person WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, personID); err != nil {
			return err
		}
	}
	return nil
}

func updatePerson(ctx context.Context, tx *storage.Tx, personID string, name []byte, lang string) error {
	_, err := tx.Exec(ctx, `
		UPDATE account_person
		SET name_sealed = $2, lang = $3
		WHERE id = $1`, personID, name, lang)
	return err
}

// Person returns somebody by id; storage.ErrNoRows when there is nobody.
func (r *Room) Person(ctx context.Context, personID string) (Person, error) {
	row := r.DB.QueryRow(ctx, `
		SELECT `+personColumns+`
		FROM account_person p
		WHERE p.id = $1`, personID)
	p, err := r.scanPerson(row.Scan)
	if err != nil {
		return p, err
	}
	roles, err := r.roles(ctx)
	p.Roles = roles[p.ID]
	return p, err
}

// onlyHost tells whether the person is a host and nobody else is.
func (r *Room) onlyHost(ctx context.Context, p Person) (bool, error) {
	if !p.Has(perm.RoleHost) {
		return false, nil
	}
	var hosts int
	err := r.DB.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM account_role
		WHERE role = $1`, perm.RoleHost).Scan(&hosts)
	return hosts == 1, err
}

// personWith returns who has an address; storage.ErrNoRows when nobody has it.
func (r *Room) personWith(ctx context.Context, index []byte) (Person, error) {
	row := r.DB.QueryRow(ctx, `
		SELECT `+personColumns+`
		FROM account_person p
		WHERE p.email_index = $1`, index)
	return r.scanPerson(row.Scan)
}

// People lists everybody who has an account, by name.
func (r *Room) People(ctx context.Context) ([]Person, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT `+personColumns+`
		FROM account_person p`)
	all, err := storage.All(rows, err, func(row *storage.Rows) (Person, error) { return r.scanPerson(row.Scan) })
	if err != nil {
		return nil, err
	}
	roles, err := r.roles(ctx)
	for i := range all {
		all[i].Roles = roles[all[i].ID]
	}
	slices.SortFunc(all, func(a, b Person) int {
		return strings.Compare(prose.Fold(a.called())+a.ID, prose.Fold(b.called())+b.ID)
	})
	return all, err
}

// roles reads who has which roles, the highest first. Those who have one are few.
func (r *Room) roles(ctx context.Context) (map[string][]perm.Role, error) {
	all := map[string][]perm.Role{}
	rows, err := r.DB.Query(ctx, `
		SELECT person_id, role
		FROM account_role`)
	_, err = storage.All(rows, err, func(row *storage.Rows) (role perm.Role, err error) {
		var personID string
		err = row.Scan(&personID, &role)
		all[personID] = append(all[personID], role)
		return role, err
	})
	for _, roles := range all {
		sortRoles(roles)
	}
	return all, err
}
