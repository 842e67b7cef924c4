package app

import (
	"context"

	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
)

// noteOrigin keeps the address under which the site is served, so that commands which are not told it print links that work.
func (h *House) noteOrigin(ctx context.Context) error {
	return h.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO app_site (one, url)
			VALUES (1, $1)
			ON CONFLICT (one) DO UPDATE
			SET url = excluded.url`, h.Origin())
		return err
	})
}

// knownOrigin is the address of the settings, else the one under which the site was last served.
func (h *House) knownOrigin(ctx context.Context) string {
	if h.URL != config.DefaultURL {
		return h.Origin()
	}
	var kept string
	if err := h.DB.QueryRow(ctx, `SELECT url FROM app_site`).Scan(&kept); err != nil {
		return h.Origin()
	}
	return kept
}
