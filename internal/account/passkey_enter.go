package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
)

// BeginEntry asks a browser for any passkey that it has for this site. It is the same for everybody, writes nothing and sends nothing:
// there is nothing to guess and nobody to disturb, so that guard has nothing to keep.
func (r *Room) BeginEntry() (Ceremony, error) {
	if r.party == nil {
		return Ceremony{}, fault.New(fault.NotFound, "web.not_found")
	}
	options, session, err := r.party.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return r.begin(options, session, entering)
}

// proof is an answer that was signed by a passkey of this site, and by whom.
type proof struct {
	spent     challenge
	person    string
	passkey   string
	signCount uint32 // as the device has it now
}

// EnterByPasskey opens a session with a passkey: answer is the browser's JSON, sealed its ceremony, next the page wanted, device the
// browser's User-Agent. The fault is Invalid with the field passkey.
func (r *Room) EnterByPasskey(ctx context.Context, sealed, answer, next, device string) (Entered, error) {
	p, err := r.prove(ctx, sealed, answer)
	if err != nil {
		return Entered{}, err
	}
	now := r.Clock.Now()
	token, s := r.newSession(device, now)
	s.passkey = true
	var turn outcome
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
		if turn, err = p.use(ctx, tx, now); err != nil || turn != entered {
			return err // a doubt is kept
		}
		return insertSession(ctx, tx, p.person, s)
	})
	switch {
	case err != nil:
		return Entered{}, fmt.Errorf("sign in: %w", err)
	case turn == spentBefore:
		return Entered{}, badPasskey("account.passkey_late")
	case turn == unknown:
		return Entered{}, badPasskey("account.passkey_unknown")
	case turn == doubted:
		r.Log.Warn("a passkey was refused, for it may have been copied", "person", p.person)
		return Entered{}, badPasskey("account.passkey_doubted")
	}
	return Entered{Token: token, Next: orAccount(localPath(next))}, nil
}

// prove checks an answer against the passkey that it names: WebAuthn 7.2, but for the counter, which is looked at where it is written.
func (r *Room) prove(ctx context.Context, sealed, answer string) (p proof, err error) {
	c, err := r.resume(sealed, entering)
	if err != nil {
		return p, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return p, refused(err)
	}
	k, personID, err := r.passkeyWith(ctx, r.credentialIndex(parsed.RawID))
	if errors.Is(err, storage.ErrNoRows) {
		return p, badPasskey("account.passkey_unknown")
	}
	if err != nil {
		return p, err
	}
	b := bearer{person: Person{ID: personID}, passkeys: []Passkey{k}}
	find := func(_, _ []byte) (webauthn.User, error) { return b, nil } // the library compares its handle with the answer's
	if _, _, err := r.party.ValidatePasskeyLogin(find, c.Session, parsed); err != nil {
		return p, refused(err)
	}
	return proof{spent: newChallenge(c), person: personID, passkey: k.ID, signCount: parsed.Response.AuthenticatorData.Counter}, nil
}

// outcome is what became of a proof.
type outcome int

const (
	entered outcome = iota + 1
	spentBefore
	unknown // removed meanwhile
	doubted
)

// use spends a proof, and notes the use of its passkey. A counter that does not rise may mean that the key was copied (WebAuthn 6.1.1).
// Which of the two is the thief nobody can tell, so that from then on neither comes in: by mail the person does, and removes it.
func (p proof) use(ctx context.Context, tx *storage.Tx, now time.Time) (outcome, error) {
	if fresh, err := spend(ctx, tx, p.spent); err != nil || !fresh {
		return spentBefore, err
	}
	if _, err := holdPerson(ctx, tx, p.person); err != nil {
		return unknown, unlessNone(err)
	}
	count, doubt, err := holdPasskey(ctx, tx, p.passkey)
	if err != nil {
		return unknown, unlessNone(err)
	}
	counter := webauthn.Authenticator{SignCount: count}
	counter.UpdateCounter(p.signCount)
	if doubt || counter.CloneWarning {
		return doubted, doubtPasskey(ctx, tx, p.passkey, now)
	}
	return entered, notePasskey(ctx, tx, p.passkey, counter.SignCount, now)
}

func unlessNone(err error) error {
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	return err
}

// challenge is how one that was answered is kept.
type challenge struct {
	hash  []byte
	until time.Time
}

func newChallenge(c ceremony) challenge {
	hash := sha256.Sum256([]byte(c.Session.Challenge))
	return challenge{hash: hash[:], until: c.Until}
}
