package mobilisation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// keptTeams is what is kept of one person's work in teams (GDPR, article 15).
type keptTeams struct {
	Member  []keptMember     `json:"member,omitempty"`
	Invited []keptInvitation `json:"invited,omitempty"`
	Handed  []keptTransfer   `json:"handed_over,omitempty"`
}

type keptMember struct {
	Petition string    `json:"petition"`
	Role     Role      `json:"role"`
	Since    time.Time `json:"since"`
}

type keptTransfer struct {
	Petition string    `json:"petition"`
	ToYou    bool      `json:"to_you"`
	ByYou    bool      `json:"asked_by_you"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Created  time.Time `json:"created"`
}

type keptInvitation struct {
	Petition string    `json:"petition"`
	Email    string    `json:"email"`
	Role     Role      `json:"role"`
	State    string    `json:"state"`
	Created  time.Time `json:"created"`
	Mails    int64     `json:"mails"`
}

// teamPersonal is how the room shows and erases who is in a team or invited into one. A member goes with the account.
func (r *Room) teamPersonal() module.Personal {
	return module.Personal{Label: "mobilisation.personal_team", Export: r.exportTeams, Erase: r.eraseInvitations}
}

func (r *Room) exportTeams(ctx context.Context, email string) (any, error) {
	address, err := mail.ParseAddress(email)
	if err != nil {
		return nil, nil // nobody has what is no address
	}
	var kept keptTeams
	personID, err := r.People.Find(ctx, address)
	if err != nil {
		return nil, err
	}
	if kept.Member, err = r.exportMember(ctx, personID); err != nil {
		return nil, err
	}
	if kept.Handed, err = r.exportTransfers(ctx, personID); err != nil {
		return nil, err
	}
	rows, err := r.db.Query(ctx, `
		SELECT `+inviteColumns+`
		FROM mobilisation_invitation
		WHERE address = $1
		ORDER BY created_at
		LIMIT 1000`, r.Vault.Index(purposeAddress, mail.Canonical(address)))
	invited, err := storage.All(rows, err, func(r *storage.Rows) (Invitation, error) { return scanInvitation(r.Scan) })
	if err != nil {
		return nil, err
	}
	for _, i := range invited {
		if err := r.openInvitation(&i); err != nil {
			return nil, err
		}
		p, err := r.PetitionByID(ctx, i.PetitionID)
		if err != nil {
			return nil, err
		}
		kept.Invited = append(kept.Invited, keptInvitation{
			Petition: r.SiteURL + "/m/" + p.Slug, Email: i.Email, Role: i.Role, State: i.State, Created: i.Created, Mails: i.Mails,
		})
	}
	if len(kept.Member)+len(kept.Invited)+len(kept.Handed) == 0 {
		return nil, nil
	}
	return kept, nil
}

func (r *Room) exportTransfers(ctx context.Context, personID string) (kept []keptTransfer, err error) {
	if personID == "" {
		return nil, nil
	}
	rows, err := r.db.Query(ctx, `
		SELECT `+transferColumns+`
		FROM mobilisation_transfer
		WHERE to_person = $1 OR asked_by = $1
		ORDER BY created_at
		LIMIT 1000`, personID)
	all, err := storage.All(rows, err, func(r *storage.Rows) (Transfer, error) { return scanTransfer(r.Scan) })
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		p, err := r.PetitionByID(ctx, h.PetitionID)
		if err != nil {
			return nil, err
		}
		kept = append(kept, keptTransfer{
			Petition: r.SiteURL + "/m/" + p.Slug, ToYou: h.To == personID, ByYou: h.By == personID, Kind: h.Kind, State: h.State, Created: h.Created,
		})
	}
	return kept, nil
}

func (r *Room) exportMember(ctx context.Context, personID string) (kept []keptMember, err error) {
	ids, err := r.memberOf(ctx, personID)
	if err != nil {
		return nil, err
	}
	for _, petitionID := range ids {
		p, err := r.PetitionByID(ctx, petitionID)
		if err != nil {
			return nil, err
		}
		members, err := r.Members(ctx, petitionID)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if m.PersonID == personID {
				kept = append(kept, keptMember{Petition: r.SiteURL + "/m/" + p.Slug, Role: m.Role, Since: m.Since})
			}
		}
	}
	return kept, nil
}

// eraseInvitations deletes the invitations to an address, and tells how many there were.
func (r *Room) eraseInvitations(ctx context.Context, email string) (n int, err error) {
	address, err := mail.ParseAddress(email)
	if err != nil {
		return 0, nil
	}
	index := r.Vault.Index(purposeAddress, mail.Canonical(address))
	if err := r.erasing(ErasedPerson, index); err != nil {
		return 0, fmt.Errorf("erase invitations: %w", err)
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err = deleteInvitations(ctx, tx, index, r.Clock.Now())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("erase invitations: %w", err)
	}
	return n, nil
}

// deleteInvitations deletes those to an address that were made by a time.
func deleteInvitations(ctx context.Context, tx *storage.Tx, index []byte, by time.Time) (int, error) {
	n, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_invitation
		WHERE address = $1 AND created_at <= $2`, index, clock.Micros(by))
	return int(n), err
}
