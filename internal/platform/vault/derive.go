package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"maps"
	"sync"
)

// purpose holds what is derived for one purpose, so that sealing costs no derivation.
type purpose struct {
	ciphers map[byte]cipher.AEAD // by id of the key
	index   mac
	token   mac
	code    mac
}

// forPurpose returns the cached set of sub-keys, and makes it on first use.
func (v *Vault) forPurpose(name string) *purpose {
	if p, ok := (*v.purposes.Load())[name]; ok {
		return p
	}
	v.growing.Lock()
	defer v.growing.Unlock()
	if p, ok := (*v.purposes.Load())[name]; ok {
		return p
	}
	larger := maps.Clone(*v.purposes.Load())
	larger[name] = v.newPurpose(name)
	v.purposes.Store(&larger)
	return larger[name]
}

func (v *Vault) newPurpose(name string) *purpose {
	p := &purpose{ciphers: make(map[byte]cipher.AEAD, len(v.keys))}
	for _, key := range v.keys {
		p.ciphers[key.ID] = newCipher(derive(key.Secret, "seal", name))
	}
	p.index.key = derive(v.index, "index", name)
	p.token.key = derive(v.index, "token", name)
	p.code.key = derive(v.index, "code", name)
	return p
}

// derive returns a sub-key of 32 bytes. Use and name are told apart by the null byte, which no constant holds.
// RFC 5869; without salt, since secrets are uniformly random (3.1).
func derive(secret Secret, use, name string) []byte {
	key, err := hkdf.Key(sha256.New, secret[:], nil, "essaim vault 1\x00"+use+"\x00"+name, 32)
	if err != nil {
		panic("vault: " + err.Error()) // only for lengths that a constant rules out
	}
	return key
}

// newCipher returns AES-256-GCM with a random nonce of 96 bits in front of the ciphertext. NIST SP 800-38D 8.3 allows
// 2^32 values under one key, here: per purpose and rotation.
func newCipher(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("vault: " + err.Error())
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("vault: " + err.Error())
	}
	return aead
}

// mac is HMAC-SHA256 under one key, whose padded key blocks are hashed once and not at each call.
type mac struct {
	key  []byte
	idle sync.Pool // of *macState
}

type macState struct {
	hash hash.Hash
	in   []byte
	out  [sha256.Size]byte
}

// sum returns the MAC of value.
func (m *mac) sum(value string) [sha256.Size]byte {
	state, ok := m.idle.Get().(*macState)
	if !ok {
		state = &macState{hash: hmac.New(sha256.New, m.key)}
	}
	defer m.idle.Put(state)
	state.hash.Reset()
	state.in = append(state.in[:0], value...)
	state.hash.Write(state.in)
	clear(state.in) // an address does not linger in an idle buffer
	state.hash.Sum(state.out[:0])
	return state.out
}
