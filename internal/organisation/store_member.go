package organisation

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// roleOf returns what a person is in an organisation, empty for nothing.
func (r *Room) roleOf(ctx context.Context, organisationID, personID string) (role Role, err error) {
	err = r.DB.QueryRow(ctx, `
		SELECT role
		FROM organisation_member
		WHERE profile_id = $1 AND person_id = $2`, organisationID, personID).Scan(&role)
	if errors.Is(err, storage.ErrNoRows) {
		return "", nil
	}
	return role, err
}

// Members lists the accounts that belong to an organisation.
func (r *Room) Members(ctx context.Context, organisationID string) ([]string, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT person_id
		FROM organisation_member
		WHERE profile_id = $1
		ORDER BY created_at
		LIMIT 1000`, organisationID)
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}

func insertMember(ctx context.Context, tx *storage.Tx, organisationID, personID string, role Role, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO organisation_member (profile_id, person_id, role, created_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (profile_id, person_id) DO UPDATE SET role = EXCLUDED.role`,
		organisationID, personID, role, clock.Micros(at))
	return err
}

func (r *Room) writeMember(ctx context.Context, organisationID, personID string, role Role) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return insertMember(ctx, tx, organisationID, personID, role, r.Clock.Now())
	})
}

func (r *Room) deleteMember(ctx context.Context, personID string) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM organisation_member
			WHERE person_id = $1`, personID)
		return err
	})
}
