package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const purposeTransfer = "mobilisation.transfer"

// silentAfter is how long owners may stay away before others may ask for a mobilisation, and transferDays how many days they have to say
// no.
const (
	silentAfter  = 60 * 24 * time.Hour
	transferDays = 14
)

// How a hand-over began, and where it stands.
const (
	transferOffer   = "offer" // by an owner, to somebody who takes it or not
	transferClaim   = "claim" // because the owners are silent; they may say no until it is due
	transferWaiting = "waiting"
	transferDone    = "done"
	transferRefused = "refused"
)

// Transfer is a mobilisation that passes to another owner.
type Transfer struct {
	ID, PetitionID string
	To, By         string // ids of accounts, empty once they are gone
	Kind, State    string
	Created        time.Time
	Due            time.Time // when a claim happens by itself
	Decided        time.Time
	name           []byte // sealed for the petition
}

// Waits tells whether nothing was decided yet, and Claimed whether it was asked for rather than offered.
func (h Transfer) Waits() bool { return h.State == transferWaiting }

// Claimed tells whether it was asked for by others than the owners.
func (h Transfer) Claimed() bool { return h.Kind == transferClaim }

// Silent tells whether no owner of a petition has been here for a while.
func (r *Room) Silent(ctx context.Context, p *Petition) (bool, error) {
	return r.silentSince(ctx, p, r.Clock.Now().Add(-silentAfter))
}

// silentSince tells whether no owner of a petition has been here after a time.
func (r *Room) silentSince(ctx context.Context, p *Petition, since time.Time) (bool, error) {
	owners, err := r.ownersOf(ctx, p)
	if err != nil {
		return false, err
	}
	for _, one := range owners {
		seen, err := r.People.Seen(ctx, one)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if seen.After(since) {
			return false, nil
		}
	}
	return true, nil
}

// ownersOf lists who may do all about a petition: owners, and who speaks for its organisation.
func (r *Room) ownersOf(ctx context.Context, p *Petition) ([]string, error) {
	members, err := r.Members(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	owners, err := r.speakersOf(ctx, p)
	for _, m := range members {
		if m.Role == Owner {
			owners = append(owners, m.PersonID)
		}
	}
	return owners, err
}

// Offer proposes to somebody of the team that they carry on; they take it or not. The fault is Forbidden for who is no owner, Conflict for
// who is not in the team or is an owner already, and where another hand-over waits.
func (r *Room) Offer(ctx context.Context, p *Petition, actor perm.Actor, to string) error {
	h := r.newTransfer(p, actor.ID, to, transferOffer)
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil {
			return err
		}
		if all.role(to) != Editor {
			return fault.New(fault.Conflict, "mobilisation.member_gone")
		}
		if err := insertTransfer(ctx, tx, h); err != nil {
			return err
		}
		return r.writeTeam(ctx, tx, teamTask{Transfer: h.ID, Petition: p.ID, Person: to, Letter: letterOffer})
	})
}

// Claim asks for a mobilisation whose owners are silent: by one of its team for themselves under a name, or by a moderator for any of the
// team or themselves. The owners are written to, and may say no for fourteen days; one who comes back in that time has said it. The fault is
// Invalid with the field name; Conflict where who asks for themselves finds the owners not silent, or another hand-over waits; Forbidden
// for others.
func (r *Room) Claim(ctx context.Context, p *Petition, actor perm.Actor, to, name string) error {
	role, err := r.RoleIn(ctx, p, actor)
	if err != nil {
		return err
	}
	moderates := role == "" && actor.May(perm.Moderate)
	if !moderates && (role != Editor || to != actor.ID) {
		return fault.New(fault.Forbidden, "mobilisation.owner_only")
	}
	h := r.newTransfer(p, actor.ID, to, transferClaim)
	if to == actor.ID { // for themselves
		if silent, err := r.Silent(ctx, p); err != nil {
			return err
		} else if !silent {
			return fault.New(fault.Conflict, "mobilisation.not_silent")
		}
	}
	if !moderates {
		if h.name, err = r.carrierName(p, name); err != nil {
			return err
		}
	}
	owners, err := r.ownersOf(ctx, p)
	if err != nil {
		return err
	}
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, _ Hand) error {
		if all.role(to) != Editor && (!moderates || to != actor.ID) {
			return fault.New(fault.Conflict, "mobilisation.member_gone")
		}
		if err := insertTransfer(ctx, tx, h); err != nil {
			return err
		}
		for _, one := range owners {
			if err := r.writeTeam(ctx, tx, teamTask{Transfer: h.ID, Petition: p.ID, Person: one, Letter: letterClaim}); err != nil {
				return err
			}
		}
		return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: transferKind, Payload: transferTask{Transfer: h.ID}, RunAt: h.Due})
	})
}

func (r *Room) newTransfer(p *Petition, by, to, kind string) Transfer {
	now := r.Clock.Now()
	h := Transfer{ID: id.New(now), PetitionID: p.ID, To: to, By: by, Kind: kind, State: transferWaiting, Created: now, name: []byte{}}
	if kind == transferClaim {
		h.Due = now.AddDate(0, 0, transferDays)
	}
	return h
}

