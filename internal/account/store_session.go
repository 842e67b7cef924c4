package account

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

type newSession struct {
	id               string
	hash, label      []byte
	created, expires time.Time
	passkey          bool // the person came in with one
}

// openSession writes a session for whoever has the address; it tells whether anybody has.
func openSession(ctx context.Context, tx *storage.Tx, index []byte, s newSession) (bool, error) {
	personID, err := personByIndex(ctx, tx, index)
	if err != nil {
		return false, err
	}
	return true, insertSession(ctx, tx, personID, s)
}

func insertSession(ctx context.Context, tx *storage.Tx, personID string, s newSession) error {
	passkey := 0
	if s.passkey {
		passkey = 1
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO account_session (id, person_id, token_hash, label_sealed, created_at, seen_at, expires_at, passkey)
		VALUES ($1, $2, $3, $4, $5, $5, $6, $7)`,
		s.id, personID, s.hash, s.label, clock.Micros(s.created), clock.Micros(s.expires), passkey)
	if err != nil {
		return err
	}
	return touchPerson(ctx, tx, personID, s.created)
}

// foundSession is a session that is open, with who bears it.
type foundSession struct {
	actor                  perm.Actor
	created, seen, expires time.Time
	bare                   bool // opened by mail, while the person has a passkey
}

// readSession reads the session of a token; ErrNoRows when there is none that is open.
func (r *Room) readSession(ctx context.Context, hash []byte, now time.Time) (found foundSession, err error) {
	rows, err := r.DB.Query(ctx, `
		SELECT s.id, s.person_id, s.created_at, s.seen_at, s.expires_at, p.name_sealed, COALESCE(ro.role, ''),
			CASE WHEN s.passkey = 0 AND EXISTS (
				SELECT 1
				FROM account_passkey k
				WHERE k.person_id = s.person_id AND k.site = $3 AND k.doubted_at = 0
			) THEN 1 ELSE 0 END
		FROM account_session s
		JOIN account_person p ON p.id = s.person_id
		LEFT JOIN account_role ro ON ro.person_id = s.person_id
		WHERE s.token_hash = $1 AND s.expires_at > $2`, hash, clock.Micros(now), r.host())
	var sealed []byte
	roles, err := storage.All(rows, err, func(row *storage.Rows) (role perm.Role, err error) {
		var created, seen, expires, bare int64
		err = row.Scan(&found.actor.Session, &found.actor.ID, &created, &seen, &expires, &sealed, &role, &bare)
		found.created, found.seen, found.expires, found.bare = clock.Time(created), clock.Time(seen), clock.Time(expires), bare == 1
		return role, err
	})
	if err != nil {
		return found, err
	}
	if len(roles) == 0 {
		return found, storage.ErrNoRows
	}
	r.giveRoles(&found, roles)
	name, err := r.Vault.Open(purposeName, sealed, []byte(found.actor.ID))
	if err != nil {
		return found, fmt.Errorf("name of %s: %w", found.actor.ID, err)
	}
	found.actor.Name = string(name)
	return found, nil
}

// giveRoles gives the actor of a session their roles; those over others are withheld where a passkey comes first, and was not shown.
func (r *Room) giveRoles(found *foundSession, roles []perm.Role) {
	for _, role := range roles {
		switch {
		case role == "":
		case r.PasskeyFirst && found.bare && role != perm.RoleOrganiser:
			found.actor.Withheld = append(found.actor.Withheld, role)
		default:
			found.actor.Roles = append(found.actor.Roles, role)
		}
	}
	sortRoles(found.actor.Roles)
}

// noteSeen notes that a session is in use, and lets it last longer.
func (r *Room) noteSeen(ctx context.Context, s foundSession, now time.Time) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE account_session
			SET seen_at = $2, expires_at = $3
			WHERE id = $1 AND seen_at < $2`,
			s.actor.Session, clock.Micros(now), clock.Micros(renewed(s.created, now)))
		if err != nil {
			return err
		}
		return touchPerson(ctx, tx, s.actor.ID, now)
	})
}

// Sessions lists the open sessions of a person, the one in use first, then the latest seen. current is the id of the session
// that asks.
func (r *Room) Sessions(ctx context.Context, personID, current string) ([]Session, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT id, label_sealed, created_at, seen_at, passkey
		FROM account_session
		WHERE person_id = $1 AND expires_at > $2
		ORDER BY CASE WHEN id = $3 THEN 0 ELSE 1 END, seen_at DESC, id`, personID, clock.Micros(r.Clock.Now()), current)
	return storage.All(rows, err, func(row *storage.Rows) (s Session, err error) {
		var created, seen, passkey int64
		var label []byte
		if err := row.Scan(&s.ID, &label, &created, &seen, &passkey); err != nil {
			return s, err
		}
		device, err := r.Vault.Open(purposeDevice, label, []byte(s.ID))
		s.Device, s.Created, s.Seen, s.Current = string(device), clock.Time(created), clock.Time(seen), s.ID == current
		s.Passkey = passkey == 1
		return s, err
	})
}

// endSessions runs a DELETE on sessions, and forgets who bore them once it is on disk.
func (r *Room) endSessions(ctx context.Context, query string, args ...any) error {
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		tx.AfterCommit(r.known.forget)
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// forgetSessions deletes sessions that are over.
func forgetSessions(ctx context.Context, tx *storage.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM account_session
		WHERE expires_at <= $1`, clock.Micros(now))
	return err
}
