package mobilisation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// Role is what a person is in the team of one petition.
type Role string

// The roles. An editor may do everything on the board but invite, end and hand over.
const (
	Owner  Role = "owner"
	Editor Role = "editor"
)

// Roles lists both, the one that is given more often first.
func Roles() []Role { return []Role{Editor, Owner} }

// Member is somebody of a team.
type Member struct {
	PersonID string
	Role     Role
	Since    time.Time
}

// People are the accounts of the site, as far as teams need them. Author finds who one is.
type People interface {
	// Find returns the id of who has an address, empty for nobody.
	Find(ctx context.Context, email string) (string, error)
	// Admit gives an address an account where it has none, so that it may come in by the ordinary door.
	Admit(ctx context.Context, email, lang string) error
	// Seen is when somebody last used the site signed in, to the hour. The fault is NotFound for who left.
	Seen(ctx context.Context, personID string) (time.Time, error)
	// Moderators lists who moderates.
	Moderators(ctx context.Context) ([]string, error)
}

// Hand is somebody who acts on a team. Speaks tells that they speak for the organisation that carries the petition, which no transaction
// can look up.
type Hand struct {
	ID     string
	Speaks bool
}

// team are the members of one petition.
type team []Member

func (t team) role(personID string) Role {
	at := slices.IndexFunc(t, func(m Member) bool { return m.PersonID == personID })
	if at < 0 {
		return ""
	}
	return t[at].Role
}

// firstOwner is who has been an owner longest, but for one person; empty for nobody.
func (t team) firstOwner(without string) string {
	var first Member
	for _, m := range t {
		if m.Role == Owner && m.PersonID != without && (first.PersonID == "" || m.Since.Before(first.Since)) {
			first = m
		}
	}
	return first.PersonID
}

// owns refuses who is no owner: they were one a moment ago, perhaps.
func (t team) owns(by Hand) error {
	if !by.Speaks && t.role(by.ID) != Owner {
		return fault.New(fault.Forbidden, "mobilisation.owner_only")
	}
	return nil
}

// RoleIn returns what an actor is in the team of a petition, empty for nothing. Who speaks for its organisation is an owner.
func (r *Room) RoleIn(ctx context.Context, p *Petition, actor perm.Actor) (Role, error) {
	if !actor.SignedIn() {
		return "", nil
	}
	members, err := r.Members(ctx, p.ID)
	if err != nil {
		return "", err
	}
	role := team(members).role(actor.ID)
	if role == Owner || p.OrganisationID == "" {
		return role, nil
	}
	speaks, err := r.speaksFor(ctx, actor, p.OrganisationID)
	if speaks {
		role = Owner
	}
	return role, err
}

// handOf is an actor as they act on a team.
func (r *Room) handOf(ctx context.Context, p *Petition, actor perm.Actor) (Hand, error) {
	if p.OrganisationID == "" {
		return Hand{ID: actor.ID}, nil
	}
	speaks, err := r.speaksFor(ctx, actor, p.OrganisationID)
	return Hand{ID: actor.ID, Speaks: speaks}, err
}

// SetRole makes an editor an owner, or an owner an editor. The fault is Forbidden for who is no owner, Conflict for the last owner, and
// for who is not in the team any more.
func (r *Room) SetRole(ctx context.Context, p *Petition, actor perm.Actor, personID string, role Role) error {
	if !slices.Contains(Roles(), role) {
		return fault.New(fault.Malformed, "web.form_unreadable")
	}
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil {
			return err
		}
		if all.role(personID) == "" {
			return fault.New(fault.Conflict, "mobilisation.member_gone")
		}
		if role != Owner && all.firstOwner(personID) == "" {
			return fault.New(fault.Conflict, "mobilisation.last_owner")
		}
		return setMember(ctx, tx, p.ID, personID, role, r.Clock.Now())
	})
}

