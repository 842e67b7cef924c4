package main

import (
	"context"
	"path/filepath"

	"essaim/bench/crowd"
	"essaim/bench/stand"
)

// onSQLite measures signing and confirming in turns with the bare driver and with pgbench, on as many signatures each.
func (b *bench) onSQLite(ctx context.Context) error {
	data := stand.Options{Data: filepath.Join(b.folder, "data"), GuardOff: true}
	site, _, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	if err := site.Stop(); err != nil {
		return err
	}
	file := filepath.Join(b.folder, "data", "essaim.db")
	reference, err := openBare(ctx, file, filepath.Join(b.folder, "bare.db"))
	if err != nil {
		return err
	}
	defer reference.close()
	site, people, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer site.Kill()
	signing, err := b.turns(ctx, "sign", reference.sign, site, func() (crowd.Result, error) { return people.Sign(b.duration) })
	if err != nil {
		return err
	}
	b.tell("SQLite: signatures", signing, 0.25, 0.6)
	confirming, err := b.confirmAll(ctx, reference.confirm, site, people)
	if err != nil {
		return err
	}
	b.tell("SQLite: confirmations", confirming, 0.25, 0.6)
	if err := site.Stop(); err != nil {
		return err
	}
	if err := b.weighSQLite(ctx, file); err != nil {
		return err
	}
	return b.others(ctx)
}

// others measures signing with the proof of work that browsers bring, and with mails going out meanwhile.
func (b *bench) others(ctx context.Context) error {
	data := stand.Options{Data: filepath.Join(b.folder, "solved")}
	if b.solved > 0 {
		if err := b.solve(ctx, data); err != nil {
			return err
		}
	}
	data.GuardOff, data.Workers = true, true
	site, people, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer site.Kill()
	before, err := site.Number("/jobs")
	if err != nil {
		return err
	}
	s := &series{}
	if err := b.measure(s, site, "mail", true, func() (crowd.Result, error) { return people.Sign(b.duration) }); err != nil {
		return err
	}
	after, err := site.Number("/jobs")
	if err != nil {
		return err
	}
	b.tell("SQLite: signatures while mails go out", s, 0, 0)
	b.table.Note("  mails that went out meanwhile", float64(int64(len(s.late))+before-after)/b.duration.Seconds(), "/s")
	return site.Stop()
}

// solve measures signing with a proof of work that was found before the clock starts.
func (b *bench) solve(ctx context.Context, data stand.Options) error {
	site, people, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer site.Kill()
	challenge, err := site.Lines("/challenge")
	if err != nil {
		return err
	}
	people.Clients = b.solved / 15 // whoever signs more than twenty times from one address is asked for more work
	proofs := people.Solve(site.Petition, challenge[0], b.solved)
	s := &series{}
	if err := b.measure(s, site, "solved", false, func() (crowd.Result, error) { return people.SignSolved(proofs) }); err != nil {
		return err
	}
	b.tell("SQLite: signatures with their proof of work", s, 0, 0)
	return site.Stop()
}
