package account

import (
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/web"
)

const (
	ceremonyLife = 5 * time.Minute // for finding one's telephone; WebAuthn 16.1 advises 5 to 10
	mostPasskeys = 20              // of one person
)

// Passkey is one key by which a person comes in, as its owner sees it. The secret half never leaves their device.
type Passkey struct {
	ID      string
	Name    string // that its owner gave it; may be empty
	Site    string // host name that it was made for, and works at
	Created time.Time
	Used    time.Time // zero for never
	Doubted bool      // it may have been copied, and opens nothing any more
	record  webauthn.Credential
}

// newParty describes this site to browsers (a relying party of WebAuthn). It is nil where browsers offer no passkeys: without
// https, and where the site has an address in place of a name. Both come from the site's public URL, never from a request.
func newParty(d Deps) *webauthn.WebAuthn {
	site, err := url.Parse(d.SiteURL)
	if err != nil {
		return nil
	}
	origin, host := web.Origin(site)
	if site.Scheme != "https" && host != "localhost" {
		return nil
	}
	discoverable, limit := true, webauthn.TimeoutConfig{Timeout: ceremonyLife}
	party, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: d.SiteName, RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &discoverable, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return nil
	}
	return party
}

// Passkeys tells whether this site can offer them.
func (r *Room) Passkeys() bool { return r.party != nil }

// host is the name for which passkeys are made here, "" where there are none.
func (r *Room) host() string {
	if r.party == nil {
		return ""
	}
	return r.party.Config.RPID
}

// Ceremony is one turn of question and answer with a browser: the challenge to sign, and how the browser keeps it.
type Ceremony struct {
	Options []byte // JSON for navigator.credentials
	Sealed  string // for a cookie: the answer counts only beside it
}

// ceremony is what the browser keeps sealed, so that all nodes know it and nobody writes a row by asking.
type ceremony struct {
	Session webauthn.SessionData `json:"session"`
	Until   time.Time            `json:"until"`
}

// entering binds the ceremonies of the door, which belong to nobody yet; others are bound to the session that asks.
const entering = "enter"

// begin seals a ceremony for who it is bound to.
func (r *Room) begin(options any, session *webauthn.SessionData, bound string) (Ceremony, error) {
	question, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, err
	}
	kept, err := json.Marshal(ceremony{Session: *session, Until: r.Clock.Now().Add(ceremonyLife)})
	if err != nil {
		return Ceremony{}, err
	}
	return Ceremony{Options: question, Sealed: r.Vault.SealText(purposeCeremony, kept, []byte(bound))}, nil
}

// resume opens a ceremony. The fault is that of a passkey that came too late, also for what is no ceremony.
func (r *Room) resume(sealed, bound string) (c ceremony, err error) {
	if r.party == nil {
		return c, fault.New(fault.NotFound, "web.not_found")
	}
	plain, err := r.Vault.OpenText(purposeCeremony, sealed, []byte(bound))
	if err != nil || json.Unmarshal(plain, &c) != nil || !r.Clock.Now().Before(c.Until) {
		return ceremony{}, badPasskey("account.passkey_late")
	}
	return c, nil
}

func badPasskey(key string, args ...any) error {
	return fault.InvalidForm(fault.Field{Name: "passkey", Key: key, Args: args})
}

// refused turns what the library says of an answer into words. Its details are for who writes browsers, and may name credentials:
// they go nowhere.
func refused(err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	return badPasskey("account.passkey_refused")
}

// bearer is a person as the library knows users. Their handle is the id of the account: it says nothing of them, and ends with it.
type bearer struct {
	person   Person
	passkeys []Passkey
}

// WebAuthnID is the user handle (WebAuthn 5.4.3).
func (b bearer) WebAuthnID() []byte { return []byte(b.person.ID) }

// WebAuthnName is what the device shows beside the key.
func (b bearer) WebAuthnName() string { return b.person.Email }

// WebAuthnDisplayName is a friendlier one.
func (b bearer) WebAuthnDisplayName() string { return b.person.called() }

// WebAuthnCredentials are those that work at this site.
func (b bearer) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, 0, len(b.passkeys))
	for _, k := range b.passkeys {
		all = append(all, k.record)
	}
	return all
}
