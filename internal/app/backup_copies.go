package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/blob"
	"essaim/internal/platform/jobs"
)

// copiesAt is when the nightly copy is made, in UTC: before the recount, while people sleep.
const copiesAt = 90 * time.Minute

// oldCopy is how old the newest copy may be before a host is told.
const oldCopy = 36 * time.Hour

// copies are where the settings want encrypted copies: nowhere, in one place, or in several.
func (h *House) copies() (all []backup.Copies, err error) {
	if len(h.Copies) == 0 {
		return nil, nil
	}
	if h.CopiesFor == "" {
		return nil, errors.New("--copies needs --copies-for: the recipient (age1…) who alone can read them; age-keygen makes one")
	}
	to, err := backup.ParseRecipient(h.CopiesFor)
	if err != nil {
		return nil, fmt.Errorf("--copies-for %q: %w", h.CopiesFor, err)
	}
	for _, where := range h.Copies {
		var place backup.Place = backup.Dir(where)
		if blob.IsAddress(where) {
			if place, err = h.bucket(where); err != nil {
				return nil, fmt.Errorf("--copies: %w", err)
			}
		}
		all = append(all, backup.Copies{Place: place, For: to, Keep: h.CopiesKept})
	}
	return all, nil
}

// copySchedules make a copy each night, and bring the ledger of erasures along each hour.
func (h *House) copySchedules() ([]jobs.Schedule, error) {
	copies, err := h.copies()
	if err != nil || len(copies) == 0 {
		return nil, err
	}
	k := &keeper{House: h, rest: keepRest}
	return []jobs.Schedule{
		{Name: "app.copy", Every: 24 * time.Hour, At: copiesAt, Timeout: 6 * time.Hour, Run: func(ctx context.Context) error {
			return k.copyAll(ctx, copies, func(c backup.Copies, made backup.Copy, _ backup.Trailer) {
				h.Log.Info("a copy of the site was made", "place", c.Place.String(), "name", made.Name, "bytes", made.Bytes)
			})
		}},
		{Name: "app.erasures", Every: time.Hour, Run: func(ctx context.Context) (err error) {
			for _, c := range copies {
				err = errors.Join(err, c.Ledger(ctx, h.erasedFile()))
			}
			return err
		}},
	}, nil
}

// copyAll makes one encrypted copy in each place. That one place cannot be reached does not keep the others from theirs.
func (k *keeper) copyAll(ctx context.Context, copies []backup.Copies, tell func(backup.Copies, backup.Copy, backup.Trailer)) (err error) {
	for _, c := range copies {
		made, t, failed := k.copy(ctx, c)
		if made.Name != "" {
			tell(c, made, t)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// copy makes one encrypted copy now.
func (k *keeper) copy(ctx context.Context, copies backup.Copies) (made backup.Copy, t backup.Trailer, err error) {
	made, err = copies.Add(ctx, k.Clock.Now(), func(out io.Writer) error {
		t, err = k.write(ctx, out, "")
		return err
	})
	return made, t, errors.Join(err, copies.Ledger(ctx, k.erasedFile()))
}

// copyNow is `essaim backup` without a file.
func (c *backupCommand) copyNow(w *world, k *keeper) error {
	copies, err := k.copies()
	if err != nil {
		return err
	}
	if len(copies) == 0 {
		return errors.New("name the file to make, such as: essaim backup monday.backup; or set --copies and --copies-for for encrypted copies")
	}
	return k.copyAll(w.ctx, copies, func(c backup.Copies, made backup.Copy, t backup.Trailer) {
		fmt.Fprintf(w.out, "%s/%s holds the whole site: %d rows, %d files. Only the secret key of %s opens it.\n", c.Place, made.Name, rowsOf(t), t.Files, c.For)
	})
}

// list tells which copies there are.
func (c *backupCommand) list(w *world, h *House) error {
	copies, err := h.copies()
	if err != nil {
		return err
	}
	if len(copies) == 0 {
		fmt.Fprintln(w.out, "No copies are made by themselves: set --copies and --copies-for.")
	}
	for _, one := range copies {
		all, failed := one.List(w.ctx)
		err = errors.Join(err, failed)
		if failed == nil {
			err = errors.Join(err, tellCopies(w.out, one.Place, all, h.Clock.Now()))
		}
	}
	return err
}

func tellCopies(out io.Writer, place backup.Place, all []backup.Copy, now time.Time) error {
	fmt.Fprintf(out, "%s\n", place)
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	for _, one := range all {
		fmt.Fprintf(table, "%s\t%.1f MB\t  %s\n", one.Made.Format("2006-01-02 15:04 UTC"), float64(one.Bytes)/1e6, one.Name)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	switch {
	case len(all) == 0:
		fmt.Fprintln(out, "No copy yet. The first is made this night, or now: essaim backup")
	case now.Sub(all[0].Made) > oldCopy:
		fmt.Fprintln(out, "The newest copy is older than a day and a half: look for app.copy in the log.")
	}
	return nil
}
