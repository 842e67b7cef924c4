package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fetch"
)

// askAgain is how long a refusal is believed: authorities allow few failures an hour, and every visitor would be one.
const askAgain = 15 * time.Minute

// authority fetches and renews the site's one certificate (ACME, RFC 8555). What an authority refuses is told in the log, and kept in
// a file for the doctor; a certificate that is there goes on being shown. It is safe for concurrent use.
type authority struct {
	manager *autocert.Manager
	name    string
	file    string // of what went wrong last
	clock   clock.Clock
	log     *slog.Logger

	mu     sync.Mutex
	failed error // of the last try for the first certificate
	asked  time.Time
	until  time.Time // end of the certificate that is in use
	warned time.Time
	told   string // by the log last
}

// newAuthority answers for the site's own name alone: who asks for another one gets no certificate, and costs no order.
func (h *House) newAuthority(name string) *authority {
	a := &authority{name: name, file: h.refusalFile(), clock: h.Clock, log: h.Log}
	client := h.authorityClient().HTTP()
	client.Transport = overheard{RoundTripper: client.Transport, tell: a.note, orders: new(sync.Map)}
	a.manager = &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(h.certificateFolder()), HostPolicy: autocert.HostWhitelist(name), Email: h.TLSContact,
		Client: &acme.Client{DirectoryURL: h.TLSDirectory, HTTPClient: client, UserAgent: "Essaim"},
	}
	return a
}

// authorityClient asks the usual authority, or the one that the host named, which may be on a network of their own.
func (h *House) authorityClient() *fetch.Client {
	options := fetch.Options{}
	if own, err := url.Parse(h.TLSDirectory); err == nil && h.TLSDirectory != "" {
		options.AllowPrivate = true
		port, _ := strconv.Atoi(cmp.Or(own.Port(), "443")) // url.Parse has seen that it is a number
		options.Ports = []int{80, 443, port}
	}
	return fetch.New(options)
}

// refusalFile keeps what the authority said last, until there is a newer certificate.
func (h *House) refusalFile() string { return filepath.Join(h.certificateFolder(), "last-refusal") }

var errOtherName = errors.New("this site has another name")

// get is what tls.Config asks for each connection. One kind of key is enough for every browser that speaks TLS 1.2; an old machine that
// wants another one must not cost an order of its own.
func (a *authority) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if len(hello.SupportedProtos) == 1 && hello.SupportedProtos[0] == acme.ALPNProto { // RFC 8737 4
		return a.manager.GetCertificate(hello)
	}
	if !strings.EqualFold(strings.TrimSuffix(hello.ServerName, "."), a.name) {
		return nil, errOtherName
	}
	if err := a.refused(); err != nil {
		return nil, err
	}
	pair, err := a.manager.GetCertificate(&tls.ClientHelloInfo{
		ServerName: a.name, SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}, SupportedCurves: []tls.CurveID{tls.CurveP256},
		CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	})
	if err != nil {
		a.fail(err)
		return nil, err
	}
	a.succeed(pair)
	return pair, nil
}

func (a *authority) refused() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if since := a.clock.Now().Sub(a.asked); a.failed != nil && since >= 0 && since < askAgain {
		return a.failed
	}
	return nil
}

// fail remembers that there is no certificate at all. Who waited for somebody else's try learns nothing new.
func (a *authority) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	if a.failed != nil && now.Sub(a.asked) < askAgain {
		return
	}
	a.failed, a.asked = err, now
	a.log.Error("there is no certificate: the site is not reached over https; asked again in a quarter of an hour", "error", err)
}

// succeed notices a new certificate, and one that should have been renewed.
func (a *authority) succeed(pair *tls.Certificate) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed = nil
	if pair.Leaf == nil {
		return
	}
	now := a.clock.Now()
	if pair.Leaf.NotAfter.After(a.until) {
		if a.until = pair.Leaf.NotAfter; a.until.Sub(now) > late(pair.Leaf) {
			_ = os.Remove(a.file) // there is seldom one
			a.told = ""
		}
		a.log.Info("a certificate is in use", "until", a.until)
		return
	}
	if left := a.until.Sub(now); left < late(pair.Leaf) && now.Sub(a.warned) > time.Hour {
		a.warned = now
		a.log.Error("the certificate was not renewed; the old one is still shown", "until", a.until)
	}
}

// note tells the log and the doctor what an authority refused, or that it does not answer.
func (a *authority) note(says string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if says == a.told {
		return
	}
	a.told = says
	a.log.Warn("the certificate authority gives no certificate", "cause", says)
	text := fmt.Sprintf("%s\n%s\n", a.clock.Now().UTC().Format(time.RFC3339), says)
	if err := errors.Join(os.MkdirAll(filepath.Dir(a.file), 0o700), os.WriteFile(a.file, []byte(text), 0o600)); err != nil {
		a.log.Warn("what the certificate authority said cannot be written down", "error", err)
	}
}

// begin asks for the certificate before the first visitor does, and again until there is one, or ctx ends. The wait for it returns at
// the end, or soon: an order under way is not waited for.
func (a *authority) begin(ctx context.Context) (wait func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if _, err := a.get(&tls.ClientHelloInfo{ServerName: a.name}); err == nil {
				return
			}
			timer := time.NewTimer(askAgain + time.Second)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return
			}
		}
	}()
	return func() {
		select {
		case <-ended:
		case <-time.After(time.Second):
		}
	}
}
