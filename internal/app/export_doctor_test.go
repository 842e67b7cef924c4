package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/netip"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/vault"
)

// Outside is what a test puts in the place of the machine and of the network.
type Outside struct {
	Resolver    Resolver
	Dial        func(ctx context.Context, network, address string) (net.Conn, error)
	Addresses   []netip.Addr
	Free, All   int64
	Descriptors int
	Kept        bool
	MailTLS     *tls.Config
	Roots       *x509.CertPool
}

// Examine is `essaim doctor` with another outside.
func Examine(ctx context.Context, s config.Settings, c clock.Clock, o Outside) []Finding {
	return doctorFor(s, c, o).examine(ctx)
}

// NoteCopied is `essaim doctor --key-copied`.
func NoteCopied(s config.Settings, c clock.Clock) error {
	return doctorFor(s, c, Outside{}).noteCopied()
}

func doctorFor(s config.Settings, c clock.Clock, o Outside) *doctor {
	return newDoctor(s, c, outside{
		resolver: o.Resolver, dial: o.Dial, addresses: func() ([]netip.Addr, error) { return o.Addresses, nil },
		space:       func(string) (int64, int64, error) { return o.Free, o.All, nil },
		descriptors: func() int { return o.Descriptors }, synchronous: func() (bool, bool) { return o.Kept, true },
		mailTLS: o.MailTLS, roots: o.Roots,
	})
}

// Tell writes findings as the command does, and returns its failure.
func Tell(out io.Writer, findings []Finding) error { return tell(out, findings) }

// TellJSON writes them for programs.
func TellJSON(out io.Writer, findings []Finding) error { return tellJSON(out, findings) }

// Supervise says ready and stopping to who listens.
func (h *House) Supervise(by config.Supervisor) (stop func()) {
	s := h.supervise(by)
	s.ready()
	return func() {
		s.stopping()
		s.close()
	}
}

// CertificateFiles is what tls.Config asks for certificates of these files.
func CertificateFiles(cert, key string, c clock.Clock, l *slog.Logger) (func(*tls.ClientHelloInfo) (*tls.Certificate, error), error) {
	f := &certificateFiles{cert: cert, key: key, clock: c, log: l}
	return f.get, f.read()
}

// MetricsText is what Prometheus reads.
func (h *House) MetricsText(ctx context.Context) string { return string(h.metricsText(ctx)) }

// Reseal brings all tables under the newest key.
func (h *House) Reseal(ctx context.Context) (changed, foreign int, err error) { return h.reseal(ctx) }

// DiskLog writes samples of so many bytes, a day apart, the last one a day before the clock.
func DiskLog(s config.Settings, c clock.Clock, used ...int64) error {
	var all diskLog
	for i, n := range used {
		all = append(all, diskSample{at: c.Now().AddDate(0, 0, i-len(used)), used: n})
	}
	return writeDiskLog(diskFileOf(s.Data), all)
}

// SealedTables are the tables with sealed columns of all rooms.
func (h *House) SealedTables() []vault.Table { return h.sealedTables() }

// Overhear is what happens when a certificate authority answers so.
func Overhear(s config.Settings, c clock.Clock, answer []byte) {
	h := &House{Settings: s, Clock: c, Log: quietLogger()}
	if says := refusal(answer); says != "" {
		h.newAuthority("petitions.example.org").note(says)
	}
}

// Refusal reads an answer of a certificate authority.
var Refusal = refusal
