// Package blob keeps bytes that never change under the sum of what they hold: pictures, and later papers and videos.
//
// It promises that what Put returned is on disk under its whole name, or not there at all; that the same bytes are kept once; and
// that a name which somebody made up leads nowhere. What nobody refers to any more is deleted by its room, with List and Remove.
//
// Store is what rooms need. folder.go keeps blobs below the data folder; s3.go in a bucket, for sites of several machines; blobtest has
// the suite that both pass. Bucket (bucket.go) is the only door to servers of S3, for backups too: its addresses, its keys, and what may
// be wrong with it, in words, are in address.go, keys.go and trouble.go.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"
)

// ErrMissing is returned for a key under which nothing is kept.
var ErrMissing = errors.New("blob: nothing is kept under this key")

// Store keeps blobs. It is safe for concurrent use.
type Store interface {
	// Put keeps content and returns its key. What was there already is as young as if it had just come.
	Put(ctx context.Context, content []byte) (key string, err error)
	// Open returns what is kept under a key; ErrMissing when nothing is.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// List names what came before a time.
	List(ctx context.Context, before time.Time) ([]string, error)
	// Remove deletes what is kept under a key, unless it came again since.
	Remove(ctx context.Context, key string, before time.Time) error
}

// keyLen is the length of a key: 160 bits of a SHA-256, in hexadecimal.
const keyLen = 40

// Key returns the key of content.
func Key(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:keyLen/2])
}

// ValidKey tells whether a key has the right shape: such a name leaves no folder.
func ValidKey(key string) bool {
	if len(key) != keyLen {
		return false
	}
	for _, c := range []byte(key) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
