// Package perm names who acts and what they may do.
//
// A right is a word that a route or a method asks for; a role is a set of rights; an actor is a person who is signed in, or
// nobody. Rights on one object (an organisation's own mobilisation) are asked of the room that keeps the object.
package perm

import "slices"

// Right is what a route or an act asks of who comes.
type Right string

// The rights that every part of the house knows. Rooms declare their own beside their routes.
const (
	// Anyone may pass, signed in or not. Every public page and act says so explicitly.
	Anyone Right = "anyone"
	// SignedIn asks only that the person is known.
	SignedIn Right = "signed_in"
	// Token is the right of who bears a signed link: the handler itself checks it.
	Token Right = "token"
	// Host runs the instance.
	Host Right = "host"
	// Moderate reads what people wrote and decides whether it stands.
	Moderate Right = "moderate"
	// Organise makes and follows mobilisations.
	Organise Right = "organise"
)

// Role is what a person is on this instance.
type Role string

// The roles. A host may do what a moderator and an organiser may.
const (
	RoleHost      Role = "host"
	RoleModerator Role = "moderator"
	RoleOrganiser Role = "organiser"
)

// Roles lists every role, the highest first.
func Roles() []Role { return []Role{RoleHost, RoleModerator, RoleOrganiser} }

// Rights returns what a role gives.
func (r Role) Rights() []Right {
	switch r {
	case RoleHost:
		return []Right{Host, Moderate, Organise}
	case RoleModerator:
		return []Right{Moderate}
	case RoleOrganiser:
		return []Right{Organise}
	}
	return nil
}

// Actor is who acts. The zero Actor is nobody: a visitor without a session.
type Actor struct {
	ID      string // of the account, empty for nobody
	Session string // id of the session, empty for nobody
	Name    string // first name or other word that the person chose to be called by; may be empty
	Roles   []Role
	// Withheld are roles that the person has, and that this session may not use until it has proved a passkey.
	Withheld []Role
}

// SignedIn tells whether the actor is a known person.
func (a Actor) SignedIn() bool { return a.ID != "" }

// Awaits tells whether the actor would have a right with the roles that are withheld.
func (a Actor) Awaits(right Right) bool {
	a.Roles = a.Withheld
	return right != SignedIn && a.SignedIn() && a.May(right) && len(a.Withheld) > 0
}

// May tells whether the actor has a right on the whole instance.
func (a Actor) May(right Right) bool {
	switch right {
	case Anyone, Token:
		return true
	case SignedIn:
		return a.SignedIn()
	}
	return a.SignedIn() && slices.ContainsFunc(a.Roles, func(role Role) bool { return slices.Contains(role.Rights(), right) })
}
