// Command start measures how soon the site is ready, also after a power cut on a large table, how little it takes while nothing
// happens, how large the program is, and how late a counter arrives on thousands of open pages.
//
// It takes about two minutes; the first run plants a million signatures in build/ before, which takes one more.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"essaim/bench/figure"
	"essaim/bench/stand"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == stand.Word {
		os.Exit(stand.Serve(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == readersWord {
		os.Exit(readers(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-start:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	folder  string
	places  string
	planted int
	rounds  int
	pages   int
	seconds int
	only    string
	program string
	table   *figure.Table
}

func run(ctx context.Context) error {
	b := &bench{table: figure.New("bench-start")}
	flag.StringVar(&b.folder, "folder", "build/bench-start", "folder for the data; the large table in it is kept for the next run")
	flag.StringVar(&b.places, "places", "", "folder of place data; empty for the sample")
	flag.IntVar(&b.planted, "planted", 1_000_000, "signatures of the large table")
	flag.IntVar(&b.rounds, "rounds", 5, "how often each start is measured; the median counts")
	flag.IntVar(&b.pages, "pages", 5000, "open pages")
	flag.IntVar(&b.seconds, "seconds", 20, "for which the open pages are told a new number each second")
	flag.StringVar(&b.only, "only", "", "fresh, killed, idle or pages: measure that alone")
	flag.Parse()
	folder, err := filepath.Abs(b.folder)
	if err != nil {
		return err
	}
	b.folder = folder
	if b.places != "" {
		if b.places, err = filepath.Abs(b.places); err != nil {
			return err
		}
	}
	if err := errors.Join(os.MkdirAll(b.folder, 0o700), b.build(ctx)); err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{{"fresh", b.fresh}, {"killed", b.killed}, {"idle", b.idle}, {"pages", b.openPages}} {
		if b.only != "" && b.only != part.name {
			continue
		}
		if err := part.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	b.table.Print(os.Stdout)
	return nil
}

// build makes the program as a release does.
func (b *bench) build(ctx context.Context) error {
	b.program = filepath.Join(b.folder, "essaim")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program, "./cmd/essaim")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	info, err := os.Stat(b.program)
	if err != nil {
		return err
	}
	b.table.Most("the program", float64(info.Size())/1e6, "MB", 60)
	return nil
}

// milliseconds of a duration, for the table.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
