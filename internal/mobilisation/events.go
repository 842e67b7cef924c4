package mobilisation

// Signed is a signature that was confirmed and counts. It names no person.
type Signed struct {
	Petition  string `json:"petition"`
	Signature string `json:"signature"`
}

// EventName names it.
func (Signed) EventName() string { return "mobilisation.signed" }

// MilestoneReached is the first time that a number was reached, or the first since it was lost again.
type MilestoneReached struct {
	Petition string `json:"petition"`
	Goal     int64  `json:"goal"`
}

// EventName names it.
func (MilestoneReached) EventName() string { return "mobilisation.milestone_reached" }

// Proposed is a petition that waits for moderators to read it.
type Proposed struct {
	Petition string `json:"petition"`
}

// EventName names it.
func (Proposed) EventName() string { return "mobilisation.proposed" }

// Opening is a petition that everybody may see and sign from now on.
type Opening struct {
	Petition string `json:"petition"`
}

// EventName names it.
func (Opening) EventName() string { return "mobilisation.published" }

// Invalidating is that signatures are taken out of a petition's count, for a reason that everybody may read.
type Invalidating struct {
	Petition     string `json:"petition"`
	Invalidation string `json:"invalidation"`
	Reason       string `json:"reason"`
	By           string `json:"by"` // account of who decided
	At           int64  `json:"at"` // microseconds since 1970
}

// EventName names it.
func (Invalidating) EventName() string { return "mobilisation.invalidating" }

// Closing is a petition that takes no more signatures: closed or won.
type Closing struct {
	Petition string `json:"petition"`
	State    State  `json:"state"`
}

// EventName names it.
func (Closing) EventName() string { return "mobilisation.closed" }

// Rewritten is a petition whose published words were changed, or are to be: moderators have something to read.
type Rewritten struct {
	Petition string `json:"petition"`
}

// EventName names it.
func (Rewritten) EventName() string { return "mobilisation.rewritten" }
