package vault

import "encoding/base64"

// Overhead is how many bytes a sealed value is longer than what it holds: 1 of key id, 12 of nonce, 16 of tag.
const Overhead = 1 + 12 + 16

var cookieText = base64.RawURLEncoding.Strict()

// Seal encrypts plain for a purpose. Bound is what the value belongs to, such as the id of its row: the same bytes must
// be given to Open. It is not stored. Two calls never return the same bytes.
func (v *Vault) Seal(purpose string, plain, bound []byte) []byte {
	sealed := make([]byte, 1, len(plain)+Overhead)
	sealed[0] = v.keys[0].ID
	return v.forPurpose(purpose).ciphers[sealed[0]].Seal(sealed, nil, plain, bound)
}

// Open decrypts what Seal returned for the same purpose and bound, under any of the keys. It answers ErrErased for
// nothing at all, and ErrForeign for everything else that does not open.
func (v *Vault) Open(purpose string, sealed, bound []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, ErrErased
	}
	if len(sealed) < Overhead {
		return nil, ErrForeign
	}
	cipher, ok := v.forPurpose(purpose).ciphers[sealed[0]]
	if !ok {
		return nil, ErrForeign
	}
	plain, err := cipher.Open(nil, nil, sealed[1:], bound)
	if err != nil {
		return nil, ErrForeign
	}
	return plain, nil
}

// Stale tells whether a sealed value waits to be sealed again, because a newer key has come since.
func (v *Vault) Stale(sealed []byte) bool {
	return len(sealed) > 0 && sealed[0] != v.keys[0].ID
}

// SealText is Seal in letters that fit a cookie or a URL (base64url without padding, RFC 4648 5).
func (v *Vault) SealText(purpose string, plain, bound []byte) string {
	return cookieText.EncodeToString(v.Seal(purpose, plain, bound))
}

// OpenText opens what SealText returned. It answers ErrErased for the empty text, and ErrForeign like Open.
func (v *Vault) OpenText(purpose, text string, bound []byte) ([]byte, error) {
	sealed, err := cookieText.DecodeString(text)
	if err != nil {
		return nil, ErrForeign
	}
	return v.Open(purpose, sealed, bound)
}
