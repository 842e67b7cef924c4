// Package age encrypts a copy for somebody who is elsewhere: the machine that made it cannot read it again.
//
// It is the part of the age format that this takes (https://c2sp.org/age): recipients of the kind X25519, and the payload in
// chunks. What it writes is opened by the program age and by whatever else reads the format, and it opens what they write. Each
// chunk is sealed (ChaCha20-Poly1305), the last one as the last, so that a cut or a changed file is an error and never half a
// text.
//
// Where things are: age.go is the keys, header.go what stands first, stream.go the payload, bech32.go how keys are written.
package age

import (
	"bufio"
	"bytes"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	intro       = "age-encryption.org/v1"
	stanzaWord  = "-> X25519 "
	footWord    = "--- "
	columns     = 64 // of a body's lines
	fileKeySize = 16
	label       = "age-encryption.org/v1/X25519"
	maxHeader   = 64 << 10 // bytes; more than a hundred recipients need
)

var (
	// ErrRecipient is a text that is no recipient.
	ErrRecipient = errors.New("this is no recipient of age: it begins with age1, and age-keygen makes one")
	// ErrIdentity is a text that holds no secret key.
	ErrIdentity = errors.New("this holds no secret key of age: a line that begins with AGE-SECRET-KEY-1")
	// ErrNotForUs is a file that the secret key does not open.
	ErrNotForUs = errors.New("this secret key does not open it: it was encrypted for another recipient")
	// ErrDamaged is a file that is not as it was written, or not whole.
	ErrDamaged = errors.New("the encrypted file is damaged or cut off")
)

var encoding = base64.RawStdEncoding.Strict()

// Recipient is who may read: a public key.
type Recipient struct{ key *ecdh.PublicKey }

// ParseRecipient reads "age1…".
func ParseRecipient(text string) (Recipient, error) {
	raw, err := unbech("age", strings.TrimSpace(text))
	if err != nil {
		return Recipient{}, ErrRecipient
	}
	key, err := ecdh.X25519().NewPublicKey(raw)
	if err != nil {
		return Recipient{}, ErrRecipient
	}
	return Recipient{key}, nil
}

// String writes the recipient as ParseRecipient reads it.
func (r Recipient) String() string { return bech("age", r.key.Bytes()) }

// Identity is a secret key. It prints itself to nobody.
type Identity struct{ key *ecdh.PrivateKey }

// Format prints the same word whatever is asked for.
func (Identity) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "(secret)") }

// Generate makes a secret key.
func Generate() (Identity, error) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	return Identity{key}, err
}

// Text is the secret key as ParseIdentity reads it: show it to nobody.
func (i Identity) Text() string { return strings.ToUpper(bech("age-secret-key-", i.key.Bytes())) }

// Recipient is who reads with this key.
func (i Identity) Recipient() Recipient { return Recipient{i.key.PublicKey()} }

// ParseIdentity reads the first secret key in the text of a file that age-keygen made. Lines that begin with # are remarks.
func ParseIdentity(text string) (Identity, error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		raw, err := unbech("AGE-SECRET-KEY-", line)
		if err != nil {
			return Identity{}, ErrIdentity
		}
		key, err := ecdh.X25519().NewPrivateKey(raw)
		if err != nil {
			return Identity{}, ErrIdentity
		}
		return Identity{key}, nil
	}
	return Identity{}, ErrIdentity
}

// Encrypt returns a writer of what r alone will read. Close it: what is not closed is not whole.
func Encrypt(out io.Writer, r Recipient) (io.WriteCloser, error) {
	fileKey := make([]byte, fileKeySize)
	rand.Read(fileKey)
	share, body, err := wrap(fileKey, r)
	if err != nil {
		return nil, err
	}
	var header bytes.Buffer
	fmt.Fprintf(&header, "%s\n%s%s\n%s\n---", intro, stanzaWord, encoding.EncodeToString(share), encoding.EncodeToString(body))
	mac, err := sum(fileKey, header.Bytes())
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&header, " %s\n", encoding.EncodeToString(mac))
	nonce := make([]byte, fileKeySize)
	rand.Read(nonce)
	header.Write(nonce)
	if _, err := out.Write(header.Bytes()); err != nil {
		return nil, err
	}
	return newSealer(out, fileKey, nonce)
}

// Decrypt returns a reader of what was encrypted for i. What it reads before an error is as it was written.
func Decrypt(in io.Reader, i Identity) (io.Reader, error) {
	buffered := bufio.NewReaderSize(in, chunkSize+overhead)
	h, err := readHeader(buffered)
	if err != nil {
		return nil, err
	}
	for _, s := range h.stanzas {
		fileKey, err := unwrap(s, i)
		if err != nil {
			continue
		}
		if mac, err := sum(fileKey, h.signed); err != nil || !hmac.Equal(mac, h.mac) {
			return nil, ErrDamaged
		}
		nonce := make([]byte, fileKeySize)
		if _, err := io.ReadFull(buffered, nonce); err != nil {
			return nil, ErrDamaged
		}
		return newOpener(buffered, fileKey, nonce)
	}
	return nil, ErrNotForUs
}

// stanza is a file key wrapped for one recipient.
type stanza struct{ share, body []byte }

func wrap(fileKey []byte, r Recipient) (share, body []byte, err error) {
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	secret, err := ephemeral.ECDH(r.key)
	if err != nil {
		return nil, nil, ErrRecipient
	}
	share = ephemeral.PublicKey().Bytes()
	wrapping, err := hkdf.Key(sha256.New, secret, append(bytes.Clone(share), r.key.Bytes()...), label, chacha20poly1305.KeySize)
	if err != nil {
		return nil, nil, err
	}
	seal, err := chacha20poly1305.New(wrapping)
	if err != nil {
		return nil, nil, err
	}
	return share, seal.Seal(nil, make([]byte, chacha20poly1305.NonceSize), fileKey, nil), nil
}

func unwrap(s stanza, i Identity) ([]byte, error) {
	share, err := ecdh.X25519().NewPublicKey(s.share)
	if err != nil {
		return nil, err
	}
	secret, err := i.key.ECDH(share) // refuses a share of low order
	if err != nil {
		return nil, err
	}
	wrapping, err := hkdf.Key(sha256.New, secret, append(bytes.Clone(s.share), i.key.PublicKey().Bytes()...), label, chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	open, err := chacha20poly1305.New(wrapping)
	if err != nil {
		return nil, err
	}
	if len(s.body) != fileKeySize+overhead { // before it is opened: a partitioning oracle otherwise
		return nil, ErrDamaged
	}
	return open.Open(nil, make([]byte, chacha20poly1305.NonceSize), s.body, nil)
}

// sum is the MAC of a header up to and with "---".
func sum(fileKey, header []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, fileKey, nil, "header", sha256.Size)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, key)
	h.Write(header)
	return h.Sum(nil), nil
}
