package app_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// nameServer knows the names of one domain.
type nameServer struct {
	addresses map[string][]netip.Addr
	mx        []*net.MX
	texts     map[string][]string
	names     []string // of the machine's address
	blocked   bool     // port 25
}

func newNameServer() *nameServer {
	here := []netip.Addr{netip.MustParseAddr("198.51.100.7")}
	return &nameServer{
		addresses: map[string][]netip.Addr{"petitions.example.org": here, "mail.example.org": here},
		mx:        []*net.MX{{Host: "mail.example.org.", Pref: 10}},
		texts: map[string][]string{
			"example.org":        {"some-site-verification=1", "v=spf1 mx -all"},
			"_dmarc.example.org": {"v=DMARC1; p=none"},
		},
		names: []string{"mail.example.org."},
	}
}

func unknownName(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (n *nameServer) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if all := n.addresses[host]; len(all) > 0 {
		return all, nil
	}
	return nil, unknownName(host)
}

func (n *nameServer) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if len(n.mx) > 0 {
		return n.mx, nil
	}
	return nil, unknownName(name)
}

func (n *nameServer) LookupTXT(_ context.Context, name string) ([]string, error) {
	if all := n.texts[name]; len(all) > 0 {
		return append([]string(nil), all...), nil
	}
	return nil, unknownName(name)
}

func (n *nameServer) LookupAddr(_ context.Context, addr string) ([]string, error) {
	if len(n.names) > 0 {
		return n.names, nil
	}
	return nil, unknownName(addr)
}

// secureSite answers over TLS with a certificate of ninety days.
type secureSite struct {
	address string // empty while it is down
	roots   *x509.CertPool
}

func newSecureSite(t *testing.T, now time.Time) *secureSite {
	t.Helper()
	pair, roots := newPair(t, now, "petitions.example.org")
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "petitions.example.org" || r.URL.Path != "/healthz" {
			http.NotFound(w, r)
		}
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return &secureSite{address: server.Listener.Addr().String(), roots: roots}
}

// newPair is a certificate that signs itself, good for ninety days from now on, and who believes it.
func newPair(t *testing.T, now time.Time, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.Add(90 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// writePair writes a certificate and its key as PEM.
func writePair(t *testing.T, pair tls.Certificate, cert, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// wholePlaces is a set of places that is no sample to the site, because a host put it there.
func wholePlaces(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	sample := filepath.Join(root(), "internal", "platform", "places", "sample")
	err := filepath.WalkDir(sample, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, filepath.Base(name)), text, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return folder
}
