// Command board measures the pages of who organises a mobilisation with a million signatures: the board, its messages, and the
// press page, which everybody may ask for.
//
// With ESSAIM_TEST_POSTGRES (`make bench-board` starts one) it does so on both databases. Planting takes a minute on each.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
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
		fmt.Fprintln(os.Stderr, "bench-board:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	folder  string
	places  string
	planted int
	rounds  int
	only    string
	table   *figure.Table
}

func run(ctx context.Context) error {
	b := &bench{table: figure.New("bench-board")}
	flag.StringVar(&b.folder, "folder", "build/bench-board", "folder for the data; what is in it is deleted")
	flag.StringVar(&b.places, "places", "", "folder of place data; empty for the sample")
	flag.IntVar(&b.planted, "planted", 1_000_000, "signatures of the mobilisation")
	flag.IntVar(&b.rounds, "rounds", 200, "how often each page is asked for")
	flag.StringVar(&b.only, "only", "", "sqlite or postgres: measure that database alone")
	flag.Parse()
	if err := errors.Join(os.RemoveAll(b.folder), os.MkdirAll(b.folder, 0o700)); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	defer b.table.Print(os.Stdout) // also what was found before an error
	if b.only != "postgres" {
		if err := b.measure(ctx, "SQLite", ""); err != nil {
			return err
		}
	}
	server := os.Getenv("ESSAIM_TEST_POSTGRES")
	if server == "" || b.only == "sqlite" {
		return nil
	}
	address, drop, err := stand.Database(ctx, server)
	if err != nil {
		return err
	}
	defer drop()
	return b.measure(ctx, "PostgreSQL", address)
}

// measure plants a site and asks for its pages one after another, as one person does.
func (b *bench) measure(ctx context.Context, engine, database string) error {
	site, err := stand.Start(ctx, stand.Options{
		Data: filepath.Join(b.folder, engine), Database: database, Places: b.places, GuardOff: true, Workers: true, Planted: b.planted,
	})
	if err != nil {
		return err
	}
	defer site.Kill()
	for left := int64(1); left > 0; time.Sleep(100 * time.Millisecond) { // all are counted
		if left, err = site.Number("/deltas"); err != nil {
			return err
		}
	}
	host, err := signIn(site)
	if err != nil {
		return err
	}
	for _, page := range []struct{ name, path string }{
		{"the board", "/m/" + stand.Slug + "/team"},
		{"the queue of messages", "/moderation?kind=mobilisation.message"},
		{"the press page, drawn anew", "/m/" + stand.Slug + "/press"},
		{"the page of the mobilisation, drawn anew", "/m/" + stand.Slug},
	} {
		took, err := b.ask(ctx, host, site.URL+page.path)
		if err != nil {
			return fmt.Errorf("%s: %w", page.name, err)
		}
		b.table.Most(fmt.Sprintf("%s: %s, p99", engine, page.name), milliseconds(figure.Percentile(took, 99)), "ms", 100)
		b.table.Note("  its median", milliseconds(figure.Percentile(took, 50)), "ms")
	}
	return site.Stop()
}

// signIn returns a browser in which a host is signed in: to whom pages are drawn anew each time.
func signIn(site *stand.Site) (*http.Client, error) {
	path, err := site.Ask("/host")
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	host := &http.Client{Jar: jar}
	answer, err := host.PostForm(site.URL+strings.TrimSpace(path), url.Values{})
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New("the host cannot come in: " + answer.Status)
	}
	return host, nil
}

// ask measures from the request to the last byte, and returns the times sorted.
func (b *bench) ask(ctx context.Context, who *http.Client, address string) ([]time.Duration, error) {
	took := make([]time.Duration, 0, b.rounds)
	for range b.rounds {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		answer, err := who.Do(req)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
		if answer.StatusCode != http.StatusOK {
			return nil, errors.New(answer.Status)
		}
	}
	slices.Sort(took)
	return took, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