// Remove takes somebody out of a team; who takes out themselves leaves it. The faults are those of SetRole.
func (r *Room) Remove(ctx context.Context, p *Petition, actor perm.Actor, personID string) error {
	return r.changeTeam(ctx, p, actor, func(ctx context.Context, tx *storage.Tx, all team, by Hand) error {
		if err := all.owns(by); err != nil && personID != by.ID {
			return err
		}
		if all.role(personID) == "" {
			return fault.New(fault.Conflict, "mobilisation.member_gone")
		}
		if all.firstOwner(personID) == "" {
			return fault.New(fault.Conflict, "mobilisation.last_owner")
		}
		if err := passAuthor(ctx, tx, p.ID, personID, all.firstOwner(personID), []byte{}); err != nil {
			return err
		}
		if err := leaveTransfers(ctx, tx, p.ID, personID, r.Clock.Now()); err != nil {
			return err
		}
		tx.AfterCommit(func() { r.Changed(p.ID) })
		return deleteMember(ctx, tx, p.ID, personID)
	})
}

// passAuthor lets a petition be of another than the one of whom it is; sealed is the name under which they carry it, which may wait.
func passAuthor(ctx context.Context, tx *storage.Tx, petitionID, from, to string, sealed []byte) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET author_id = $3, author_sealed = $4
		WHERE id = $1 AND author_id = $2`, petitionID, from, to, sealed)
	return err
}

// changeTeam runs fn with the team as it is in the transaction: two who remove each other take turns, and the second is nobody any more.
func (r *Room) changeTeam(ctx context.Context, p *Petition, actor perm.Actor, fn func(context.Context, *storage.Tx, team, Hand) error) error {
	by, err := r.handOf(ctx, p, actor)
	if err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		all, err := holdTeam(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, all, by)
	})
	if err != nil {
		return fmt.Errorf("change the team of %s: %w", p.ID, err)
	}
	return nil
}

const memberColumns = `person_id, role, since`

func scanMember(r *storage.Rows) (m Member, err error) {
	var since int64
	err = r.Scan(&m.PersonID, &m.Role, &since)
	m.Since = clock.Time(since)
	return m, err
}

// Members lists the team of a petition, owners first, then who came first. Who speaks for its organisation is not among them, unless
// they were invited.
func (r *Room) Members(ctx context.Context, petitionID string) ([]Member, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+memberColumns+`
		FROM mobilisation_member
		WHERE petition_id = $1
		ORDER BY CASE WHEN role = 'owner' THEN 0 ELSE 1 END, since, person_id`, petitionID)
	return storage.All(rows, err, scanMember)
}

// holdTeam reads the team of a petition and holds it until the end. The petition's row is held, for a team may be empty.
func holdTeam(ctx context.Context, tx *storage.Tx, petitionID string) (team, error) {
	var held string
	if err := tx.QueryRow(ctx, `SELECT id FROM mobilisation_petition WHERE id = $1`+tx.ForUpdate(), petitionID).Scan(&held); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		SELECT `+memberColumns+`
		FROM mobilisation_member
		WHERE petition_id = $1
		ORDER BY person_id`, petitionID)
	return storage.All(rows, err, scanMember)
}

// setMember gives a person a role in a team, instead of the one that they had.
func setMember(ctx context.Context, tx *storage.Tx, petitionID, personID string, role Role, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_member (petition_id, person_id, role, since)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (petition_id, person_id) DO UPDATE SET role = EXCLUDED.role`, petitionID, personID, string(role), clock.Micros(at))
	return err
}

func deleteMember(ctx context.Context, tx *storage.Tx, petitionID, personID string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_member
		WHERE petition_id = $1 AND person_id = $2`, petitionID, personID)
	return err
}

// memberOf lists the petitions in whose team a person is, the latest first.
func (r *Room) memberOf(ctx context.Context, personID string) ([]string, error) {
	rows, err := r.db.Query(ctx, `
		SELECT petition_id
		FROM mobilisation_member
		WHERE person_id = $1 AND person_id <> ''
		ORDER BY since DESC, petition_id DESC
		LIMIT 200`, personID)
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}
