package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/jobs"
)

// copiesAt is when the nightly copy is made, in UTC: before the recount, while people sleep.
const copiesAt = 90 * time.Minute

// oldCopy is how old the newest copy may be before a host is told.
const oldCopy = 36 * time.Hour

// copies is where the settings want encrypted copies; ok is false when they want none.
func (h *House) copies() (c backup.Copies, ok bool, err error) {
	if h.Copies == "" {
		return c, false, nil
	}
	if h.CopiesFor == "" {
		return c, false, errors.New("--copies needs --copies-for: the recipient (age1…) who alone can read them; age-keygen makes one")
	}
	to, err := backup.ParseRecipient(h.CopiesFor)
	if err != nil {
		return c, false, fmt.Errorf("--copies-for %q: %w", h.CopiesFor, err)
	}
	return backup.Copies{Folder: h.Copies, For: to, Keep: h.CopiesKept}, true, nil
}

// copySchedules make a copy each night, and bring the ledger of erasures along each hour.
func (h *House) copySchedules() ([]jobs.Schedule, error) {
	copies, ok, err := h.copies()
	if err != nil || !ok {
		return nil, err
	}
	k := &keeper{House: h, rest: keepRest}
	return []jobs.Schedule{
		{Name: "app.copy", Every: 24 * time.Hour, At: copiesAt, Timeout: 6 * time.Hour, Run: func(ctx context.Context) error {
			made, _, err := k.copy(ctx, copies)
			if err == nil {
				h.Log.Info("a copy of the site was made", "name", made.Name, "bytes", made.Bytes)
			}
			return err
		}},
		{Name: "app.erasures", Every: time.Hour, Run: func(context.Context) error { return copies.Ledger(h.erasedFile()) }},
	}, nil
}

// copy makes one encrypted copy now.
func (k *keeper) copy(ctx context.Context, copies backup.Copies) (made backup.Copy, t backup.Trailer, err error) {
	made, err = copies.Add(k.Clock.Now(), func(out io.Writer) error {
		t, err = k.write(ctx, out, "")
		return err
	})
	return made, t, errors.Join(err, copies.Ledger(k.erasedFile()))
}

// copyNow is `essaim backup` without a file.
func (c *backupCommand) copyNow(w *world, k *keeper) error {
	copies, ok, err := k.copies()
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("name the file to make, such as: essaim backup monday.backup; or set --copies and --copies-for for encrypted copies")
	}
	made, t, err := k.copy(w.ctx, copies)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s holds the whole site: %d rows, %d files. Only the secret key of %s opens it.\n",
		filepath.Join(copies.Folder, made.Name), rowsOf(t), t.Files, copies.For)
	return nil
}

// list tells which copies there are.
func (c *backupCommand) list(w *world, h *House) error {
	copies, ok, err := h.copies()
	if err != nil {
		return err
	}
	if !ok {
		fmt.Fprintln(w.out, "No copies are made by themselves: set --copies and --copies-for.")
		return nil
	}
	all, err := copies.List()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	for _, one := range all {
		fmt.Fprintf(table, "%s\t%.1f MB\t  %s\n", one.Made.Format("2006-01-02 15:04 UTC"), float64(one.Bytes)/1e6, one.Name)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	switch {
	case len(all) == 0:
		fmt.Fprintf(w.out, "No copy yet in %s. The first is made this night, or now: essaim backup\n", copies.Folder)
	case h.Clock.Now().Sub(all[0].Made) > oldCopy:
		fmt.Fprintln(w.out, "The newest copy is older than a day and a half: look for app.copy in the log.")
	}
	return nil
}
