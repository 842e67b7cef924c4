package account

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

const (
	wrongADay = 15 // codes for one address, before only links work
	guessDay  = 24 * time.Hour
)

// countGuess adds so many wrong codes to those of an address, and returns how many there are since the first of the last day. It
// holds the row until the end of the transaction, so that those who guess or ask at once take turns.
func countGuess(ctx context.Context, tx *storage.Tx, index []byte, wrong int64, now time.Time) (sum int64, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO account_guess (email_index, wrong, since)
		VALUES ($1, $2, $3)
		ON CONFLICT (email_index) DO UPDATE
		SET wrong = CASE WHEN account_guess.since <= $4 THEN excluded.wrong ELSE account_guess.wrong + excluded.wrong END,
			since = CASE WHEN account_guess.since <= $4 THEN excluded.since ELSE account_guess.since END
		RETURNING wrong`, index, wrong, clock.Micros(now), clock.Micros(now.Add(-guessDay))).Scan(&sum)
	return sum, err
}

// onlyLinks tells whether so many wrong codes were typed for an address in a day that no code of it counts.
func (r *Room) onlyLinks(ctx context.Context, index []byte) (bool, error) {
	var wrong int64
	err := r.DB.QueryRow(ctx, `
		SELECT wrong
		FROM account_guess
		WHERE email_index = $1 AND since > $2`, index, clock.Micros(r.Clock.Now().Add(-guessDay))).Scan(&wrong)
	if errors.Is(err, storage.ErrNoRows) {
		return false, nil
	}
	return wrong >= wrongADay, err
}

// forgetGuesses deletes the counts of a day ago, and those of nothing, which were only held.
func forgetGuesses(ctx context.Context, tx *storage.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM account_guess
		WHERE since <= $1 OR wrong = 0`, clock.Micros(now.Add(-guessDay)))
	return err
}
