package module

import "context"

// Personal is how a room shows and erases what it keeps of the person behind an address. The address was proved: a link was opened that
// was sent there.
type Personal struct {
	// Label is the key of what the room keeps, in words for a person: "mobilisation.personal".
	Label string
	// Export returns everything that is kept, as values that become JSON with names that a person can read; nil when nothing is.
	Export func(ctx context.Context, email string) (any, error)
	// Erase destroys it, and tells how many things it touched. A fault is told to the person in its words.
	Erase func(ctx context.Context, email string) (int, error)
}

// People are how all the rooms do.
type People []Personal
