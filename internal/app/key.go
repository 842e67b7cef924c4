package app

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

//go:embed migrations/*.sql
var migrations embed.FS

func appSchema() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// keptFingerprint is of the key under which the database was written; an error when it has none, or no tables yet.
func (h *House) keptFingerprint(ctx context.Context) (kept string, err error) {
	err = h.DB.QueryRow(ctx, `SELECT fingerprint FROM app_key`).Scan(&kept)
	return kept, err
}

// checkKey refuses to start with another key than the one under which the database was written: nothing could be read, and
// everybody could sign a second time.
func (h *House) checkKey(ctx context.Context) error {
	mine := h.Vault.Fingerprint()
	kept, err := h.keptFingerprint(ctx)
	switch {
	case err == nil && kept == mine:
		return nil
	case err == nil:
		return fmt.Errorf("the database was written under another key (%s, and this one is %s): put back the file that was copied to a safe place, as %s, and start again",
			kept, mine, h.KeyFile())
	case !errors.Is(err, storage.ErrNoRows):
		return err
	}
	return h.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO app_key (fingerprint, since)
			VALUES ($1, $2)
			ON CONFLICT DO NOTHING`, mine, clock.Micros(h.Clock.Now()))
		return err
	})
}
