package main

import (
	"context"
	"os"
	"slices"
	"time"

	"essaim/bench/crowd"
	"essaim/bench/figure"
	"essaim/bench/stand"
)

// series is what one act did in all rounds, and its references in the same rounds.
type series struct {
	rates   []float64
	late    []time.Duration // of every answer
	costs   []float64       // processor time of the site for one, in microseconds
	crowds  []float64       // and of who asks
	bare    []float64
	pgbench []float64
}

// turns measures an act in turns with the bare driver, unless that is nil, and with pgbench, if there is one.
func (b *bench) turns(ctx context.Context, name string, bare func(context.Context, time.Duration) (float64, error), site *stand.Site, act func() (crowd.Result, error)) (*series, error) {
	s := &series{}
	for round := range b.rounds {
		if bare != nil {
			rate, err := bare(ctx, b.duration)
			if err != nil {
				return nil, err
			}
			s.bare = append(s.bare, rate)
		}
		if b.pgbench != nil {
			rate, err := b.pgbench.run(ctx, name, b.duration)
			if err != nil {
				return nil, err
			}
			s.pgbench = append(s.pgbench, rate)
		}
		if err := b.measure(s, site, name, round == 0, act); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// measure has the crowd act once and notes how it went.
func (b *bench) measure(s *series, site *stand.Site, name string, profile bool, act func() (crowd.Result, error)) error {
	profiled := make(chan error, 1)
	if b.profile != "" && profile {
		go func() { profiled <- site.Profile(b.profile+name+".prof", b.duration) }()
	} else {
		profiled <- nil
	}
	before, err := stand.CPU(site.PID())
	if err != nil {
		return err
	}
	own, err := stand.CPU(os.Getpid())
	if err != nil {
		return err
	}
	r, err := act()
	if err != nil {
		return err
	}
	after, err := stand.CPU(site.PID())
	if err != nil {
		return err
	}
	s.rates = append(s.rates, r.Rate())
	s.late = append(s.late, r.Late...)
	ownAfter, err := stand.CPU(os.Getpid())
	if err != nil {
		return err
	}
	s.costs = append(s.costs, float64((after-before).Microseconds())/float64(len(r.Late)))
	s.crowds = append(s.crowds, float64((ownAfter-own-(after-before)).Microseconds())/float64(len(r.Late)))
	return <-profiled
}

// p99 is within how many milliseconds 99 of 100 were answered.
func (s *series) p99() float64 {
	return float64(figure.Percentile(slices.Sorted(slices.Values(s.late)), 99).Microseconds()) / 1000
}

// tell adds what a series found to the table.
func (b *bench) tell(name string, s *series, ofBare, ofPgbench float64) {
	rate := figure.Median(s.rates)
	if s.bare != nil {
		b.table.Ratio(name, rate, figure.Median(s.bare), "/s", "bare driver, 100 a transaction", ofBare)
	}
	if s.pgbench != nil {
		b.table.Ratio(name, rate, figure.Median(s.pgbench), "/s", "pgbench, 64 clients", ofPgbench)
	}
	if s.bare == nil && s.pgbench == nil {
		b.table.Note(name, rate, "/s")
	}
	b.table.Most("  99 of 100 answered within", s.p99(), "ms", 100)
	b.table.Note("  processor time of the site for one", figure.Median(s.costs), "µs")
	b.table.Note("  and of the people's browsers", figure.Median(s.crowds), "µs")
}

// confirmAll measures confirming in rounds, then confirms whoever is left, so that the table can be weighed.
func (b *bench) confirmAll(ctx context.Context, bare func(context.Context, time.Duration) (float64, error), site *stand.Site, people *crowd.Crowd) (*series, error) {
	links, err := site.Lines("/waiting")
	if err != nil {
		return nil, err
	}
	part := len(links) / b.rounds
	s, err := b.turns(ctx, "confirm", bare, site, func() (crowd.Result, error) {
		now := links[:part]
		links = links[part:]
		return people.Confirm(b.duration, now)
	})
	if err != nil {
		return nil, err
	}
	rest, err := site.Lines("/waiting")
	if err != nil {
		return nil, err
	}
	_, err = people.Confirm(time.Minute, rest)
	return s, err
}
