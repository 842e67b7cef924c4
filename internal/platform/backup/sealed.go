package backup

import (
	"errors"
	"io"
	"strings"

	"filippo.io/age"
)

// Copies are encrypted as age does it (https://age-encryption.org/v1), so that people open them with the tool too.
var (
	// ErrRecipient is a text that is no recipient.
	ErrRecipient = errors.New("this is no recipient of age: it begins with age1, and age-keygen makes one")
	// ErrIdentity is a text that holds no secret key.
	ErrIdentity = errors.New("this holds no secret key of age: a line that begins with AGE-SECRET-KEY-1")
	// ErrNotForUs is a file that the secret key does not open.
	ErrNotForUs = errors.New("this secret key does not open it: it was encrypted for another recipient")
	// ErrSealed is an encrypted file that is not as it was written, or not whole.
	ErrSealed = errors.New("the encrypted file is damaged or cut off")
)

// Recipient is who alone reads a copy.
type Recipient = age.Recipient

// ParseRecipient reads "age1…". The error is ErrRecipient.
func ParseRecipient(text string) (Recipient, error) {
	r, err := age.ParseX25519Recipient(strings.TrimSpace(text))
	if err != nil {
		return nil, ErrRecipient
	}
	return r, nil
}

// Decrypt returns a reader of what was encrypted for one of the secret keys in the text of a file that age-keygen made. What it reads
// before an error is as it was written. The errors are ErrIdentity, ErrNotForUs and, also while it is read, ErrSealed.
func Decrypt(in io.Reader, keys string) (io.Reader, error) {
	identities, err := age.ParseIdentities(strings.NewReader(keys))
	if err != nil {
		return nil, ErrIdentity
	}
	plain, err := age.Decrypt(in, identities...)
	if _, no := errors.AsType[*age.NoIdentityMatchError](err); no {
		return nil, ErrNotForUs
	}
	if err != nil {
		return nil, ErrSealed
	}
	return opened{plain}, nil
}

// opened says in our words what is wrong with the rest of a file.
type opened struct{ io.Reader }

// Read implements io.Reader.
func (o opened) Read(p []byte) (int, error) {
	n, err := o.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = ErrSealed
	}
	return n, err
}
