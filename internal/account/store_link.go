package account

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// countAsked tells how many links an address was asked for since an instant.
func countAsked(ctx context.Context, tx *storage.Tx, index []byte, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM account_link
		WHERE email_index = $1 AND created_at > $2 AND asked = 1`, index, clock.Micros(since)).Scan(&n)
	return n, err
}

func insertLink(ctx context.Context, tx *storage.Tx, l link, hash, sealed []byte) error {
	asked := 0
	if l.asked {
		asked = 1
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO account_link (id, token_hash, email_index, sealed, lang, asked, created_at, mailed_at, expires_at, person_id, email_sealed, name_sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)`,
		l.id, hash, l.index, sealed, l.lang, asked, clock.Micros(l.created), clock.Micros(l.expires),
		l.joiner.id, bytesOf(l.joiner.email), bytesOf(l.joiner.name))
	return err
}

// bytesOf is b, or no bytes at all where it is nil, which a database would take for NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// openLink returns the newest link that an address was asked for and that may still be used: its id and end. ErrNoRows when there is none.
func openLink(ctx context.Context, tx *storage.Tx, index []byte, now time.Time) (l link, err error) {
	var expires int64
	err = tx.QueryRow(ctx, `
		SELECT id, expires_at
		FROM account_link
		WHERE email_index = $1 AND asked = 1 AND used_at = 0 AND expires_at > $2
		ORDER BY created_at DESC, id DESC
		LIMIT 1`, index, clock.Micros(now)).Scan(&l.id, &expires)
	l.expires = clock.Time(expires)
	return l, err
}

// mailAgain notes that a link is sent once more, and tells whether its last mail is long enough ago.
func mailAgain(ctx context.Context, tx *storage.Tx, linkID string, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE account_link
		SET mailed_at = $2
		WHERE id = $1 AND mailed_at <= $3`, linkID, clock.Micros(now), clock.Micros(now.Add(-againAfter)))
	return n == 1, err
}

// usedLink is a link that was used just now.
type usedLink struct {
	id            string
	lang          string
	index, sealed []byte
	joiner        joiner
}

const usedColumns = `id, lang, email_index, sealed, person_id, email_sealed, name_sealed`

func scanUsed(row *storage.Row) (l usedLink, err error) {
	err = row.Scan(&l.id, &l.lang, &l.index, &l.sealed, &l.joiner.id, &l.joiner.email, &l.joiner.name)
	return l, err
}

// useLink marks a link as used; ErrNoRows when it was already, ended or never was. Of many callers at once, one gets it.
func useLink(ctx context.Context, tx *storage.Tx, hash []byte, now time.Time) (l usedLink, err error) {
	return scanUsed(tx.QueryRow(ctx, `
		UPDATE account_link
		SET used_at = $2
		WHERE token_hash = $1 AND used_at = 0 AND expires_at > $2
		RETURNING `+usedColumns, hash, clock.Micros(now)))
}

// useLinkByID is useLink for who proved the code.
func useLinkByID(ctx context.Context, tx *storage.Tx, linkID string, now time.Time) (l usedLink, err error) {
	return scanUsed(tx.QueryRow(ctx, `
		UPDATE account_link
		SET used_at = $2
		WHERE id = $1 AND used_at = 0 AND expires_at > $2
		RETURNING `+usedColumns, linkID, clock.Micros(now)))
}

// spendTry counts one try of a link's code, right or not, and returns how many are left, of the link's and of its address's: none
// after the last, negative when this one was too many, or the link is over.
func spendTry(ctx context.Context, tx *storage.Tx, linkID string, right bool, now time.Time) (left int64, err error) {
	index, err := indexOfLink(ctx, tx, linkID)
	if errors.Is(err, storage.ErrNoRows) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	wrong, err := countGuess(ctx, tx, index, 0, now) // the address before its links, as Ask, so that neither waits for the other
	if err != nil {
		return 0, err
	}
	var tries int64
	err = tx.QueryRow(ctx, `
		UPDATE account_link
		SET tries = tries + 1
		WHERE id = $1 AND tries < $2 AND used_at = 0 AND expires_at > $3
		RETURNING tries`, linkID, codeTries, clock.Micros(now)).Scan(&tries)
	if errors.Is(err, storage.ErrNoRows) {
		return -1, nil
	}
	if err == nil && !right {
		_, err = countGuess(ctx, tx, index, 1, now)
	}
	return min(codeTries-tries, wrongADay-1-wrong), err
}

func indexOfLink(ctx context.Context, tx *storage.Tx, linkID string) (index []byte, err error) {
	err = tx.QueryRow(ctx, `
		SELECT email_index
		FROM account_link
		WHERE id = $1`, linkID).Scan(&index)
	return index, err
}

// readLink reads a link that may still be used; ErrNoRows otherwise.
func (r *Room) readLink(ctx context.Context, linkID string) (l link, err error) {
	var created, expires, asked int64
	err = r.DB.QueryRow(ctx, `
		SELECT id, email_index, lang, asked, created_at, expires_at
		FROM account_link
		WHERE id = $1 AND used_at = 0 AND expires_at > $2`, linkID, clock.Micros(r.Clock.Now())).
		Scan(&l.id, &l.index, &l.lang, &asked, &created, &expires)
	l.asked, l.created, l.expires = asked == 1, clock.Time(created), clock.Time(expires)
	return l, err
}

// personOfLink reads who a link that may still be used would sign in; ErrNoRows when there is no such link or person.
func (r *Room) personOfLink(ctx context.Context, hash []byte, now int64) (Person, error) {
	row := r.DB.QueryRow(ctx, `
		SELECT `+personColumns+`
		FROM account_link l
		JOIN account_person p ON p.email_index = l.email_index
		WHERE l.token_hash = $1 AND l.used_at = 0 AND l.expires_at > $2`, hash, now)
	return r.scanPerson(row.Scan)
}

// joinerOfLink is personOfLink for who would be new; ErrNoRows when the link lets nobody in.
func (r *Room) joinerOfLink(ctx context.Context, hash []byte, now int64) (Person, error) {
	if !r.Open {
		return Person{}, storage.ErrNoRows
	}
	row := r.DB.QueryRow(ctx, `
		SELECT person_id, email_sealed, name_sealed, lang, created_at, 0
		FROM account_link
		WHERE token_hash = $1 AND used_at = 0 AND expires_at > $2 AND person_id <> ''`, hash, now)
	return r.scanPerson(row.Scan)
}

// forgetLinks deletes links that are over and no longer count against the limit.
func forgetLinks(ctx context.Context, tx *storage.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM account_link
		WHERE expires_at <= $1 AND created_at <= $2`, clock.Micros(now), clock.Micros(now.Add(-time.Hour)))
	return err
}
