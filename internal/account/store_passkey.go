package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// newPasskey is the row of one.
type newPasskey struct {
	id, site            string
	index, sealed, name []byte
	count               int64
	created             time.Time
}

// insertPasskey writes a passkey, and tells whether nobody had it.
func insertPasskey(ctx context.Context, tx *storage.Tx, personID string, k newPasskey) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO account_passkey (id, person_id, site, credential_index, credential_sealed, name_sealed, sign_count, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (credential_index) DO NOTHING`,
		k.id, personID, k.site, k.index, k.sealed, k.name, k.count, clock.Micros(k.created))
	return n == 1, err
}

func countPasskeys(ctx context.Context, tx *storage.Tx, personID string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM account_passkey
		WHERE person_id = $1`, personID).Scan(&n)
	return n, err
}

// holdPasskey reads how often a passkey signed and whether it is doubted, and holds the row; ErrNoRows when it was removed.
func holdPasskey(ctx context.Context, tx *storage.Tx, passkeyID string) (count uint32, doubt bool, err error) {
	var doubtedAt int64
	err = tx.QueryRow(ctx, `
		SELECT sign_count, doubted_at
		FROM account_passkey
		WHERE id = $1`+tx.ForUpdate(), passkeyID).Scan(&count, &doubtedAt)
	return count, doubtedAt > 0, err
}

func notePasskey(ctx context.Context, tx *storage.Tx, passkeyID string, count uint32, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE account_passkey
		SET sign_count = $2, used_at = $3
		WHERE id = $1`, passkeyID, int64(count), clock.Micros(now))
	return err
}

func doubtPasskey(ctx context.Context, tx *storage.Tx, passkeyID string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE account_passkey
		SET doubted_at = $2
		WHERE id = $1 AND doubted_at = 0`, passkeyID, clock.Micros(now))
	return err
}

func deletePasskeys(ctx context.Context, tx *storage.Tx, personID string) (int64, error) {
	return tx.Exec(ctx, `
		DELETE FROM account_passkey
		WHERE person_id = $1`, personID)
}

// provePasskey notes that a session has proved a passkey.
func provePasskey(ctx context.Context, tx *storage.Tx, sessionID string) error {
	_, err := tx.Exec(ctx, `
		UPDATE account_session
		SET passkey = 1
		WHERE id = $1`, sessionID)
	return err
}

// spend writes a challenge down as answered, and tells whether it was not before. Of many callers at once, one gets it.
func spend(ctx context.Context, tx *storage.Tx, c challenge) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO account_challenge (hash, expires_at)
		VALUES ($1, $2)
		ON CONFLICT (hash) DO NOTHING`, c.hash, clock.Micros(c.until))
	return n == 1, err
}

// forgetChallenges deletes answered challenges that no answer would meet any more.
func forgetChallenges(ctx context.Context, tx *storage.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM account_challenge
		WHERE expires_at <= $1`, clock.Micros(now))
	return err
}

const passkeyColumns = `id, site, credential_sealed, name_sealed, sign_count, created_at, used_at, doubted_at`

// scanPasskey reads passkeyColumns, and more behind them, and opens what is sealed.
func (r *Room) scanPasskey(scan func(...any) error, more ...any) (k Passkey, err error) {
	var sealed, name []byte
	var count, created, used, doubtedAt int64
	if err := scan(append([]any{&k.ID, &k.Site, &sealed, &name, &count, &created, &used, &doubtedAt}, more...)...); err != nil {
		return k, err
	}
	k.Created, k.Doubted = clock.Time(created), doubtedAt > 0
	if used > 0 {
		k.Used = clock.Time(used)
	}
	plain, err := r.Vault.Open(purposePasskey, sealed, []byte(k.ID))
	if err != nil {
		return k, fmt.Errorf("passkey %s: %w", k.ID, err)
	}
	if err := json.Unmarshal(plain, &k.record); err != nil {
		return k, fmt.Errorf("passkey %s: %w", k.ID, err)
	}
	k.record.Authenticator.SignCount = uint32(count)
	plain, err = r.Vault.Open(purposePasskeyName, name, []byte(k.ID))
	k.Name = string(plain)
	return k, err
}

// PasskeysOf lists the passkeys of a person, the oldest first.
func (r *Room) PasskeysOf(ctx context.Context, personID string) ([]Passkey, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT `+passkeyColumns+`
		FROM account_passkey
		WHERE person_id = $1
		ORDER BY created_at, id`, personID)
	return storage.All(rows, err, func(row *storage.Rows) (Passkey, error) { return r.scanPasskey(row.Scan) })
}

// passkeyWith returns the passkey with a credential's index, and whose it is; ErrNoRows when there is none.
func (r *Room) passkeyWith(ctx context.Context, index []byte) (k Passkey, personID string, err error) {
	row := r.DB.QueryRow(ctx, `
		SELECT `+passkeyColumns+`, person_id
		FROM account_passkey
		WHERE credential_index = $1`, index)
	k, err = r.scanPasskey(row.Scan, &personID)
	return k, personID, err
}
