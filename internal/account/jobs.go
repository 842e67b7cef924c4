package account

import (
	"context"
	"fmt"

	"essaim/internal/platform/storage"
)

// forget deletes links, counts of wrong codes, used challenges and sessions that are over.
func (r *Room) forget(ctx context.Context) error {
	now := r.Clock.Now()
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := forgetGuesses(ctx, tx, now); err != nil {
			return err
		}
		if err := forgetLinks(ctx, tx, now); err != nil {
			return err
		}
		if err := forgetChallenges(ctx, tx, now); err != nil {
			return err
		}
		return forgetSessions(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("forget what is over: %w", err)
	}
	return nil
}
