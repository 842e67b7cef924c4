package stand

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"essaim/internal/app"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// Serve is the other process: the site, until it is told to stop. It returns the exit code.
func Serve(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o Options
	flags := flag.NewFlagSet(Word, flag.ContinueOnError)
	flags.StringVar(&o.Data, "data", "", "")
	flags.StringVar(&o.Database, "database", "", "")
	flags.StringVar(&o.Places, "places", "", "")
	flags.BoolVar(&o.GuardOff, "guard-off", false, "")
	flags.BoolVar(&o.Workers, "workers", false, "")
	flags.BoolVar(&o.TLS, "tls", false, "")
	flags.IntVar(&o.Planted, "planted", 0, "")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := serve(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "the site on the stand:", err)
		return 1
	}
	return 0
}

// inside is the site as its own process knows it.
type inside struct {
	*app.House
	petition *mobilisation.Petition
	signers  *Signers
}

func serve(ctx context.Context, o Options) error {
	public, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	private, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	scheme := "http://"
	if o.TLS {
		scheme = "https://"
	}
	house, err := app.Build(ctx, config.Settings{
		Data: o.Data, Database: o.Database, Places: o.Places, URL: scheme + public.Addr().String(), Name: "Essaim",
		Languages: []string{"fr", "en"}, Timezone: "Europe/Paris", From: "essaim@example.org", GuardOff: o.GuardOff, Workers: o.Workers,
	}, app.Options{
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), Loopback: true,
		Mail: mail.NewCaptured(clock.System(), 1000),
	})
	if err != nil {
		return err
	}
	defer house.Close()
	if err := house.Start(ctx); err != nil {
		return err
	}
	in := &inside{House: house, signers: NewSigners(house.Places.Load())}
	if in.petition, err = publish(ctx, house); err != nil {
		return err
	}
	if err := in.plant(ctx, o.Planted); err != nil {
		return err
	}
	return in.answer(ctx, o, public, private)
}

// answer serves the site as `essaim serve` does, and what is known of it at a second address.
func (in *inside) answer(ctx context.Context, o Options, public, private net.Listener) error {
	site := &http.Server{
		Handler: in.Web, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 90 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	known := &http.Server{Handler: in.known()}
	go func() { _ = known.Serve(private) }() // ends with the process
	if o.TLS {
		certificate, err := Certificate()
		if err != nil {
			return err
		}
		site.TLSConfig = &tls.Config{
			Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13,
			CurvePreferences: []tls.CurveID{tls.X25519}, SessionTicketsDisabled: true,
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- in.Web.ServeOn(site, public) }()
	line, err := json.Marshal(Ready{URL: in.Origin(), Inside: "http://" + private.Addr().String(), Petition: in.petition.ID})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		in.Hub.Close()
		return errors.Join(site.Close(), known.Close())
	}
}

// known answers what a benchmark asks.
func (in *inside) known() http.Handler {
	mux := http.NewServeMux()
	tell := func(path string, answer func(w io.Writer, r *http.Request) error) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			out := bufio.NewWriter(w)
			if err := answer(out, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			_ = out.Flush() // the benchmark has gone: nothing to do
		})
	}
	tell("/renders", func(w io.Writer, _ *http.Request) error {
		_, err := fmt.Fprintln(w, in.Web.Pages.Renders())
		return err
	})
	tell("/commits", func(w io.Writer, _ *http.Request) error {
		n, _, _ := in.DB.Stats()
		_, err := fmt.Fprintln(w, n)
		return err
	})
	tell("/waiting", in.waiting)
	tell("/codes", func(w io.Writer, _ *http.Request) error {
		_, err := fmt.Fprintln(w, strings.Join(in.signers.codes, "\n"))
		return err
	})
	tell("/challenge", func(w io.Writer, _ *http.Request) error {
		_, err := fmt.Fprintln(w, in.Guard.Challenge(in.petition.ID))
		return err
	})
	tell("/jobs", func(w io.Writer, r *http.Request) error {
		var n int64
		err := in.DB.QueryRow(r.Context(), `SELECT COUNT(*) FROM jobs_job`).Scan(&n)
		fmt.Fprintln(w, n)
		return err
	})
	tell("/deltas", func(w io.Writer, r *http.Request) error {
		var n int64
		err := in.DB.QueryRow(r.Context(), `SELECT COUNT(*) FROM mobilisation_delta`).Scan(&n)
		fmt.Fprintln(w, n)
		return err
	})
	tell("/count", in.countOne)
	tell("/host", in.hostLink)
	tell("/collect", func(io.Writer, *http.Request) error {
		debug.FreeOSMemory()
		return nil
	})
	mux.HandleFunc("GET /profile", pprof.Profile)
	mux.Handle("GET /heap", pprof.Handler("allocs"))
	return mux
}

// hostLink answers with the path at which a host signs in, once.
func (in *inside) hostLink(w io.Writer, r *http.Request) error {
	path, err := in.Account.Add(r.Context(), "host@example.org", perm.RoleHost)
	fmt.Fprintln(w, path)
	return err
}

// waiting lists the links by which waiting signatures are confirmed, as the mails have them: "id/token" one a line.
func (in *inside) waiting(w io.Writer, r *http.Request) error {
	rows, err := in.DB.Query(r.Context(), `
		SELECT id
		FROM mobilisation_signature
		WHERE confirmed_at = 0`)
	ids, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
	for _, id := range ids {
		fmt.Fprintln(w, id+"/"+in.Vault.Token("mobilisation.confirm", id))
	}
	return err
}

// countOne has one more signature counted, and answers with the number that the pages are about to show and the time in
// nanoseconds since 1970 at which the confirmation was on disk.
func (in *inside) countOne(w io.Writer, r *http.Request) error {
	receipt, err := in.Petitions.Sign(r.Context(), in.petition, in.signers.Next(), false)
	if err != nil {
		return err
	}
	next := in.Petitions.Count(in.petition.ID) + 1
	if _, err := in.Petitions.ConfirmByLink(r.Context(), receipt.Signature, in.Vault.Token("mobilisation.confirm", receipt.Signature)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, strconv.FormatInt(next, 10), strconv.FormatInt(time.Now().UnixNano(), 10))
	return err
}
