package account

import (
	"context"
	"errors"
	"fmt"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// Add gives an address an account, if it has none, and a role, and returns the path of a sign-in link without language
// prefix. It sends nothing: the command line prints it. It may be called again, for who has lost every way in.
func (r *Room) Add(ctx context.Context, email string, role perm.Role) (path string, err error) {
	l, _, err := r.admit(ctx, email, role, "", false)
	if err != nil {
		return "", err
	}
	return r.path(l.id), nil
}

// Invite is Add with the link in a mail, in the language lang. The fault is Invalid, with the field email or role, for an
// address or a role that is none, and for somebody who has the role already.
func (r *Room) Invite(ctx context.Context, email string, role perm.Role, lang string) error {
	_, fresh, err := r.admit(ctx, email, role, lang, true)
	if err == nil && !fresh {
		return fault.InvalidForm(fault.Field{Name: "email", Key: "account.role_already"})
	}
	return err
}

// admit makes the person, the role and the link. fresh tells whether the role is new to them; when it is not, and a mail is
// wanted, nothing is done.
func (r *Room) admit(ctx context.Context, email string, role perm.Role, lang string, byMail bool) (l link, fresh bool, err error) {
	who, err := r.addressOf(email)
	if err != nil {
		return l, false, err
	}
	if err := checkRole(role); err != nil {
		return l, false, err
	}
	now := r.Clock.Now()
	p := Person{ID: id.New(now), Lang: r.checkLang(lang), Created: now}
	sealedEmail := r.Vault.Seal(purposeEmail, []byte(who.email), []byte(p.ID))
	sealedName := r.Vault.Seal(purposeName, nil, []byte(p.ID))
	l = r.newLink(who.index, p.Lang, "", false)
	sealedNext := r.Vault.Seal(purposeNext, []byte(l.next), []byte(l.id))
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		personID, err := insertPerson(ctx, tx, p, who.index, sealedEmail, sealedName)
		if err != nil {
			return err
		}
		tx.AfterCommit(r.known.forget)
		if fresh, err = insertRole(ctx, tx, personID, role, now); err != nil || byMail && !fresh {
			return err
		}
		if err := insertLink(ctx, tx, l, sum(r.token(l.id)), sealedNext); err != nil || !byMail {
			return err
		}
		return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: letterKind, Payload: letterTask{Link: l.id, Role: role}})
	})
	if err != nil {
		return l, false, fmt.Errorf("add a person: %w", err)
	}
	return l, fresh, nil
}

// Grant gives a role to who has an account. The fault is NotFound when nobody has the address.
func (r *Room) Grant(ctx context.Context, email string, role perm.Role) error {
	if err := checkRole(role); err != nil {
		return err
	}
	return r.change(ctx, email, func(ctx context.Context, tx *storage.Tx, personID string) error {
		_, err := insertRole(ctx, tx, personID, role, r.Clock.Now())
		return err
	})
}

// Revoke takes a role away. The fault is NotFound when nobody has the address, Conflict for the last host.
func (r *Room) Revoke(ctx context.Context, email string, role perm.Role) error {
	return r.change(ctx, email, func(ctx context.Context, tx *storage.Tx, personID string) error {
		return revoke(ctx, tx, personID, role)
	})
}

// RevokeFrom is Revoke for who is known by id. Nobody loses nothing.
func (r *Room) RevokeFrom(ctx context.Context, personID string, role perm.Role) error {
	return r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error { return revoke(ctx, tx, personID, role) })
}

func revoke(ctx context.Context, tx *storage.Tx, personID string, role perm.Role) error {
	if role == perm.RoleHost {
		if err := refuseLastHost(ctx, tx, personID); err != nil {
			return err
		}
	}
	return deleteRole(ctx, tx, personID, role)
}

func refuseLastHost(ctx context.Context, tx *storage.Tx, personID string) error {
	last, err := isLastHost(ctx, tx, personID)
	if err == nil && last {
		return fault.New(fault.Conflict, "account.last_host")
	}
	return err
}

// Remove erases the account of an address. The faults are those of Revoke.
func (r *Room) Remove(ctx context.Context, email string) error {
	who, err := r.addressOf(email)
	if err != nil {
		return err
	}
	var personID string
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
		personID, err = personByIndex(ctx, tx, who.index)
		return err
	})
	if errors.Is(err, storage.ErrNoRows) {
		return fault.New(fault.NotFound, "account.nobody")
	}
	if err != nil {
		return err
	}
	return r.Erase(ctx, personID)
}

// Erase erases an account by id: every byte about the person is destroyed, here at once and in other rooms as soon as they
// hear of it. The fault is Conflict for the last host.
func (r *Room) Erase(ctx context.Context, personID string) error {
	if err := r.erasing(ctx, personID); err != nil {
		return fmt.Errorf("erase an account: %w", err)
	}
	return r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error { return r.erase(ctx, tx, personID) })
}

func (r *Room) erase(ctx context.Context, tx *storage.Tx, personID string) error {
	index, err := holdPerson(ctx, tx, personID)
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := refuseLastHost(ctx, tx, personID); err != nil {
		return err
	}
	if err := deletePerson(ctx, tx, personID, index); err != nil {
		return err
	}
	return r.Queue.Emit(ctx, tx, Erased{Person: personID})
}

// Rename keeps how a person wants to be called and in which language to be written to. The fault is Invalid with the field
// name.
func (r *Room) Rename(ctx context.Context, personID, name, lang string) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	sealed := r.Vault.Seal(purposeName, []byte(name), []byte(personID))
	return r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return updatePerson(ctx, tx, personID, sealed, r.checkLang(lang))
	})
}

// change changes something about who has an address.
func (r *Room) change(ctx context.Context, email string, fn func(context.Context, *storage.Tx, string) error) error {
	who, err := r.addressOf(email)
	if err != nil {
		return err
	}
	return r.changing(ctx, func(ctx context.Context, tx *storage.Tx) error {
		personID, err := personByIndex(ctx, tx, who.index)
		if errors.Is(err, storage.ErrNoRows) {
			return fault.New(fault.NotFound, "account.nobody")
		}
		if err != nil {
			return err
		}
		return fn(ctx, tx, personID)
	})
}

// changing runs fn in a transaction, after which everybody's rights are looked up anew.
func (r *Room) changing(ctx context.Context, fn func(context.Context, *storage.Tx) error) error {
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		tx.AfterCommit(r.known.forget)
		return fn(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("change an account: %w", err)
	}
	return nil
}
