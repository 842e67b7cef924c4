// Command page measures how fast the page of a mobilisation is, beside nginx with the same compressed bytes in the same
// minutes: on kept connections, on a new TLS handshake for each request, while its numbers move; and how heavy it is.
//
// It needs nginx and wrk, and takes about two minutes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"essaim/bench/figure"
	"essaim/bench/stand"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == stand.Word {
		os.Exit(stand.Serve(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-page:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	rounds   int
	duration time.Duration
	profile  string
}

func run(ctx context.Context) error {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "how often each server is measured, in turns; the median counts")
	flag.DurationVar(&o.duration, "duration", 5*time.Second, "of one measure")
	flag.StringVar(&o.profile, "profile", "", "file for a CPU profile of the site under load")
	flag.Parse()
	folder, err := os.MkdirTemp("", "essaim-bench-page-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	table := figure.New("bench-page")
	for _, measure := range []func(context.Context, options, string, *figure.Table) error{weigh, keptAlive, handshakes, moving} {
		if err := measure(ctx, o, folder, table); err != nil {
			return err
		}
	}
	table.Print(os.Stdout)
	return nil
}

// page is the path that is measured.
const page = "/m/" + stand.Slug

// keptAlive measures 64 connections that ask again and again.
func keptAlive(ctx context.Context, o options, folder string, table *figure.Table) error {
	return beside(ctx, o, folder, false, func(ours, theirs measure) {
		table.Ratio("page, kept alive", ours.rate, theirs.rate, "req/s", "nginx", 0.45)
		table.Beside("  the server's processor time for one", ours.cost, theirs.cost, "µs", "nginx")
	})
}

// handshakes measures connections that ask once, after a whole handshake of TLS 1.3.
func handshakes(ctx context.Context, o options, folder string, table *figure.Table) error {
	return beside(ctx, o, folder, true, func(ours, theirs measure) {
		table.Ratio("page, a new TLS handshake each", ours.rate, theirs.rate, "req/s", "nginx", 0.8)
		table.Beside("  the server's processor time for one", ours.cost, theirs.cost, "µs", "nginx")
	})
}

// measure is what one server did: answers a second, and microseconds of its processor time for each.
type measure struct{ rate, cost float64 }

// beside measures the site and nginx in turns and tells the medians.
func beside(ctx context.Context, o options, folder string, secure bool, tell func(ours, theirs measure)) error {
	site, err := stand.Start(ctx, stand.Options{Data: folder + "/data", TLS: secure})
	if err != nil {
		return err
	}
	defer site.Kill()
	answer, err := get(site.URL+page, "gzip")
	if err != nil {
		return err
	}
	other, err := startNginx(ctx, folder, secure, answer)
	if err != nil {
		return err
	}
	defer other.stop()
	if err := same(other.url+page, answer); err != nil {
		return err
	}
	load := wrk
	if secure {
		load = shakeHands
	}
	var ours, theirs []measure
	for range o.rounds {
		for _, turn := range []struct {
			url  string
			pid  int
			into *[]measure
		}{{other.url, other.command.Process.Pid, &theirs}, {site.URL, site.PID(), &ours}} {
			m, err := take(ctx, turn.url, turn.pid, o.duration, load)
			if err != nil {
				return err
			}
			*turn.into = append(*turn.into, m)
		}
	}
	if o.profile != "" && !secure {
		if err := profile(ctx, o, site); err != nil {
			return err
		}
	}
	tell(median(ours), median(theirs))
	return site.Stop()
}

// take measures one server once.
func take(ctx context.Context, url string, pid int, d time.Duration, load func(context.Context, string, time.Duration) (float64, error)) (m measure, err error) {
	before, err := stand.CPU(pid)
	if err != nil {
		return m, err
	}
	if m.rate, err = load(ctx, url+page, d); err != nil {
		return m, err
	}
	after, err := stand.CPU(pid)
	m.cost = float64((after - before).Microseconds()) / (m.rate * d.Seconds())
	return m, err
}

func median(all []measure) (m measure) {
	var rates, costs []float64
	for _, one := range all {
		rates, costs = append(rates, one.rate), append(costs, one.cost)
	}
	return measure{figure.Median(rates), figure.Median(costs)}
}

// profile loads the site once more, for a profile.
func profile(ctx context.Context, o options, site *stand.Site) error {
	written := make(chan error, 1)
	go func() { written <- site.Profile(o.profile, o.duration) }()
	if _, err := wrk(ctx, site.URL+page, o.duration+time.Second); err != nil {
		return err
	}
	return <-written
}

// moving asks for the page as fast as it can while people sign, and counts how often the page was made.
func moving(ctx context.Context, o options, folder string, table *figure.Table) error {
	site, err := stand.Start(ctx, stand.Options{Data: folder + "/data", GuardOff: true})
	if err != nil {
		return err
	}
	defer site.Kill()
	signing, enough := context.WithCancel(ctx)
	counted := make(chan int, 1)
	go func() { counted <- sign(signing, site) }()
	before, err := site.Number("/renders")
	if err != nil {
		enough()
		return err
	}
	began := time.Now()
	rate, err := wrk(ctx, site.URL+page, 2*o.duration)
	seconds := time.Since(began).Seconds()
	enough()
	signed := <-counted
	if err != nil {
		return err
	}
	after, err := site.Number("/renders")
	if err != nil {
		return err
	}
	table.Note("the same while people sign", rate, "req/s")
	table.Note("people who signed", float64(signed)/seconds, "/s")
	// n renders have n-1 pauses between them.
	table.Most("times that the page was made meanwhile", float64(max(after-before-1, 0))/seconds, "/s", 1)
	return site.Stop()
}

// sign has somebody sign and confirm fifty times a second until ctx ends, and tells how many did.
func sign(ctx context.Context, site *stand.Site) (n int) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return n
		case <-tick.C:
		}
		if _, err := site.Ask("/count"); err == nil {
			n++
		}
	}
}
