package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

const purposeInvite = "mobilisation.invite"

// Invitation is somebody who is asked into a team, by the address that was given.
type Invitation struct {
	ID, PetitionID string
	Email          string
	Role           Role
	Lang           string
	State          string
	By             string // id of who invites, empty once that account is gone
	Mails          int64
	Sent           time.Time
	Created        time.Time
	sealed         []byte
}

// Where an invitation stands; one that waits may be over.
const (
	inviteWaiting = "waiting"
	inviteRefused = "refused"
)

const (
	inviteLife  = 14 * 24 * time.Hour // after the latest mail
	inviteKept  = 30 * 24 * time.Hour // after its end, so that owners see what became of it
	inviteAgain = 10 * time.Minute    // between two mails
	inviteMails = 5                   // about one invitation
	invitesMost = 30                  // of one petition at a time
)

// invitesFrom is how many mails one person may have sent to strangers.
var invitesFrom = guard.Rate{Burst: 20, Per: 24 * time.Hour}

// Refused tells whether the person said no.
func (i Invitation) Refused() bool { return i.State == inviteRefused }

// Expired tells whether the link is too old. It can be sent again.
func (i Invitation) Expired(now time.Time) bool {
	return i.State == inviteWaiting && now.Sub(i.Sent) > inviteLife
}

// Until is when the link ends.
func (i Invitation) Until() time.Time { return i.Sent.Add(inviteLife) }

// Invite asks somebody into the team of a petition, by a mail with a link. The fault is Invalid with the fields email or role; Forbidden
// for who is no owner, TooMany for who has invited enough today.
func (r *Room) Invite(ctx context.Context, p *Petition, actor perm.Actor, email string, role Role, lang string) error {
	address, err := r.checkInvitation(ctx, p, email, role)
	if err != nil {
		return err
	}
	if !r.invites.Allow(invitesFrom, actor.ID) {
		return fault.New(fault.TooMany, "mobilisation.invites_enough")
	}
	now := r.Clock.Now()
	i := Invitation{ID: id.New(now), PetitionID: p.ID, Role: role, Lang: lang, State: inviteWaiting, By: actor.ID, Mails: 1, Sent: now, Created: now}
	i.sealed = r.Vault.Seal(purposeInvite, []byte(address), []byte(i.ID))
	index := r.Vault.Index(purposeAddress, mail.Canonical(address))
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil {
			return err
		}
		if err := insertInvitation(ctx, tx, i, index); err != nil {
			return err
		}
		return r.writeInvite(ctx, tx, i)
	})
}

// checkInvitation returns the address to which an invitation goes.
func (r *Room) checkInvitation(ctx context.Context, p *Petition, email string, role Role) (address string, err error) {
	var f fault.Flaws
	f.When(!slices.Contains(Roles(), role), "role", "mobilisation.role_missing")
	address, err = mail.ParseAddress(email)
	if err != nil {
		field := emailField(err)
		f.When(true, field.Name, field.Key, field.Args...)
		return "", f.Err()
	}
	personID, err := r.People.Find(ctx, address)
	if err != nil {
		return "", err
	}
	members, err := r.Members(ctx, p.ID)
	if err != nil {
		return "", err
	}
	f.When(personID != "" && team(members).role(personID) != "", "email", "mobilisation.member_already")
	return address, f.Err()
}

// writeInvite has the mail of an invitation sent.
func (r *Room) writeInvite(ctx context.Context, tx *storage.Tx, i Invitation) error {
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: inviteKind, Payload: inviteTask{Invitation: i.ID}, Unique: i.ID})
}

