package view

// Fact is a term and what there is to know of it, such as "Address: …".
type Fact struct{ Icon, Term, Text string }

// Figure is a number, already written as the language writes it, and what it counts.
type Figure struct{ Value, Label string }

// States of a milestone.
const (
	Reached = ""
	Next    = "next"
	Todo    = "todo"
)

// Milestone is one step of a gauge: what it takes, and what happens then.
type Milestone struct {
	State string // Reached, Next or Todo; the title says it too, for a colour says nothing to many people
	Title string
	Text  string
}

// Proposal is one of the cards after signing: optional, equal to the others.
type Proposal struct{ Icon, Title, Path, Text string }

// Call is the button that follows the reader of a long page on a phone.
type Call struct {
	Number string // already written as the language writes it; empty for none
	Unit   string // word under the number
	Path   string // or anchor: "#signer"
	Label  string
	Icon   string
}

// noticeIcon returns the drawing of a kind of notice.
func noticeIcon(kind string) string {
	switch kind {
	case NoticeOK:
		return "check"
	case NoticeWarn:
		return "circle-alert"
	case NoticeBad:
		return "shield-alert"
	}
	return "info"
}

// noticeRole has a notice of what was done read aloud when it appears, one of danger at once.
func noticeRole(kind string) Attributes {
	switch kind {
	case NoticeOK:
		return Attributes{"role": "status"}
	case NoticeBad:
		return Attributes{"role": "alert"}
	}
	return nil
}
