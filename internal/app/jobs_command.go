package app

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"essaim/internal/platform/config"
)

type jobsCommand struct {
	Show   jobsShowCommand   `cmd:"" default:"withargs" help:"Count what waits, what is being done and what was given up, by kind."`
	Dead   jobsDeadCommand   `cmd:"" help:"List what was given up, with the last error."`
	Revive jobsReviveCommand `cmd:"" help:"Send what was given up back to work."`
}

type jobsShowCommand struct{ config.Settings }

// Run prints a line a kind.
func (c *jobsShowCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		counts, err := h.Queue.Counts(w.ctx)
		if err != nil {
			return err
		}
		if len(counts) == 0 {
			fmt.Fprintln(w.out, "Nothing waits, nothing was given up.")
			return nil
		}
		dead := int64(0)
		table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "KIND\tWAITING\tRUNNING\tDEAD")
		for _, n := range counts {
			fmt.Fprintf(table, "%s\t%d\t%d\t%d\n", n.Kind, n.Waiting, n.Running, n.Dead)
			dead += n.Dead
		}
		if err := table.Flush(); err != nil {
			return err
		}
		if dead > 0 {
			fmt.Fprintln(w.out, "What is dead was tried for days. Look why: essaim jobs dead. Once that is mended: essaim jobs revive --all")
		}
		return nil
	})
}

type jobsDeadCommand struct {
	config.Settings
	Limit int `help:"How many are listed at most, the oldest first." default:"100" env:"-"`
}

// Run lists dead letters. What they carry is not shown: it names rows, and the error says what went wrong.
func (c *jobsDeadCommand) Run(w *world) error {
	return withHouse(w, c.Settings, func(h *House) error {
		letters, err := h.Queue.DeadLetters(w.ctx, max(c.Limit, 1))
		if err != nil {
			return err
		}
		if len(letters) == 0 {
			fmt.Fprintln(w.out, "Nothing was given up.")
			return nil
		}
		table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tKIND\tTRIES\tLAST TRY\tERROR")
		for _, d := range letters {
			line, _, _ := strings.Cut(d.LastError, "\n")
			fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", d.ID, d.Kind, d.Attempt, d.Due.Format("2006-01-02 15:04 UTC"), line)
		}
		return table.Flush()
	})
}

type jobsReviveCommand struct {
	config.Settings
	Which string `arg:"" optional:"" help:"Id of one, or a kind." placeholder:"ID|KIND"`
	All   bool   `help:"All that were given up." env:"-"`
}

// Run revives one dead letter, those of a kind, or all.
func (c *jobsReviveCommand) Run(w *world) error {
	if c.All == (c.Which != "") {
		return errors.New("say which: the id of one or a kind, as 'essaim jobs dead' lists them, or --all")
	}
	return withHouse(w, c.Settings, func(h *House) error {
		n, err := c.revive(w, h)
		if err != nil {
			return err
		}
		if n == 0 && !c.All {
			return fmt.Errorf("nothing that was given up has the id or the kind %q; 'essaim jobs dead' lists what there is", c.Which)
		}
		fmt.Fprintf(w.out, "Sent back to work: %d. A site that serves takes them up within a second.\n", n)
		return nil
	})
}

func (c *jobsReviveCommand) revive(w *world, h *House) (int64, error) {
	if c.All {
		return h.Queue.ReviveAll(w.ctx, "")
	}
	if one, err := h.Queue.Revive(w.ctx, c.Which); err != nil || one {
		return 1, err
	}
	return h.Queue.ReviveAll(w.ctx, c.Which)
}
