package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
)

type backupCommand struct {
	config.Settings
	File  string `arg:"" optional:"" help:"File to make; none for an encrypted copy in the folder of --copies."`
	List  bool   `help:"List the encrypted copies that are there." env:"-"`
	Hurry bool   `help:"Take all of the machine: for a site that does not serve meanwhile." env:"-"`
}

// Run writes the whole site to a file.
func (c *backupCommand) Run(w *world) error {
	if c.List {
		return c.list(w, &House{Settings: c.Settings, Clock: clock.System()})
	}
	k, err := openKeeper(w.ctx, c.Settings)
	if err != nil {
		return err
	}
	defer k.Close()
	k.progress = progress(w.errs, "keeping")
	if c.Hurry {
		k.rest = 0
	} else {
		stepBack()
	}
	if c.File == "" {
		return c.copyNow(w, k)
	}
	t, err := k.keep(w.ctx, c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s holds the whole site: %d rows, %d files. The key is not in it: keep a copy of %s elsewhere.\n",
		c.File, rowsOf(t), t.Files, k.KeyFile())
	return nil
}

// keepRest leaves three quarters of one processor to the site while it is copied.
const keepRest = 3

// keeper makes backups of an instance, whether it serves or not.
type keeper struct {
	*House
	rest     int
	progress func(done, all int64)
}

// openKeeper opens an instance that is there already, without bringing it up to date: one makes a backup before an upgrade.
func openKeeper(ctx context.Context, s config.Settings) (*keeper, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(s.DatabaseFile()); s.Database == "" && err != nil {
		return nil, fmt.Errorf("no site is in %s: say where it is with --data (or --database)", s.Data)
	}
	h := &House{Settings: s, Clock: clock.System()}
	db, err := storage.Open(ctx, storage.Options{URL: s.Database, File: s.DatabaseFile(), Clock: h.Clock})
	if err != nil {
		return nil, err
	}
	h.DB = db
	h.closers = append(h.closers, func() { _ = db.Close() })
	if err := h.openPictures(); err != nil {
		h.Close()
		return nil, err
	}
	return &keeper{House: h, rest: keepRest}, nil
}

// keep writes the site to a file that is not there yet.
func (k *keeper) keep(ctx context.Context, file string) (t backup.Trailer, err error) {
	err = backup.WriteFile(file, func(out io.Writer) error {
		t, err = k.write(ctx, out, file)
		return err
	})
	return t, err
}

func (k *keeper) write(ctx context.Context, out io.Writer, file string) (backup.Trailer, error) {
	key, err := k.keptFingerprint(ctx)
	if err != nil {
		return backup.Trailer{}, errors.New("the database holds no site yet: there is nothing to keep")
	}
	t, err := backup.Source{
		DB: k.DB, Files: k.files(ctx, file), Rest: k.rest, Progress: k.progress,
		Header: backup.Header{Program: version(), Made: k.Clock.Now(), Key: key},
	}.Write(ctx, out)
	if errors.Is(err, storage.ErrHalfRestored) {
		return t, errHalf
	}
	return t, err
}

// files are what the data folder holds beside the database: neither the key nor backups, wherever a host has put them.
func (h *House) files(ctx context.Context, more ...string) backup.Files {
	skip := append([]string{h.KeyFile(), h.erasedFile(), h.certificateFolder(), h.diskFile()}, more...)
	skip = append(skip, h.Copies...)
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		skip = append(skip, h.DatabaseFile()+end)
	}
	folder, err := filepath.Abs(h.Data)
	if err != nil {
		folder = h.Data
	}
	for i, name := range skip {
		if whole, err := filepath.Abs(name); err == nil {
			skip[i] = whole
		}
	}
	inFolder := backup.Folder{Path: folder, Skip: skip}
	if h.Blobs == "" {
		return inFolder
	}
	return pictureFiles{Folder: inFolder, ctx: ctx, store: h.pictures}
}

// erasedFile is the ledger of erasures, beside the key.
func (h *House) erasedFile() string { return strings.TrimSuffix(h.KeyFile(), ".key") + ".erased" }

func rowsOf(t backup.Trailer) (n int64) {
	for _, rows := range t.Rows {
		n += rows
	}
	return n
}

// progress draws how far a command is.
func progress(out io.Writer, words string) func(done, all int64) {
	var bar *progressbar.ProgressBar
	return func(done, all int64) {
		if bar == nil {
			bar = progressbar.NewOptions64(all, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(words),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		_ = bar.Set64(min(done, all)) // a bar that cannot be drawn stops nothing
		if done >= all {
			_ = bar.Finish()
		}
	}
}

// exists tells whether there is something at a path.
func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
