package account

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// personal is how the room shows and erases what it keeps of one person.
func (r *Room) personal() module.Personal {
	return module.Personal{Label: "account.personal", Export: r.exportPerson, Erase: r.erasePerson}
}

func (r *Room) exportPerson(ctx context.Context, email string) (any, error) {
	who, err := r.addressOf(email)
	if err != nil {
		return nil, nil // nobody has what is no address
	}
	p, err := r.personWith(ctx, who.index)
	if errors.Is(err, storage.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if p, err = r.Person(ctx, p.ID); err != nil {
		return nil, err
	}
	sessions, err := r.Sessions(ctx, p.ID, "")
	if err != nil {
		return nil, err
	}
	keys, err := r.PasskeysOf(ctx, p.ID)
	return exportOf(p, sessions, keys), err
}

// exported is everything that this room keeps about a person (GDPR, article 15).
type exported struct {
	Email    string            `json:"email"`
	Name     string            `json:"name"`
	Lang     string            `json:"lang"`
	Roles    []perm.Role       `json:"roles"`
	Created  time.Time         `json:"created"`
	Seen     time.Time         `json:"seen,omitzero"` // signed in, to the hour
	Sessions []exportedSession `json:"sessions"`
	Passkeys []exportedPasskey `json:"passkeys,omitempty"`
}

type exportedSession struct {
	Device  string    `json:"device"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Passkey bool      `json:"passkey"` // opened with one
}

type exportedPasskey struct {
	Name       string    `json:"name"`
	Site       string    `json:"site"`
	Created    time.Time `json:"created"`
	Used       time.Time `json:"used,omitzero"`
	Uses       uint32    `json:"uses_counted_by_device"`
	Doubted    bool      `json:"may_have_been_copied"`
	Credential []byte    `json:"credential_id"`
	PublicKey  []byte    `json:"public_key"` // COSE (RFC 9052 7)
	Model      []byte    `json:"device_model"`
}

func exportOf(p Person, sessions []Session, keys []Passkey) exported {
	all := exported{Email: p.Email, Name: p.Name, Lang: p.Lang, Roles: p.Roles, Created: p.Created, Seen: p.Seen}
	for _, s := range sessions {
		all.Sessions = append(all.Sessions, exportedSession{Device: s.Device, Created: s.Created, Seen: s.Seen, Passkey: s.Passkey})
	}
	for _, k := range keys {
		all.Passkeys = append(all.Passkeys, exportedPasskey{
			Name: k.Name, Site: k.Site, Created: k.Created, Used: k.Used, Uses: k.record.Authenticator.SignCount, Doubted: k.Doubted,
			Credential: k.record.ID, PublicKey: k.record.PublicKey, Model: k.record.Authenticator.AAGUID,
		})
	}
	return all
}

func (r *Room) erasePerson(ctx context.Context, email string) (int, error) {
	err := r.Remove(ctx, email)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return 1, nil
}
