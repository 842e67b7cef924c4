// Command sign measures how many people can sign and confirm in a second, through the form that they fill, on disk before they
// are answered: beside the bare driver that writes the same rows a hundred at a time, and beside pgbench.
//
// It needs pgbench and, in ESSAIM_TEST_POSTGRES, a PostgreSQL that keeps its promises (`make bench-sign` starts one), and takes
// about three minutes. Without a PostgreSQL it measures SQLite alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"essaim/bench/crowd"
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
		fmt.Fprintln(os.Stderr, "bench-sign:", err)
		os.Exit(1)
	}
}

// bench is one run: its flags, what it has found, and the reference that both databases share.
type bench struct {
	folder   string
	places   string
	planted  int
	rounds   int
	duration time.Duration
	clients  int
	solved   int
	profile  string
	only     string
	table    *figure.Table
	pgbench  *pgbench // nil without a PostgreSQL
}

func run(ctx context.Context) error {
	b := &bench{table: figure.New("bench-sign")}
	flag.StringVar(&b.folder, "folder", "build/bench-sign", "folder on the disk to measure; what is in it is deleted")
	flag.StringVar(&b.places, "places", "", "folder of place data; empty for the sample")
	flag.IntVar(&b.planted, "planted", 100_000, "signatures that are there before")
	flag.IntVar(&b.rounds, "rounds", 3, "how often each is measured, in turns; the median counts")
	flag.DurationVar(&b.duration, "duration", 3*time.Second, "of one measure")
	flag.IntVar(&b.clients, "clients", 64, "people who sign at once")
	flag.IntVar(&b.solved, "solved", 3000, "signatures with their proof of work; 0 leaves that out")
	flag.StringVar(&b.profile, "profile", "", "beginning of the names of files for CPU profiles of the site")
	flag.StringVar(&b.only, "only", "", "sqlite or postgres: measure that database alone")
	flag.Parse()
	folder, err := filepath.Abs(b.folder)
	if err != nil {
		return err
	}
	b.folder = folder
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	return b.run(ctx)
}

func (b *bench) run(ctx context.Context) error {
	if server := os.Getenv("ESSAIM_TEST_POSTGRES"); server != "" {
		reference, err := openPgbench(ctx, server, b)
		if err != nil {
			return fmt.Errorf("pgbench: %w", err)
		}
		defer reference.close()
		b.pgbench = reference
	}
	if b.only != "postgres" {
		if err := b.onSQLite(ctx); err != nil {
			return fmt.Errorf("SQLite: %w", err)
		}
	}
	if b.only != "sqlite" && b.pgbench != nil {
		if err := b.onPostgres(ctx); err != nil {
			return fmt.Errorf("PostgreSQL: %w", err)
		}
	}
	b.table.Print(os.Stdout)
	return nil
}

// start serves a site and returns who signs there.
func (b *bench) start(ctx context.Context, s stand.Options) (*stand.Site, *crowd.Crowd, error) {
	s.Places, s.Planted = b.places, b.planted
	site, err := stand.Start(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	codes, err := site.Lines("/codes")
	if err != nil {
		site.Kill()
		return nil, nil, err
	}
	return site, crowd.New(site.URL, b.clients, codes), nil
}
