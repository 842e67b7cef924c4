package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// BeginPasskey asks the browser of who is signed in for a new passkey. The faults are Forbidden for who has to prove one first,
// Invalid with the field passkey for who has too many.
func (r *Room) BeginPasskey(ctx context.Context, actor perm.Actor) (Ceremony, error) {
	if r.party == nil {
		return Ceremony{}, fault.New(fault.NotFound, "web.not_found")
	}
	if err := mayChangePasskeys(actor); err != nil {
		return Ceremony{}, err
	}
	b, err := r.bearer(ctx, actor.ID)
	if err != nil {
		return Ceremony{}, err
	}
	if len(b.passkeys) >= mostPasskeys {
		return Ceremony{}, badPasskey("account.passkey_many", "max", mostPasskeys)
	}
	options, session, err := r.party.BeginRegistration(b, webauthn.WithCredentialParameters(webauthn.CredentialParametersRecommendedL3()),
		webauthn.WithExclusions(descriptors(b)))
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return r.begin(options, session, actor.Session)
}

// mayChangePasskeys refuses a session that has to prove a passkey first: whoever reads a person's mail could otherwise take the
// proof away, or bring a key of their own.
func mayChangePasskeys(actor perm.Actor) error {
	if len(actor.Withheld) > 0 {
		return fault.New(fault.Forbidden, web.PasskeyFirst)
	}
	return nil
}

func (r *Room) bearer(ctx context.Context, personID string) (b bearer, err error) {
	if b.person, err = r.Person(ctx, personID); err != nil {
		if errors.Is(err, storage.ErrNoRows) { // erased on another node, a moment ago
			return b, fault.New(fault.Unsigned, "web.sign_in_first")
		}
		return b, err
	}
	b.passkeys, err = r.PasskeysOf(ctx, personID)
	return b, err
}

// descriptors name the passkeys that a device need not make again (WebAuthn 5.4, excludeCredentials).
func descriptors(b bearer) []protocol.CredentialDescriptor {
	var all []protocol.CredentialDescriptor
	for _, c := range b.WebAuthnCredentials() {
		all = append(all, c.Descriptor())
	}
	return all
}

// AddPasskey keeps the passkey that a browser made: answer is its JSON, sealed its ceremony. The name is cut where it is too long,
// for the device has made the key already. The person is told by mail, and their session counts as opened with a passkey. The fault
// is Invalid with the field passkey.
func (r *Room) AddPasskey(ctx context.Context, actor perm.Actor, sealed, answer, name string) error {
	if err := mayChangePasskeys(actor); err != nil {
		return err
	}
	c, err := r.resume(sealed, actor.Session)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return refused(err)
	}
	record, err := r.party.CreateCredential(bearer{person: Person{ID: actor.ID}}, c.Session, parsed)
	if err != nil {
		return refused(err)
	}
	k, err := r.sealPasskey(record, prose.Line(name))
	if err != nil {
		return err
	}
	spent := newChallenge(c)
	err = r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error { return r.keepPasskey(ctx, tx, actor, spent, k) })
	if errors.Is(err, storage.ErrNoRows) {
		return fault.New(fault.Unsigned, "web.sign_in_first")
	}
	return err
}

// keepPasskey writes a passkey that was proved, tells the person, and notes that the session has proved one.
func (r *Room) keepPasskey(ctx context.Context, tx *storage.Tx, actor perm.Actor, spent challenge, k newPasskey) error {
	if _, err := holdPerson(ctx, tx, actor.ID); err != nil {
		return err
	}
	fresh, err := spend(ctx, tx, spent)
	if err != nil {
		return err
	}
	if !fresh {
		return badPasskey("account.passkey_late")
	}
	n, err := countPasskeys(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if n >= mostPasskeys {
		return badPasskey("account.passkey_many", "max", mostPasskeys)
	}
	if fresh, err = insertPasskey(ctx, tx, actor.ID, k); err != nil {
		return err
	}
	if !fresh {
		return badPasskey("account.passkey_known")
	}
	if err := provePasskey(ctx, tx, actor.Session); err != nil {
		return err
	}
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: passkeyLetterKind, Payload: passkeyLetterTask{Person: actor.ID, Passkey: k.id, At: clock.Micros(k.created)}})
}

// sealPasskey makes the row of a new passkey. What only proves where a key was made is left out: nobody here asks for it.
func (r *Room) sealPasskey(record *webauthn.Credential, name string) (k newPasskey, err error) {
	record.Attestation = webauthn.CredentialAttestation{}
	plain, err := json.Marshal(record)
	if err != nil {
		return k, err
	}
	now := r.Clock.Now()
	k = newPasskey{id: id.New(now), site: r.party.Config.RPID, index: r.credentialIndex(record.ID), created: now}
	k.count = int64(record.Authenticator.SignCount)
	k.sealed = r.Vault.Seal(purposePasskey, plain, []byte(k.id))
	k.name = r.Vault.Seal(purposePasskeyName, []byte(cut(name, maxName)), []byte(k.id))
	return k, nil
}

func (r *Room) credentialIndex(rawID []byte) []byte {
	return r.Vault.Index(purposePasskey, string(rawID))
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes])
}

// RenamePasskey gives a passkey of a person another name. The faults are NotFound, and Invalid with the field name.
func (r *Room) RenamePasskey(ctx context.Context, personID, passkeyID, name string) error {
	name = prose.Line(name)
	if utf8.RuneCountInString(name) > maxName {
		return fault.InvalidForm(fault.Field{Name: "name", Key: "account.name_long", Args: []any{"max", maxName}})
	}
	sealed := r.Vault.Seal(purposePasskeyName, []byte(name), []byte(passkeyID))
	return r.changePasskey(ctx, `
		UPDATE account_passkey
		SET name_sealed = $3
		WHERE id = $1 AND person_id = $2`, passkeyID, personID, sealed)
}

// RemovePasskey forgets a passkey of a person. They still come in by mail. The faults are NotFound, and Forbidden for who has to
// prove one first.
func (r *Room) RemovePasskey(ctx context.Context, actor perm.Actor, passkeyID string) error {
	if err := mayChangePasskeys(actor); err != nil {
		return err
	}
	return r.changePasskey(ctx, `
		DELETE FROM account_passkey
		WHERE id = $1 AND person_id = $2`, passkeyID, actor.ID)
}

func (r *Room) changePasskey(ctx context.Context, query string, args ...any) error {
	return r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "web.not_found")
		}
		return err
	})
}

// ForgetPasskeys removes every passkey of who has an address, and tells how many there were: for who lost them all, and may not
// remove them by mail. The fault is NotFound when nobody has the address.
func (r *Room) ForgetPasskeys(ctx context.Context, email string) (n int64, err error) {
	err = r.change(ctx, email, func(ctx context.Context, tx *storage.Tx, personID string) (err error) {
		n, err = deletePasskeys(ctx, tx, personID)
		return err
	})
	return n, err
}

// passkey returns one of a person; NotFound for somebody else's.
func (r *Room) passkey(ctx context.Context, personID, passkeyID string) (Passkey, error) {
	all, err := r.PasskeysOf(ctx, personID)
	if err != nil {
		return Passkey{}, err
	}
	i := slices.IndexFunc(all, func(k Passkey) bool { return k.ID == passkeyID })
	if i < 0 {
		return Passkey{}, fault.New(fault.NotFound, "web.not_found")
	}
	return all[i], nil
}
