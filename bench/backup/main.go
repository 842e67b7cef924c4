// Command backup measures how long it takes to keep a site of a million signatures while people sign, how much that slows them
// down, and how long it takes to bring the site back.
//
// With ESSAIM_TEST_POSTGRES, a PostgreSQL that keeps its promises (`make bench-backup` starts one), it does so on both databases.
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

	"essaim/bench/crowd"
	"essaim/bench/figure"
	"essaim/bench/stand"
	"essaim/internal/app"
)

// word is the first argument of the program when it is to be `essaim`.
const word = "essaim"

func main() {
	switch {
	case len(os.Args) > 1 && os.Args[1] == stand.Word:
		os.Exit(stand.Serve(os.Args[2:]))
	case len(os.Args) > 1 && os.Args[1] == word:
		os.Exit(app.Run(context.Background(), os.Args[2:], os.Stdout, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-backup:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	folder  string
	planted int
	clients int
	warm    time.Duration
	only    string
	table   *figure.Table
}

func run(ctx context.Context) error {
	b := &bench{table: figure.New("bench-backup")}
	flag.StringVar(&b.folder, "folder", "build/bench-backup", "folder on the disk to measure; what is in it is deleted")
	flag.IntVar(&b.planted, "planted", 1_000_000, "signatures of the site")
	flag.IntVar(&b.clients, "clients", 64, "people who sign at once")
	flag.DurationVar(&b.warm, "warm", 10*time.Second, "how long signing is measured without a backup")
	flag.StringVar(&b.only, "only", "", "sqlite or postgres: measure that database alone")
	flag.Parse()
	var err error
	if b.folder, err = filepath.Abs(b.folder); err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(b.folder), os.MkdirAll(b.folder, 0o700)); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	defer b.table.Print(os.Stdout) // also what was found before an error
	if b.only != "postgres" {
		if err := b.measure(ctx, "SQLite", "", ""); err != nil {
			return err
		}
	}
	if server := os.Getenv("ESSAIM_TEST_POSTGRES"); server != "" && b.only != "sqlite" {
		if err := b.onPostgres(ctx, server); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) onPostgres(ctx context.Context, server string) error {
	var both [2]string
	for i := range both {
		address, drop, err := stand.Database(ctx, server)
		if err != nil {
			return err
		}
		defer drop()
		both[i] = address
	}
	return b.measure(ctx, "PostgreSQL", both[0], both[1])
}

// measure keeps a site under load, kills it, and brings it back elsewhere.
func (b *bench) measure(ctx context.Context, engine, from, to string) error {
	data, file := filepath.Join(b.folder, engine), filepath.Join(b.folder, engine+".backup")
	site, err := stand.Start(ctx, stand.Options{Data: data, Database: from, GuardOff: true, Planted: b.planted})
	if err != nil {
		return err
	}
	defer site.Kill()
	codes, err := site.Lines("/codes")
	if err != nil {
		return err
	}
	people := crowd.New(site.URL, b.clients, codes)
	if _, err := people.Sign(time.Second); err != nil { // warms up
		return err
	}
	alone, err := people.Sign(b.warm)
	if err != nil {
		return err
	}
	took, beside, err := b.keep(ctx, people, data, from, file)
	if err != nil {
		return err
	}
	after, err := people.Sign(b.warm)
	if err != nil {
		return err
	}
	site.Kill()
	b.table.Most(engine+": backup while people sign", took.Seconds(), "s", 60)
	b.table.Ratio(engine+": signatures meanwhile", beside, (alone.Rate()+after.Rate())/2, "/s", "before and after", 0.8)
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	b.table.Note(engine+": the backup", float64(info.Size())/1e6, "MB")
	empty := data + "-back"
	key, err := os.ReadFile(data + ".key")
	if err := errors.Join(err, os.WriteFile(empty+".key", key, 0o600)); err != nil {
		return err
	}
	began := time.Now()
	if err := essaim(ctx, "restore", file, "--data", empty, "--database", to).Run(); err != nil {
		return err
	}
	b.table.Most(engine+": restore", time.Since(began).Seconds(), "s", 180)
	return errors.Join(os.RemoveAll(data), os.RemoveAll(empty), os.Remove(file))
}

// keep makes a backup while people sign, and returns how long it took and how many signed in a second.
func (b *bench) keep(ctx context.Context, people *crowd.Crowd, data, database, file string) (time.Duration, float64, error) {
	began := time.Now()
	keeping := essaim(ctx, "backup", file, "--data", data, "--database", database)
	if err := keeping.Start(); err != nil {
		return 0, 0, err
	}
	ended := make(chan error, 1)
	var took time.Duration
	go func() {
		err := keeping.Wait()
		took = time.Since(began)
		ended <- err
	}()
	signed, spent := 0, time.Duration(0)
	for {
		part, err := people.Sign(time.Second)
		if err != nil {
			return 0, 0, errors.Join(err, <-ended)
		}
		signed, spent = signed+len(part.Late), spent+part.Took
		select {
		case err := <-ended:
			return took, float64(signed) / spent.Seconds(), err
		default:
		}
	}
}

// essaim is the program itself as another process.
func essaim(ctx context.Context, args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	command := exec.CommandContext(ctx, program, append([]string{word}, args...)...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	return command
}