// InviteAgain sends the mail once more; the link lives on from now. The fault is Conflict for an invitation that was answered, TooMany
// too soon after the last mail or after the fifth.
func (r *Room) InviteAgain(ctx context.Context, p *Petition, actor perm.Actor, invitationID string) error {
	now := r.Clock.Now()
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil {
			return err
		}
		i, err := holdInvitation(ctx, tx, invitationID)
		if errors.Is(err, storage.ErrNoRows) || err == nil && (i.PetitionID != p.ID || i.State != inviteWaiting) {
			return fault.New(fault.Conflict, "mobilisation.invitation_gone")
		}
		if err != nil {
			return err
		}
		if i.Mails >= inviteMails || now.Sub(i.Sent) < inviteAgain {
			return fault.New(fault.TooMany, "mobilisation.invitation_often", "most", inviteMails)
		}
		if _, err := tx.Exec(ctx, `
			UPDATE mobilisation_invitation
			SET mails = mails + 1, sent_at = $2
			WHERE id = $1`, i.ID, clock.Micros(now)); err != nil {
			return err
		}
		return r.writeInvite(ctx, tx, i)
	})
}

// Uninvite takes an invitation back: its link opens nothing any more, and its address is gone. It may be called again.
func (r *Room) Uninvite(ctx context.Context, p *Petition, actor perm.Actor, invitationID string) error {
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			DELETE FROM mobilisation_invitation
			WHERE id = $1 AND petition_id = $2`, invitationID, p.ID)
		return err
	})
}

// OpenInvitation returns the invitation of a signed link, with its address. The fault is NotFound for a link that is none of ours, Gone
// for one that was withdrawn, answered or is too old.
func (r *Room) OpenInvitation(ctx context.Context, invitationID, token string) (Invitation, error) {
	if !r.Vault.CheckToken(purposeInvite, invitationID, token) {
		return Invitation{}, fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	i, err := scanInvitation(r.db.QueryRow(ctx, `
		SELECT `+inviteColumns+`
		FROM mobilisation_invitation
		WHERE id = $1`, invitationID).Scan)
	if errors.Is(err, storage.ErrNoRows) || err == nil && (i.State != inviteWaiting || i.Expired(r.Clock.Now())) {
		return Invitation{}, fault.New(fault.Gone, "mobilisation.invitation_gone")
	}
	if err != nil {
		return Invitation{}, err
	}
	return i, r.openInvitation(&i)
}

func (r *Room) openInvitation(i *Invitation) error {
	plain, err := r.Vault.Open(purposeInvite, i.sealed, []byte(i.ID))
	i.Email = string(plain)
	if err != nil {
		return fmt.Errorf("open invitation %s: %w", i.ID, err)
	}
	return nil
}

// InvitedHere tells whether who is signed in reads the mail of the address that was invited: a link that was passed on lets nobody else in.
func (r *Room) InvitedHere(ctx context.Context, i Invitation, actor perm.Actor) (bool, error) {
	if !actor.SignedIn() {
		return false, nil
	}
	personID, err := r.People.Find(ctx, i.Email)
	return personID == actor.ID, err
}

// Accept makes who is signed in a member of the team. The fault is Forbidden for another than who was invited, Gone where the
// invitation has ended meanwhile.
func (r *Room) Accept(ctx context.Context, i Invitation, actor perm.Actor) error {
	here, err := r.InvitedHere(ctx, i, actor)
	if err == nil && !here {
		err = fault.New(fault.Forbidden, "mobilisation.invitation_other")
	}
	if err != nil {
		return err
	}
	now := r.Clock.Now()
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		all, err := holdTeam(ctx, tx, i.PetitionID)
		if err != nil {
			return err
		}
		kept, err := holdInvitation(ctx, tx, i.ID)
		if errors.Is(err, storage.ErrNoRows) || err == nil && (kept.State != inviteWaiting || kept.Expired(now)) {
			return fault.New(fault.Gone, "mobilisation.invitation_gone")
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_invitation WHERE id = $1`, i.ID); err != nil {
			return err
		}
		if all.role(actor.ID) == Owner {
			return nil // the first owner of an address that was invited meanwhile loses nothing
		}
		return setMember(ctx, tx, i.PetitionID, actor.ID, kept.Role, now)
	})
	if err != nil {
		return fmt.Errorf("accept an invitation: %w", err)
	}
	return nil
}

// Decline says no to an invitation. Who has its link may.
func (r *Room) Decline(ctx context.Context, i Invitation) error {
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_invitation
			SET state = 'refused'
			WHERE id = $1 AND state = 'waiting'`, i.ID)
		return err
	})
}
