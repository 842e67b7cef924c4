package account_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"essaim/internal/platform/web/webtest"
)

// device is an authenticator in software, with its browser: ES256, no attestation (WebAuthn 6).
type device struct {
	t      testing.TB
	key    *ecdsa.PrivateKey
	id     []byte
	user   []byte // handle that the site gave
	count  uint32 // of signatures
	step   uint32 // by which it rises; 0 for a device that does not count
	origin string // of the page that asks
	flags  byte
}

// The flags of authenticator data (WebAuthn 6.1).
const (
	present  = 1
	verified = 4
	eligible = 8 // for a backup
	attested = 64
)

func newDevice(t testing.TB) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{t: t, key: key, id: make([]byte, 32), step: 1, origin: webtest.URL, flags: present | verified | eligible}
	rand.Read(d.id)
	return d
}

// question is what the site asks.
type question struct {
	PublicKey struct {
		Challenge string
		RPID      string `json:"rpId"`
		RP        struct{ ID string }
		User      struct{ ID, Name string }
		Exclude   []struct{ ID string } `json:"excludeCredentials"`

		UserVerification       string
		AuthenticatorSelection struct{ UserVerification, ResidentKey string }
	} `json:"publicKey"`
}

func ask(t testing.TB, body string) (q question) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &q); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return q
}

var b64 = base64.RawURLEncoding

// data is the authenticator's data about itself.
func (d *device) data(site string, flags byte) []byte {
	hash := sha256.Sum256([]byte(site))
	d.count += d.step
	return binary.BigEndian.AppendUint32(append(hash[:], flags), d.count)
}

func (d *device) client(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

// create makes the passkey and answers as navigator.credentials.create.
func (d *device) create(q question) string {
	d.t.Helper()
	user, err := b64.DecodeString(q.PublicKey.User.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	d.user = user
	point, err := d.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		d.t.Fatal(err)
	}
	auth := append(d.data(q.PublicKey.RP.ID, d.flags|attested), make([]byte, 16)...) // no model is named
	auth = append(binary.BigEndian.AppendUint16(auth, uint16(len(d.id))), d.id...)
	auth = append(auth, 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32) // COSE: EC2, ES256, P-256, x
	auth = append(append(append(auth, point[1:33]...), 0x22, 0x58, 32), point[33:]...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(auth)>>8), byte(len(auth)))
	return d.answer(map[string]any{
		"clientDataJSON": b64.EncodeToString(d.client("webauthn.create", q.PublicKey.Challenge)), "attestationObject": b64.EncodeToString(append(object, auth...)),
		"transports": []string{"internal"},
	})
}

// get signs a challenge and answers as navigator.credentials.get.
func (d *device) get(q question) string {
	d.t.Helper()
	auth, client := d.data(q.PublicKey.RPID, d.flags), d.client("webauthn.get", q.PublicKey.Challenge)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, auth...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, signed[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(auth), "signature": b64.EncodeToString(signature),
		"userHandle": b64.EncodeToString(d.user),
	})
}

func (d *device) answer(response map[string]any) string {
	text, err := json.Marshal(map[string]any{
		"id": b64.EncodeToString(d.id), "rawId": b64.EncodeToString(d.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}
