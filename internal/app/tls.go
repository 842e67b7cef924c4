package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
)

// secured is how the site speaks https, where the settings want it.
type secured struct {
	config *tls.Config
	plain  http.Handler                        // what is answered without TLS: an authority's questions, and the way to https
	begin  func(context.Context) (wait func()) // fetches a certificate while the site answers; nil when there is nothing to fetch
}

// tls returns nil when the site speaks plain http, to a proxy or to this machine.
func (h *House) tls() (*secured, error) {
	files := h.TLSCert != "" || h.TLSKey != ""
	if !h.TLS && !files {
		return nil, nil
	}
	site, err := url.Parse(h.URL)
	switch {
	case err != nil || site.Scheme != "https":
		return nil, fmt.Errorf("--url %q: a site that speaks https begins with https://", h.URL)
	case h.TLS && files:
		return nil, errors.New("--tls fetches a certificate, --tls-cert brings one: say one of them")
	case files && (h.TLSCert == "" || h.TLSKey == ""):
		return nil, errors.New("--tls-cert and --tls-key go together")
	case files:
		return h.filedTLS()
	case net.ParseIP(site.Hostname()) != nil || site.Hostname() == "localhost":
		return nil, fmt.Errorf("--tls: no authority gives a certificate for %s; --tls-cert and --tls-key bring one of yours", site.Hostname())
	}
	return h.fetchedTLS(site.Hostname()), nil
}

// certificateFolder holds what --tls has fetched: keys, so that no backup takes it along.
func (h *House) certificateFolder() string { return filepath.Join(h.Data, "certificates") }

func (h *House) fetchedTLS(name string) *secured {
	a := h.newAuthority(name)
	config := a.manager.TLSConfig()
	config.MinVersion, config.GetCertificate = tls.VersionTLS12, a.get
	return &secured{config: config, plain: a.manager.HTTPHandler(h.toHTTPS()), begin: a.begin}
}

func (h *House) filedTLS() (*secured, error) {
	files := &certificateFiles{cert: h.TLSCert, key: h.TLSKey, clock: h.Clock, log: h.Log}
	if err := files.read(); err != nil {
		return nil, err
	}
	return &secured{
		config: &tls.Config{GetCertificate: files.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}},
		plain:  h.toHTTPS(),
	}, nil
}

// toHTTPS sends who comes without TLS to the site's address, whatever name they used. What is not read only is refused: it has
// already gone over the wire.
func (h *House) toHTTPS() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "https only", http.StatusForbidden)
			return
		}
		w.Header().Set("Connection", "close")
		w.Header().Set("Location", h.Origin()+(&url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}).RequestURI())
		w.WriteHeader(http.StatusMovedPermanently)
	})
}

// openPlain answers without TLS until Close.
func (h *House) openPlain(s *secured) error {
	if s == nil || h.PlainListen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", h.PlainListen)
	if err != nil {
		return fmt.Errorf("--plain-listen %s: %w (empty for none)", h.PlainListen, err)
	}
	proxies, err := h.Proxies()
	if err != nil {
		return err
	}
	door := newDoor(plainLimits, proxies, h.Clock, h.Log, func() int { return 0 })
	server := &http.Server{
		Handler: s.plain, ReadHeaderTimeout: headerTime, ReadTimeout: headerTime, WriteTimeout: headerTime, IdleTimeout: headerTime,
		MaxHeaderBytes: headerSize, ErrorLog: quietLog(h.Log), ConnState: door.note,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	h.closers = append(h.closers, func() {
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			h.Log.Error("plain http was no longer answered", "error", err)
		}
	})
	h.Log.Info("plain http is sent to https", "address", listener.Addr().String())
	return nil
}

// plainLimits are few: who comes here stays for one answer.
var plainLimits = doorLimits{all: 400, block: 100, silent: 50}
