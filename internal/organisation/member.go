package organisation

import (
	"context"
	"fmt"
	"slices"

	"essaim/internal/account"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
)

// Rights on one organisation.
const (
	// Edit changes its page.
	Edit perm.Right = "organisation.edit"
	// Own decides who belongs to it.
	Own perm.Right = "organisation.own"
)

// Role is what a person is in one organisation.
type Role string

// The roles.
const (
	Owner  Role = "owner"
	Editor Role = "editor"
)

// Rights returns what a role gives on its organisation.
func (r Role) Rights() []perm.Right {
	switch r {
	case Owner:
		return []perm.Right{Edit, Own}
	case Editor:
		return []perm.Right{Edit}
	}
	return nil
}

// Can tells whether somebody has a right on an organisation: as one of its members, or as a host. When the database cannot
// say, nobody can.
func (r *Room) Can(ctx context.Context, actor perm.Actor, right perm.Right, organisationID string) bool {
	if !actor.SignedIn() {
		return false
	}
	if actor.May(perm.Host) {
		return right == Edit || right == Own
	}
	role, err := r.roleOf(ctx, organisationID, actor.ID)
	if err != nil {
		r.Log.Error("rights on an organisation cannot be read", "organisation", organisationID, "error", err)
		return false
	}
	return slices.Contains(role.Rights(), right)
}

// SetMember gives a person a role in an organisation, instead of the one that they had.
func (r *Room) SetMember(ctx context.Context, organisationID, personID string, role Role) error {
	if role.Rights() == nil {
		return fault.New(fault.Malformed, "organisation.role_unknown")
	}
	if err := r.writeMember(ctx, organisationID, personID, role); err != nil {
		return fmt.Errorf("set a member: %w", err)
	}
	return nil
}

// forgetPerson lets go of who has no account any more.
func (r *Room) forgetPerson(ctx context.Context, gone account.Erased) error {
	if err := r.deleteMember(ctx, gone.Person); err != nil {
		return fmt.Errorf("forget a member: %w", err)
	}
	return nil
}
