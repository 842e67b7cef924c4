package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"essaim/internal/platform/config"
	"essaim/internal/platform/hub"
)

type serveCommand struct {
	config.Settings
}

// Run serves until the context ends.
func (c *serveCommand) Run(w *world) error {
	log := logger(w.errs, c.Verbose)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", c.Listen, err)
	}
	h, err := Build(w.ctx, c.Settings, Options{Log: log, Loopback: isLoopback(listener.Addr()), Program: true})
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer h.Close()
	if err := h.claim(); err != nil {
		_ = listener.Close()
		return err
	}
	if err := h.Start(w.ctx); err != nil {
		_ = listener.Close()
		return err
	}
	if err := h.noteOrigin(w.ctx); err != nil {
		return err
	}
	if c.Source == "" {
		log.Warn("visitors are offered no source code, which the licence asks for (AGPL, section 13)", "setting", "--source")
	}
	if c.SMTP == "" {
		log.Warn("no mail server is set: mails wait until there is one", "setting", "--smtp")
	}
	if err := h.openAdmin(w.out); err != nil {
		return err
	}
	supervised := h.supervise(config.Supervised())
	defer supervised.close()
	defer context.AfterFunc(w.ctx, supervised.stopping)()
	fmt.Fprintf(w.out, "listening on %s\nready: %s\n", listener.Addr(), h.Origin())
	return serveAnd(w.ctx, h, listener, supervised.ready)
}

func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// Time limits of a connection. A slow sender gets its page of words, a silent one is let go. Streams lift their own.
const (
	headerTime = 10 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 90 * time.Second
	headerSize = 16 << 10
	drainTime  = 10 * time.Second
)

// serve answers on the listener until ctx ends, then lets the requests under way finish.
func serve(ctx context.Context, h *House, listener net.Listener) error {
	return serveAnd(ctx, h, listener, func() {})
}

// serveAnd is serve; it calls ready when nothing can go wrong any more before the first answer.
func serveAnd(ctx context.Context, h *House, listener net.Listener, ready func()) error {
	proxies, err := h.Proxies()
	if err != nil {
		return err
	}
	secured, err := h.tls()
	if err != nil {
		return err
	}
	if err := h.openPlain(secured); err != nil {
		return err
	}
	door := newDoor(limitsOf(hub.Descriptors()), proxies, h.Clock, h.Log, h.Hub.Pages)
	server := &http.Server{
		Handler: h.Web, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerSize, ErrorLog: quietLog(h.Log), ConnState: door.note,
	}
	if secured != nil {
		server.TLSConfig = secured.config
	}
	ready()
	stopped := make(chan error, 1)
	go func() { stopped <- h.Web.ServeOn(server, listener) }()
	if secured != nil && secured.begin != nil {
		defer secured.begin(ctx)()
	}
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	h.Hub.Close() // streams would never end by themselves
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(draining); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
