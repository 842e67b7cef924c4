package backup

import (
	"errors"
	"fmt"
)

// What may be wrong with a file.
var (
	// ErrForeign is a file that is no backup of this program.
	ErrForeign = errors.New("this is no backup of Essaim")
	// ErrCut is a file whose end is missing: the disk was full, or a copy was stopped.
	ErrCut = errors.New("the backup is cut off: its end is missing; copy it again, or take another one")
	// ErrEncrypted is a copy that only its recipient can read.
	ErrEncrypted = errors.New("this backup is encrypted: name the file of the secret key that opens it with --identity")
)

// NewerFormat is a file of a format that this program does not know yet.
type NewerFormat struct{ Format int }

// Error implements error.
func (n *NewerFormat) Error() string {
	return fmt.Sprintf("the backup has format %d, and this program knows %d at most: install the version that made it, or a newer one", n.Format, Version)
}

// Damaged is a file of which a part is not as it was written.
type Damaged struct {
	Offset int64  // in bytes, of the block
	What   string // for who looks closer
}

// Error implements error.
func (d *Damaged) Error() string {
	return fmt.Sprintf("the backup is damaged near byte %d (%s): copy it again, or take another one", d.Offset, d.What)
}
