package front

import (
	"strings"
	"time"

	"essaim/internal/platform/view"
)

// statement is a page by which the site speaks of itself.
type statement struct {
	view.Page
	Site    string        // its name
	Contact string        // address, empty when there is none that the Internet reaches
	Source  string        // URL of the source code, may be empty
	Forget  time.Duration // after the end of a mobilisation, its signatories
}

// contact is the address where people can write to, empty for one that only this machine knows, such as essaim@localhost.
func (r *Room) contact() string {
	_, domain, found := strings.Cut(r.From, "@")
	if !found || !strings.Contains(domain, ".") {
		return ""
	}
	return r.From
}

// section is one part of a statement, and its line in the contents.
type section struct{ ID, Title string } // Title is the key of a message

// kept is a line of the table of what is kept. Its four cells are messages: front.kept_ID_what, _why, _long and _who.
type kept string

// keptRows are what this version keeps of people, in the order in which they come upon it. They are checked by reading the
// rooms: whoever stores something new of a person adds a line.
func keptRows() []kept {
	return []kept{"waiting", "counted", "name", "message", "letters", "totals", "cookie", "address", "account", "session", "report"}
}
