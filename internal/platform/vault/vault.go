// Package vault keeps personal data unreadable for whoever steals the database.
//
// A signature tells a political opinion. Names and addresses are therefore encrypted field by field (AES-256-GCM) under
// a key that is never in the database: it lies in a file of mode 0600, or comes from the environment. What must be found
// again without being read (is this address here already?) is looked up by a keyed blind index.
//
// Promises:
//   - Nothing can be read, and no guessed address can be recognised, without the key file.
//   - A sealed value opens only for the purpose and the row (bound) for which it was sealed: values cannot be swapped
//     between columns or rows. Each changed bit is noticed.
//   - Keys rotate: the first key seals, all open. Blind indexes, links and codes come from a key of their own, which
//     does not rotate, so that addresses are still found and links in old mails still work.
//   - A Vault is safe for concurrent use, and cheap: a signature's share is some microseconds.
//
// Erasing a person means destroying the sealed bytes (storing nothing in their place; Open then answers ErrErased)
// and the indexes beside them. Counts stay. What the database's own files and older backups still hold of the bytes
// stays sealed, and ends with them: storage overwrites deleted bytes, and restoring a backup replays the erasures.
// Erasing everybody at once is destroying the key file and its copies.
//
// A purpose is a constant of the program, such as "signature.email", never something that a visitor chose: what is
// derived for it is kept for ever.
//
// Where things are: seal.go encrypts, index.go makes blind indexes, links and codes, keys.go reads the text of the keys,
// file.go keeps it on disk, reseal.go brings a table under the newest key, derive.go makes and caches one set of sub-keys per purpose.
package vault

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"essaim/internal/platform/id"
)

var (
	// ErrErased is the answer to opening nothing: the person was erased.
	ErrErased = errors.New("vault: erased")
	// ErrForeign is the answer to bytes that these keys, this purpose and this row did not seal, or that were changed.
	ErrForeign = errors.New("vault: not sealed by these keys for this purpose and place")
)

// Vault seals, opens and recognises. Make it with New or LoadOrCreate.
type Vault struct {
	index Secret
	keys  []Key // newest first; keys[0] seals

	purposes atomic.Pointer[map[string]*purpose] // replaced whole, never changed: reading needs no lock
	growing  sync.Mutex                          // held while the map is replaced
}

// New returns a vault with these keys: exactly one with the id IndexID, which makes indexes, links and codes, and one or
// more others, newest first, of which the first seals and all open.
func New(keys ...Key) (*Vault, error) {
	v := &Vault{}
	seen := map[byte]bool{}
	for _, key := range keys {
		if seen[key.ID] {
			return nil, fmt.Errorf("vault: two keys have the id %d", key.ID)
		}
		if key.Secret == (Secret{}) {
			return nil, fmt.Errorf("vault: the key with the id %d is empty", key.ID)
		}
		seen[key.ID] = true
		if key.ID == IndexID {
			v.index = key.Secret
			continue
		}
		v.keys = append(v.keys, key)
	}
	if !seen[IndexID] {
		return nil, errors.New("vault: the index key is missing")
	}
	if len(v.keys) == 0 {
		return nil, errors.New("vault: no key to seal with")
	}
	v.purposes.Store(&map[string]*purpose{})
	return v, nil
}

// Fingerprint returns eight characters that tell these keys from others, and reveal nothing of them. They are kept in
// the database, so that a start under a foreign key file is noticed before anything is written. Rotation keeps them.
func (v *Vault) Fingerprint() string {
	return id.Encode(derive(v.index, "fingerprint", "")[:5])
}

// Edition returns eight characters that change with each rotation, unlike the fingerprint, and reveal nothing: they tell whether a
// copy of the key file is still the whole of it.
func (v *Vault) Edition() string {
	return id.Encode(derive(v.keys[0].Secret, "edition", "")[:5])
}

// Newest returns the id of the key that seals, and how many keys open.
func (v *Vault) Newest() (keyID byte, keys int) { return v.keys[0].ID, len(v.keys) }

// Format prints no key, whatever is asked for.
func (v *Vault) Format(s fmt.State, _ rune) { io.WriteString(s, "(vault)") }
