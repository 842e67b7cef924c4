package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"time"
)

// profileTime is the longest profile that may be asked for, and a bit.
const profileTime = 3 * time.Minute

// watchers is what --admin-listen serves.
func (h *House) watchers() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), headerTime)
		defer cancel()
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(h.metricsText(ctx)) // who asked has gone: nothing to do
	})
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", http.NotFound) // the settings of the command line may hold a password
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return byAddress(mux)
}

// byAddress refuses a Host that is a name: a page of another site could have its name lead to this machine, and read along in
// an administrator's browser (DNS rebinding).
func byAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if _, err := netip.ParseAddr(host); err != nil && host != "localhost" {
			http.Error(w, "ask by address, or as localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// openAdmin serves metrics and profiles until Close, where the settings want them.
func (h *House) openAdmin(out io.Writer) error {
	if h.AdminListen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", h.AdminListen)
	if err != nil {
		return fmt.Errorf("--admin-listen %s: %w", h.AdminListen, err)
	}
	if !isLoopback(listener.Addr()) && !h.AdminAnywhere {
		_ = listener.Close()
		return fmt.Errorf("--admin-listen %s: other machines reach this address, and it asks for no password; listen on 127.0.0.1, or say --admin-anywhere", h.AdminListen)
	}
	server := &http.Server{
		Handler: h.watchers(), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: profileTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerSize, ErrorLog: quietLog(h.Log),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	h.closers = append(h.closers, func() {
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			h.Log.Error("metrics were no longer served", "error", err)
		}
	})
	fmt.Fprintf(out, "metrics: http://%s/metrics\n", listener.Addr())
	return nil
}
