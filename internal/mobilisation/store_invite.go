package mobilisation

import (
	"context"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
)

const inviteColumns = `id, petition_id, sealed, role, lang, state, invited_by, mails, sent_at, created_at`

// scanInvitation reads inviteColumns; the address stays sealed.
func scanInvitation(scan func(...any) error) (i Invitation, err error) {
	var sent, created int64
	err = scan(&i.ID, &i.PetitionID, &i.sealed, &i.Role, &i.Lang, &i.State, &i.By, &i.Mails, &sent, &created)
	i.Sent, i.Created = clock.Time(sent), clock.Time(created)
	return i, err
}

// insertInvitation writes an invitation. One to the same address that waits is a fault of kind Invalid; one that was refused stands.
func insertInvitation(ctx context.Context, tx *storage.Tx, i Invitation, index []byte) error {
	var n int
	if err := tx.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_invitation
		WHERE petition_id = $1`, i.PetitionID).Scan(&n); err != nil {
		return err
	}
	if n >= invitesMost {
		return fault.New(fault.TooMany, "mobilisation.invites_enough")
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_invitation (id, petition_id, address, sealed, role, lang, state, invited_by, mails, sent_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (petition_id, address) DO NOTHING`,
		i.ID, i.PetitionID, index, i.sealed, string(i.Role), i.Lang, i.State, i.By, i.Mails, clock.Micros(i.Sent), clock.Micros(i.Created))
	if err == nil && done == 0 {
		err = fault.InvalidForm(fault.Field{Name: "email", Key: "mobilisation.invited_already"})
	}
	return err
}

// holdInvitation reads an invitation and holds it; storage.ErrNoRows where there is none.
func holdInvitation(ctx context.Context, tx *storage.Tx, invitationID string) (Invitation, error) {
	return scanInvitation(tx.QueryRow(ctx, `
		SELECT `+inviteColumns+`
		FROM mobilisation_invitation
		WHERE id = $1`+tx.ForUpdate(), invitationID).Scan)
}

// Invitations lists who was asked into a team, the latest first, with their addresses.
func (r *Room) Invitations(ctx context.Context, petitionID string) ([]Invitation, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+inviteColumns+`
		FROM mobilisation_invitation
		WHERE petition_id = $1
		ORDER BY created_at DESC, id DESC`, petitionID)
	all, err := storage.All(rows, err, func(r *storage.Rows) (Invitation, error) { return scanInvitation(r.Scan) })
	if err != nil {
		return nil, err
	}
	for n := range all {
		if err := r.openInvitation(&all[n]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// forgetMember takes who has no account any more out of all teams; whom they invited may still come.
func forgetMember(ctx context.Context, tx *storage.Tx, personID string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_member WHERE person_id = $1`, personID); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE mobilisation_invitation SET invited_by = '' WHERE invited_by = $1`,
		`UPDATE mobilisation_transfer SET to_person = '', name = '' WHERE to_person = $1`,
		`UPDATE mobilisation_transfer SET asked_by = '' WHERE asked_by = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, personID); err != nil {
			return err
		}
	}
	return nil
}

// forgetInvitations deletes those that ended a while ago.
func (r *Room) forgetInvitations(ctx context.Context, tx *storage.Tx) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_invitation
		WHERE sent_at < $1`, clock.Micros(r.Clock.Now().Add(-inviteLife-inviteKept)))
	return err
}
