package app

import (
	"errors"
	"fmt"

	"essaim/internal/platform/config"
	"essaim/internal/platform/vault"
)

type vaultCommand struct {
	Show   vaultShowCommand   `cmd:"" default:"withargs" help:"Say which keys there are, without showing them."`
	Rotate vaultRotateCommand `cmd:"" help:"Add a new key, and seal everything anew with it while the site serves."`
}

type vaultShowCommand struct{ config.Settings }

// Run prints nothing that opens anything.
func (c *vaultShowCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		newest, keys := h.Vault.Newest()
		fmt.Fprintf(w.out, "fingerprint: %s, the same for ever\nedition:     %s, another one after each rotation\nkeys:        %d; number %d seals, all open\n",
			h.Vault.Fingerprint(), h.Vault.Edition(), keys, newest)
		waiting, err := h.Queue.Waiting(w.ctx, resealKind)
		if err != nil {
			return err
		}
		if waiting > 0 {
			fmt.Fprintln(w.out, "Sealing anew is under way, or waits for 'essaim serve'.")
		}
		return nil
	})
}

type vaultRotateCommand struct{ config.Settings }

// Run adds a key while nobody serves: a process that has the old file could not read what this one seals.
func (c *vaultRotateCommand) Run(w *world) error {
	if c.VaultKey != "" {
		return errors.New("the key comes from --vault-key: put it into a file, name that with --vault-file, rotate, and take the new text of the file")
	}
	return withHouse(w, c.Settings, func(h *House) error {
		if err := h.claim(); err != nil {
			return err
		}
		if err := vault.Rotate(h.KeyFile()); err != nil {
			return err
		}
		fresh, _, err := vault.LoadOrCreate(h.KeyFile())
		if err != nil {
			return err
		}
		newest, _ := fresh.Newest()
		if err := h.askReseal(w.ctx, newest); err != nil {
			return err
		}
		fmt.Fprintf(w.out, `%s has a new key, number %d.
1. Copy the file to a safe place again: the old copy does not open what is sealed from now on. Then: essaim doctor --key-copied
2. If several machines serve, give each of them this file before it starts.
3. Start the site. It seals everything anew while it serves; 'essaim vault' says when that is done.
Keep the older keys in the file: backups from before need them.
`, h.KeyFile(), newest)
		return nil
	})
}
