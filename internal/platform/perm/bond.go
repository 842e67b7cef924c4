package perm

// Bond is what ties somebody to the one object that a route names: a mobilisation, an organisation, a session. A right is of the whole
// instance and is asked before the handler; a bond is asked by the room that keeps the object, because nobody else can. A route says
// both, and one test tries everybody at every object (internal/app/rights_object_test.go).
type Bond string

// The bonds that every part of the house knows.
const (
	// Team is of who works on a mobilisation: its owners, its editors, who speaks for its organisation.
	Team Bond = "team"
	// TeamOrModerator is of the same, and of moderators.
	TeamOrModerator Bond = "team_or_moderator"
	// TeamOrHost is of the team, and of hosts.
	TeamOrHost Bond = "team_or_host"
	// Owner is of the owners of a mobilisation, and of who speaks for its organisation.
	Owner Bond = "owner"
	// Member is of who belongs to an organisation, and of hosts.
	Member Bond = "member"
	// Mine is of whose the thing is: a session, a passkey, a draft.
	Mine Bond = "mine"
)
