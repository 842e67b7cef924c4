package vault

import (
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"essaim/internal/platform/id"
)

// IndexLen is the length of a blind index, in bytes: 2^64 values before two are likely to meet.
const IndexLen = 16

// Index returns the blind index of value: the same bytes for the same purpose and value, unlike for any other, and
// impossible to guess without the key (HMAC-SHA256 cut to IndexLen bytes, RFC 2104 5). Values are folded by the caller:
// "A@b.fr" and "a@b.fr" are two. Rotation keeps it.
func (v *Vault) Index(purpose, value string) []byte {
	sum := v.forPurpose(purpose).index.sum(value)
	return append(make([]byte, 0, IndexLen), sum[:IndexLen]...)
}

// Token returns the secret of a signed link about subject, in id.TokenLen characters: 128 bits, the same at each call,
// so that nothing is stored and a mail can be made again. Rotation keeps it. A link that must work once only, or end,
// needs what ends it in the subject (a state, a day).
func (v *Vault) Token(purpose, subject string) string {
	sum := v.forPurpose(purpose).token.sum(subject)
	return id.Encode(sum[:16])
}

// CheckToken tells whether token is the one of purpose and subject, in a time that does not depend on where they differ.
func (v *Vault) CheckToken(purpose, subject, token string) bool {
	return equal(v.Token(purpose, subject), token)
}

// Code returns six decimal digits for subject, the same at each call. A million values are few: the caller counts tries.
func (v *Vault) Code(purpose, subject string) string {
	sum := v.forPurpose(purpose).code.sum(subject)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

// CheckCode tells whether code is the one of purpose and subject, like CheckToken.
func (v *Vault) CheckCode(purpose, subject, code string) bool {
	return equal(v.Code(purpose, subject), code)
}

// Key returns 32 secret bytes for another package's own use, such as signing challenges. Rotation keeps them.
func (v *Vault) Key(purpose string) []byte { return derive(v.index, "key", purpose) }

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
