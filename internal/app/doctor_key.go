package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// copiedFile notes which edition of the key was copied to a safe place, and when. It opens nothing.
func (d *doctor) copiedFile() string { return d.KeyFile() + ".copied" }

// openKey reads the key that is there, and makes none.
func (d *doctor) openKey() (*vault.Vault, error) {
	if d.VaultKey != "" {
		keys, err := vault.Parse(d.VaultKey)
		if err != nil {
			return nil, err
		}
		return vault.New(keys...)
	}
	if _, err := os.Stat(d.KeyFile()); err != nil {
		return nil, err
	}
	v, _, err := vault.LoadOrCreate(d.KeyFile())
	return v, err
}

// noteCopied is what a host says with --key-copied.
func (d *doctor) noteCopied() error {
	v, err := d.openKey()
	if err != nil {
		return fmt.Errorf("the key that was copied: %w", err)
	}
	note := fmt.Sprintf("%s %s\n", v.Edition(), d.clock.Now().Format(time.DateOnly))
	if err := os.WriteFile(d.copiedFile(), []byte(note), 0o600); err != nil {
		return fmt.Errorf("note that the key was copied: %w", err)
	}
	return nil
}

// lookKey sees whether the key is there, is kept from others, and was copied as it is now.
func (d *doctor) lookKey(context.Context) {
	v, err := d.openKey()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.found("key", Wrong, "Put back the file that was copied to a safe place. On a new machine, start the site once, which makes one.",
			"there is no key at %s", d.KeyFile())
		return
	case err != nil:
		d.found("key", Wrong, "Put it right before anything else: without the key nobody reads names and addresses again.", "the key does not open: %v", err)
		return
	}
	d.good("key", "the key is there, and only the site's account reads it")
	note, err := os.ReadFile(d.copiedFile())
	edition, day, _ := strings.Cut(strings.TrimSpace(string(note)), " ")
	const copyIt = "Copy %s to a safe place, on paper or on a stick, away from the backups. Then: essaim doctor --key-copied"
	switch {
	case err != nil:
		d.found("key-copy", Wrong, fmt.Sprintf(copyIt, d.KeyFile()), "nobody has said that the key was copied: if this disk breaks, all names are lost")
	case edition != v.Edition():
		d.found("key-copy", Wrong, fmt.Sprintf(copyIt, d.KeyFile()), "the key was changed since it was copied on %s", day)
	default:
		d.good("key-copy", "the key was copied on %s", day)
	}
}

// lookFingerprint sees whether the key is the database's.
func (d *doctor) lookFingerprint(ctx context.Context) {
	v, err := d.openKey()
	if d.house == nil || err != nil {
		return
	}
	kept, err := d.house.keptFingerprint(ctx)
	switch {
	case errors.Is(err, storage.ErrNoRows):
		d.found("key-fits", Unknown, "", "the database was written under no key yet")
	case err != nil:
		d.found("key-fits", Unknown, "", "the database does not say under which key it was written")
	case kept != v.Fingerprint():
		d.found("key-fits", Wrong, "Put back the file that was copied to a safe place, as "+d.KeyFile(),
			"the database was written under another key (%s, and this one is %s)", kept, v.Fingerprint())
	default:
		d.good("key-fits", "the key is the one under which the database was written")
	}
}
