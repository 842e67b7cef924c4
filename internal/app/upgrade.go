package app

import (
	"context"
	"errors"
	"fmt"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/storage"
)

// beforeUpgrade refuses a database that a newer program has brought up to date, and makes the copies of the night now, if there are to
// be any, before this program brings up to date one that is older. A copy that cannot be made is told, and stops no upgrade: a site
// that does not start helps nobody.
func (h *House) beforeUpgrade(ctx context.Context) error {
	missing, fresh, err := h.DB.CheckNewer(ctx, h.schemas())
	if newer, ok := errors.AsType[*storage.NewerSchema](err); ok {
		return fmt.Errorf("a newer version of Essaim has brought this database up to date (%s/%s), and this one is %s: start that version, or a newer one. "+
			"To go back, restore the backup from before the upgrade into an empty place (docs/upgrade.md)", newer.Room, newer.File, version())
	}
	if err != nil || missing == 0 || fresh {
		return err
	}
	copies, err := h.copies()
	if err != nil || len(copies) == 0 {
		return err
	}
	k := &keeper{House: h} // nobody is served meanwhile
	err = k.copyAll(ctx, copies, func(c backup.Copies, made backup.Copy, _ backup.Trailer) {
		h.Log.Info("a copy of the site was made before its upgrade", "place", c.Place.String(), "name", made.Name)
	})
	if err != nil && ctx.Err() == nil {
		h.Log.Error("no copy of the site could be made before its upgrade; it goes on without", "error", err)
	}
	return ctx.Err()
}
