package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

// Copies are encrypted backups in one place, of which the newest are kept. It should be on another machine, or be taken there by
// whatever takes folders elsewhere.
type Copies struct {
	Place Place
	For   Recipient
	Keep  int // at least 1
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

// halfAge is after how long what a crash left half written is deleted. No copy takes as long.
const halfAge = 24 * time.Hour

// Add makes a copy with what write writes, and then removes the oldest above Keep. Nothing is removed before the new one is whole.
func (c Copies) Add(ctx context.Context, at time.Time, write func(io.Writer) error) (Copy, error) {
	made := Copy{Name: copyBegin + at.UTC().Format(copyTime) + copyEnd, Made: at}
	err := c.Place.Write(ctx, made.Name, func(out io.Writer) error {
		count := &counted{Writer: out}
		sealed, err := age.Encrypt(count, c.For)
		if err != nil {
			return err
		}
		err = errors.Join(write(sealed), sealed.Close())
		made.Bytes = count.n
		return err
	})
	if err != nil {
		return Copy{}, fmt.Errorf("copy into %s: %w", c.Place, err)
	}
	return made, errors.Join(c.thin(ctx), c.Place.Tidy(ctx, at.Add(-halfAge)))
}

// counted knows how many bytes went through.
type counted struct {
	io.Writer
	n int64
}

// Write implements io.Writer.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}

// thin removes the oldest copies above Keep.
func (c Copies) thin(ctx context.Context) error {
	all, err := c.List(ctx)
	if err != nil {
		return err
	}
	for _, old := range all[min(len(all), max(c.Keep, 1)):] {
		err = errors.Join(err, c.Place.Remove(ctx, old.Name))
	}
	return err
}

// List lists the copies, the newest first. Other things in that place are none.
func (c Copies) List(ctx context.Context) ([]Copy, error) {
	there, err := c.Place.List(ctx, copyBegin)
	if err != nil {
		return nil, err
	}
	var all []Copy
	for _, one := range there {
		text, ended := strings.CutSuffix(strings.TrimPrefix(one.Name, copyBegin), copyEnd)
		if made, err := time.Parse(copyTime, text); ended && err == nil {
			all = append(all, Copy{Name: one.Name, Made: made, Bytes: one.Bytes})
		}
	}
	slices.SortFunc(all, func(a, b Copy) int { return b.Made.Compare(a.Made) })
	return all, nil
}

// Ledger brings the ledger of erasures to the copies: it names nobody, and a restore needs the newest. A ledger that is there
// already and as long is left alone.
func (c Copies) Ledger(ctx context.Context, from string) error {
	text, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := c.Place.List(ctx, ledgerCopy)
	if err != nil {
		return fmt.Errorf("ledger of erasures: %w", err)
	}
	for _, one := range there {
		if one.Name == ledgerCopy && one.Bytes == int64(len(text)) {
			return nil
		}
	}
	if err := c.Place.Put(ctx, ledgerCopy, text); err != nil {
		return fmt.Errorf("ledger of erasures: %w", err)
	}
	return nil
}
