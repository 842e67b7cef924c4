// Command near measures how fast "near you" and search answer where there are 100,000 mobilisations, half of them in one city: the
// whole page as a visitor gets it, made anew each time, and the index alone among as many places of their own.
//
// It takes about five minutes for each database; on SQLite the mobilisations are kept in build/ for the next run. Without a
// PostgreSQL in ESSAIM_TEST_POSTGRES (`make bench-near` starts one) it measures SQLite alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"essaim/bench/figure"
	"essaim/bench/stand"
	"essaim/internal/app"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/mail"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-near:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	folder   string
	places   string
	many     int
	requests int
	only     string
	table    *figure.Table
}

func run(ctx context.Context) error {
	b := &bench{table: figure.New("bench-near")}
	flag.StringVar(&b.folder, "folder", "build/bench-near", "folder for the data; SQLite's mobilisations in it are kept for the next run")
	flag.StringVar(&b.places, "places", "", "folder of place data; empty for the sample")
	flag.IntVar(&b.many, "mobilisations", 100_000, "how many there are")
	flag.IntVar(&b.requests, "requests", 3000, "how many pages of each kind are asked for")
	flag.StringVar(&b.only, "only", "", "sqlite or postgres: measure that database alone")
	flag.Parse()
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return err
	}
	if b.only != "postgres" {
		if err := b.measure(ctx, "SQLite", ""); err != nil {
			return err
		}
	}
	if server := os.Getenv("ESSAIM_TEST_POSTGRES"); server != "" && b.only != "sqlite" {
		if err := b.onPostgres(ctx, server); err != nil {
			return err
		}
	}
	b.table.Print(os.Stdout)
	return nil
}

func (b *bench) onPostgres(ctx context.Context, server string) error {
	address, drop, err := stand.Database(ctx, server)
	if err != nil {
		return err
	}
	defer drop()
	return b.measure(ctx, "PostgreSQL", address)
}

// measure serves a site from this process, and asks it over a connection that is kept.
func (b *bench) measure(ctx context.Context, engine, database string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	origin := "http://" + listener.Addr().String()
	house, err := app.Build(ctx, config.Settings{
		Data: filepath.Join(b.folder, engine), Database: database, Places: b.places, URL: origin, Name: "Essaim",
		Languages: []string{"fr", "en"}, Timezone: "Europe/Paris", From: "essaim@example.org", GuardOff: true,
	}, app.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Loopback: true, Mail: mail.NewCaptured(clock.System(), 10)})
	if err != nil {
		return err
	}
	defer house.Close()
	if err := house.Start(ctx); err != nil {
		return err
	}
	if err := plant(ctx, house, b.many); err != nil {
		return fmt.Errorf("plant: %w", err)
	}
	server := &http.Server{Handler: house.Web, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	err = errors.Join(b.pages(ctx, engine, origin, house), b.index(ctx, engine, house), server.Close())
	if closed := <-ended; !errors.Is(closed, http.ErrServerClosed) {
		err = errors.Join(err, closed)
	}
	return err
}
