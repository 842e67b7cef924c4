package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

// Copies is a folder of encrypted backups, of which the newest are kept. It should be on another machine, or be taken there by
// whatever takes folders elsewhere.
type Copies struct {
	Folder string
	For    Recipient
	Keep   int // at least 1
}

// Copy is one of them.
type Copy struct {
	Name  string
	Made  time.Time
	Bytes int64
}

const (
	copyBegin  = "essaim-"
	copyEnd    = ".backup.age"
	copyTime   = "20060102T150405Z"
	ledgerCopy = "essaim-site.erased"
)

// Add makes a copy with what write writes, and then removes the oldest above Keep. Nothing is removed before the new one is whole.
func (c Copies) Add(at time.Time, write func(io.Writer) error) (Copy, error) {
	name := copyBegin + at.UTC().Format(copyTime) + copyEnd
	whole := filepath.Join(c.Folder, name)
	err := WriteFile(whole, func(out io.Writer) error {
		sealed, err := age.Encrypt(out, c.For)
		if err != nil {
			return err
		}
		return errors.Join(write(sealed), sealed.Close())
	})
	if err != nil {
		return Copy{}, err
	}
	info, err := os.Stat(whole)
	if err != nil {
		return Copy{}, err
	}
	return Copy{Name: name, Made: at, Bytes: info.Size()}, c.thin()
}

// thin removes the oldest copies above Keep.
func (c Copies) thin() error {
	all, err := c.List()
	if err != nil {
		return err
	}
	for _, old := range all[min(len(all), max(c.Keep, 1)):] {
		err = errors.Join(err, os.Remove(filepath.Join(c.Folder, old.Name)))
	}
	return err
}

// List lists the copies, the newest first. Other files of the folder are none.
func (c Copies) List() ([]Copy, error) {
	entries, err := os.ReadDir(c.Folder)
	if err != nil {
		return nil, err
	}
	var all []Copy
	for _, entry := range entries {
		text, ok := strings.CutPrefix(entry.Name(), copyBegin)
		text, ended := strings.CutSuffix(text, copyEnd)
		made, err := time.Parse(copyTime, text)
		if !ok || !ended || err != nil || !entry.Type().IsRegular() {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			continue // removed meanwhile
		}
		all = append(all, Copy{Name: entry.Name(), Made: made, Bytes: info.Size()})
	}
	slices.SortFunc(all, func(a, b Copy) int { return b.Made.Compare(a.Made) })
	return all, nil
}

// Ledger brings the ledger of erasures to the copies: it names nobody, and a restore needs the newest. A ledger that is there
// already and as long is left alone.
func (c Copies) Ledger(from string) error {
	text, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	to := filepath.Join(c.Folder, ledgerCopy)
	if info, err := os.Stat(to); err == nil && info.Size() == int64(len(text)) {
		return nil
	}
	draft, err := os.CreateTemp(c.Folder, ledgerCopy+"-*"+partial)
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name()) // nothing is there once it is renamed
	_, err = draft.Write(text)
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("ledger of erasures: %w", full(err))
	}
	return errors.Join(os.Rename(draft.Name(), to), syncFolder(c.Folder))
}