// carrierName checks and seals the name under which a person carries a petition; of an organisation's there is none.
func (r *Room) carrierName(p *Petition, name string) ([]byte, error) {
	if p.OrganisationID != "" {
		return []byte{}, nil
	}
	name = prose.Line(name)
	var f fault.Flaws
	f.When(name == "", "name", "mobilisation.author_missing")
	f.When(prose.Longer(name, MaxAuthor) || prose.SuspectName(name), "name", "mobilisation.author_shape", "max", MaxAuthor)
	return r.Vault.Seal(purposeAuthor, []byte(name), []byte(p.ID)), f.Err()
}

// NameCarrier sets the name under which an owner carries a petition that has none since it was handed over. The fault is Invalid with the
// field name, Forbidden for who is no owner.
func (r *Room) NameCarrier(ctx context.Context, p *Petition, actor perm.Actor, name string) error {
	sealed, err := r.carrierName(p, name)
	if err != nil {
		return err
	}
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil {
			return err
		}
		tx.AfterCommit(func() { r.Changed(p.ID) })
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_petition
			SET author_id = $2, author_sealed = $3
			WHERE id = $1 AND organisation_id = ''`, p.ID, actor.ID, sealed)
		return err
	})
}

// Take accepts an offer: the mobilisation is theirs from now on. The fault is Invalid with the field name, Conflict where the offer is no more.
func (r *Room) Take(ctx context.Context, p *Petition, actor perm.Actor, transferID, name string) error {
	sealed, err := r.carrierName(p, name)
	if err != nil {
		return err
	}
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, _ Hand) error {
		h, err := waitingTransfer(ctx, tx, transferID)
		if err != nil {
			return err
		}
		if h.PetitionID != p.ID || h.Kind != transferOffer || h.To != actor.ID || all.role(h.By) != Owner {
			return fault.New(fault.Conflict, "mobilisation.transfer_gone")
		}
		h.name = sealed
		return r.carryOver(ctx, tx, h, all)
	})
}

// Refuse ends a hand-over that waits: by an owner, by whom it was offered to, or by who asked for it. The fault is Conflict where it is no
// more, Forbidden for others.
func (r *Room) Refuse(ctx context.Context, p *Petition, actor perm.Actor, transferID string) error {
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		h, err := waitingTransfer(ctx, tx, transferID)
		if err == nil && h.PetitionID != p.ID {
			err = fault.New(fault.Conflict, "mobilisation.transfer_gone")
		}
		if err != nil {
			return err
		}
		if err := all.owns(by); err != nil && h.To != by.ID && h.By != by.ID {
			return err
		}
		return r.refuse(ctx, tx, h)
	})
}

// OpenTransfer returns the hand-over of the link in an owner's mail. The fault is NotFound for a link that is none of ours.
func (r *Room) OpenTransfer(ctx context.Context, transferID, token string) (Transfer, error) {
	if !r.Vault.CheckToken(purposeTransfer, transferID, token) {
		return Transfer{}, fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	h, err := scanTransfer(r.db.QueryRow(ctx, `
		SELECT `+transferColumns+`
		FROM mobilisation_transfer
		WHERE id = $1`, transferID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		err = fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	return h, err
}

// RefuseByLink is Refuse for the owner who has the link of OpenTransfer.
func (r *Room) RefuseByLink(ctx context.Context, h Transfer) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		held, err := waitingTransfer(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		return r.refuse(ctx, tx, held)
	})
	if err != nil {
		return fmt.Errorf("refuse a hand-over: %w", err)
	}
	return nil
}

func (r *Room) refuse(ctx context.Context, tx *storage.Tx, h Transfer) error {
	if err := settleTransfer(ctx, tx, h.ID, transferRefused, r.Clock.Now()); err != nil {
		return err
	}
	return r.writeTeam(ctx, tx, teamTask{Transfer: h.ID, Petition: h.PetitionID, Person: h.To, Letter: letterRefused})
}

// handOver makes somebody the owner, in whose name the petition is from now on. Who offered it, or was silent, is an editor.
func (r *Room) carryOver(ctx context.Context, tx *storage.Tx, h Transfer, all team) error {
	now := r.Clock.Now()
	for _, m := range all {
		if m.Role != Owner || h.Kind == transferOffer && m.PersonID != h.By {
			continue
		}
		if err := setMember(ctx, tx, h.PetitionID, m.PersonID, Editor, now); err != nil {
			return err
		}
		if err := r.writeTeam(ctx, tx, teamTask{Transfer: h.ID, Petition: h.PetitionID, Person: m.PersonID, Letter: letterDone}); err != nil {
			return err
		}
	}
	if err := setMember(ctx, tx, h.PetitionID, h.To, Owner, now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET author_id = $2, author_sealed = $3
		WHERE id = $1`, h.PetitionID, h.To, h.name); err != nil {
		return err
	}
	if err := settleTransfer(ctx, tx, h.ID, transferDone, now); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.Changed(h.PetitionID) })
	return r.writeTeam(ctx, tx, teamTask{Transfer: h.ID, Petition: h.PetitionID, Person: h.To, Letter: letterYours})
}
