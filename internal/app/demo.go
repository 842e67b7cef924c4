package app

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"

	"essaim/internal/app/demo"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
)

type demoCommand struct {
	Listen  string `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data    string `help:"Folder for the data; empty for one that is thrown away at the end." placeholder:"FOLDER"`
	Places  string `help:"Folder of place data in the documented format; empty for the small sample." placeholder:"FOLDER"`
	Verbose bool   `help:"Log every request." short:"v"`
}

const (
	demoHost      = "host@example.org"
	demoOrganiser = "organiser@example.org"
	demoMails     = 200 // kept in memory
)

// Run fills a fresh instance with invented data and serves it until the context ends.
func (c *demoCommand) Run(w *world) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w (is another program there? try --listen 127.0.0.1:0)", c.Listen, err)
	}
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "essaim-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(c.Data)
		c.Data = filepath.Join(c.Data, "data") // the key lies beside it
	}
	settings := config.Settings{
		Data: c.Data, Places: c.Places, URL: "http://" + listener.Addr().String(), Name: "Essaim", Languages: []string{"fr", "en"},
		Timezone: "Europe/Paris", From: "demo@example.org", Workers: true, Verbose: c.Verbose,
	}
	box := mail.NewCaptured(clock.System(), demoMails)
	h, err := Build(w.ctx, settings, Options{
		Log: logger(w.errs, c.Verbose), Mail: box, Loopback: isLoopback(listener.Addr()), Demo: true, Program: true,
	})
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer h.Close()
	return c.serve(w, h, box, listener)
}

func (c *demoCommand) serve(w *world, h *House, box *mail.Captured, listener net.Listener) error {
	if err := h.Web.Add(mailbox{box}.module().Routes...); err != nil {
		return err
	}
	if err := h.claim(); err != nil {
		return err
	}
	if err := h.Start(w.ctx); err != nil {
		return err
	}
	if err := fill(w, h); err != nil {
		return fmt.Errorf("fill the demo: %w", err)
	}
	for _, who := range []struct {
		address string
		role    perm.Role
	}{{demoHost, perm.RoleHost}, {demoOrganiser, perm.RoleOrganiser}} {
		path, err := h.Account.Add(w.ctx, who.address, who.role)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.out, "sign in as %s: %s%s\n", who.role, h.Origin(), path)
	}
	if err := employ(w.ctx, h); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "mails: %s/dev/mail\nready: %s\n", h.Origin(), h.Origin())
	return serve(w.ctx, h, listener)
}

// employ gives the invented organiser an organisation to write for.
func employ(ctx context.Context, h *House) error {
	people, err := h.Account.People(ctx)
	if err != nil {
		return err
	}
	carrier, err := h.Organised.BySlug(ctx, demo.Organisations()[0].Slug)
	for _, p := range people {
		if err == nil && p.Email == demoOrganiser {
			err = h.Organised.SetMember(ctx, carrier.ID, p.ID, organisation.Owner)
		}
	}
	return err
}

// fill writes the invented organisations, mobilisations and signatures, unless the folder has them from an earlier run.
func fill(w *world, h *House) error {
	ctx := w.ctx
	if _, err := h.Petitions.Petition(ctx, demo.Petitions()[0].Plan.Slug); err == nil {
		return nil
	}
	if err := h.Front.SetNotice(ctx, demo.Notice(), ""); err != nil {
		return err
	}
	carriers := map[string]string{} // slug → id
	for _, o := range demo.Organisations() {
		made, err := h.Organised.Create(ctx, o, "")
		if err != nil {
			return fmt.Errorf("%s: %w", o.Slug, err)
		}
		carriers[o.Slug] = made.ID
	}
	total := 0
	for _, p := range demo.Petitions() {
		total += p.Count
	}
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(w.errs), progressbar.OptionSetDescription("inventing signatures"),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	for _, p := range demo.Petitions() {
		p.Plan.OrganisationID = carriers[p.Organisation]
		if err := fillPetition(ctx, h, p, func(n int) { _ = bar.Add(n) }); err != nil {
			return fmt.Errorf("%s: %w", p.Plan.Slug, err)
		}
	}
	if _, err := h.Petitions.Propose(ctx, demo.Proposed()); err != nil {
		return err
	}
	return bar.Finish()
}

func fillPetition(ctx context.Context, h *House, p demo.Petition, progress func(int)) error {
	made, err := h.Petitions.Create(ctx, p.Plan)
	if err != nil {
		return err
	}
	if err := h.Petitions.PublishAt(ctx, made.ID, h.Clock.Now().Add(-p.Age)); err != nil {
		return err
	}
	now := h.Clock.Now()
	for _, n := range p.NewsAt(now) {
		n.PetitionID = made.ID
		if err := h.Petitions.Tell(ctx, n); err != nil {
			return err
		}
	}
	if err := h.Petitions.Plant(ctx, made.ID, demo.Signatures(p, h.Places.Load(), now), progress); err != nil {
		return err
	}
	if p.State == mobilisation.Closed || p.State == mobilisation.Victory {
		return h.Petitions.End(ctx, made.ID, p.State, p.Outcome)
	}
	return nil
}
