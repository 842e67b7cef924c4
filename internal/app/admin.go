package app

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"essaim/internal/platform/config"
	"essaim/internal/platform/perm"
)

type adminCommand struct {
	Add            adminAddCommand            `cmd:"" help:"Give a person a role, and print a link by which they sign in."`
	List           adminListCommand           `cmd:"" help:"List people and their roles."`
	Remove         adminRemoveCommand         `cmd:"" help:"Take a person out who has an account, with everything kept of them."`
	ForgetPasskeys adminForgetPasskeysCommand `cmd:"" help:"Forget every passkey of a person who lost them; they go on coming in by mail."`
	Erase          adminEraseCommand          `cmd:"" help:"Erase what is kept of who signed with an address; confirmed signatures go on counting, as nobody's."`
}

type adminAddCommand struct {
	config.Settings
	Address string `arg:"" help:"Mail address of the person."`
	Role    string `help:"host, moderator or organiser." enum:"host,moderator,organiser" default:"host" env:"-"`
}

// Run creates the person if need be.
func (c *adminAddCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		path, err := h.Account.Add(w.ctx, c.Address, perm.Role(c.Role))
		if err != nil {
			return inWords(h, err)
		}
		fmt.Fprintf(w.out, "%s is %s now. To sign in, within three days: %s%s\n", c.Address, c.Role, h.knownOrigin(w.ctx), path)
		return nil
	})
}

type adminListCommand struct{ config.Settings }

// Run lists everybody who has a role.
func (c *adminListCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		people, err := h.Account.People(w.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
		for _, p := range people {
			var roles []string
			for _, role := range p.Roles {
				roles = append(roles, string(role))
			}
			fmt.Fprintf(table, "%s\t%s\t%s\n", p.Email, p.Name, strings.Join(roles, ", "))
		}
		return table.Flush()
	})
}

type adminEraseCommand struct {
	config.Settings
	Address string `arg:"" help:"Mail address of the person."`
}

// Run erases the names, addresses and messages of a signatory.
func (c *adminEraseCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		n, err := h.Petitions.Erase(w.ctx, c.Address)
		if err != nil {
			return inWords(h, err)
		}
		fmt.Fprintf(w.out, "Nothing is left of this person in %d signatures.\n", n)
		return nil
	})
}

type adminRemoveCommand struct {
	config.Settings
	Address string `arg:"" help:"Mail address of the person."`
}

// Run removes a person; the last host stays.
func (c *adminRemoveCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		if err := h.Account.Remove(w.ctx, c.Address); err != nil {
			return inWords(h, err)
		}
		fmt.Fprintln(w.out, c.Address, "is gone.")
		return nil
	})
}

type adminForgetPasskeysCommand struct {
	config.Settings
	Address string `arg:"" help:"Mail address of the person."`
}

// Run is the way back for who may not remove a passkey by mail.
func (c *adminForgetPasskeysCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		n, err := h.Account.ForgetPasskeys(w.ctx, c.Address)
		if err != nil {
			return inWords(h, err)
		}
		fmt.Fprintf(w.out, "%d passkeys of %s are forgotten.\n", n, c.Address)
		return nil
	})
}
