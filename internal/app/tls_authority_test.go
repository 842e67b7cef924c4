package app_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/config"
)

// pebbleVariable names Pebble, a certificate authority for tests (github.com/letsencrypt/pebble). Without one this is not tried.
const pebbleVariable = "ESSAIM_PEBBLE"

// shortLife is how many seconds the certificates of the test are good for.
const shortLife = 30

// A certificate is fetched before anybody comes, kept over a restart, renewed in time; when the authority is away or refuses, the site
// goes on with the one that it has, and log and doctor say why.
func TestACertificateIsFetchedKeptAndRenewed(t *testing.T) {
	program := os.Getenv(pebbleVariable)
	if program == "" {
		t.Skip("set " + pebbleVariable + " to the program pebble")
	}
	plain, secure := apptest.FreeAddress(t), apptest.FreeAddress(t)
	c := &certified{t: t, plain: plain, secure: secure, authority: newPebble(t, program, plain, secure), settings: apptest.Settings(t, engine(t), "https://petitions.example.org")}
	c.args = apptest.Args(c.settings, secure, "--tls", "--tls-directory", c.authority.directory, "--plain-listen", plain)
	t.Setenv("SSL_CERT_FILE", c.authority.trusted)
	c.fetched()
	c.authority.stop()
	c.alone()
	c.authority.start()
	c.renewed()
}

// certified is a site that speaks https with a certificate of pebble.
type certified struct {
	t             *testing.T
	plain, secure string
	authority     *pebble
	settings      config.Settings
	args          []string
	first         *x509.Certificate
}

func (c *certified) start() *apptest.Process {
	site := apptest.Start(c.t, c.args...)
	c.t.Cleanup(func() {
		if c.t.Failed() {
			c.t.Logf("the site: %s\nthe authority: %s", site.Output(), c.authority.said.String())
		}
	})
	return site
}

func (c *certified) doctor() string {
	out, _ := command(c.t, c.settings, "doctor", "--offline", "--tls", "--url", c.settings.URL)
	return out
}

// fetched has the certificate before anybody comes.
func (c *certified) fetched() {
	site := c.start()
	defer site.Stop()
	apptest.Within(c.t, shortLife*time.Second, "a certificate", func() bool {
		return exists(filepath.Join(c.settings.Data, "certificates", "petitions.example.org"))
	})
	if _, err := shown(c.secure, "other.example.org"); err == nil {
		c.t.Error("a certificate for another name")
	}
	c.first = mustShow(c.t, c.secure)
}

// alone goes on with it, over a restart and past the time of its renewal, while there is no authority.
func (c *certified) alone() {
	site := c.start()
	defer site.Stop()
	if again := mustShow(c.t, c.secure); !again.Equal(c.first) {
		c.t.Error("a restart costs another certificate")
	}
	sent, err := (&http.Transport{}).RoundTrip(mustRequest(c.t, "http://"+c.plain+"/m/x?y=z"))
	if err != nil || sent.StatusCode != http.StatusMovedPermanently || sent.Header.Get("Location") != "https://petitions.example.org/m/x?y=z" {
		c.t.Errorf("%v, %v", sent, err)
	}
	apptest.Within(c.t, 2*shortLife*time.Second, "the doctor tells that the authority is away", func() bool {
		return strings.Contains(c.doctor(), "does not answer")
	})
	if old := mustShow(c.t, c.secure); !old.Equal(c.first) {
		c.t.Error("another certificate, from nowhere")
	}
	if log := site.Output(); !strings.Contains(log, "the certificate authority gives no certificate") {
		c.t.Error(log)
	}
}

// renewed gets a new one after the first has ended, and the next in time, without a restart.
func (c *certified) renewed() {
	site := c.start()
	defer site.Stop()
	var second *x509.Certificate
	apptest.Within(c.t, shortLife*time.Second, "another certificate", func() (ok bool) {
		var err error
		second, err = shown(c.secure, "petitions.example.org")
		return err == nil && !second.Equal(c.first)
	})
	apptest.Within(c.t, 2*shortLife*time.Second, "a renewed certificate, without a restart", func() bool {
		third, err := shown(c.secure, "petitions.example.org")
		return err == nil && !third.Equal(second) && third.NotAfter.After(second.NotAfter)
	})
	if out := c.doctor(); strings.Contains(out, "gave no certificate") {
		c.t.Error(out)
	}
}

func mustRequest(t *testing.T, target string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shown is the certificate that a visitor sees. Whoever signed it is believed.
func shown(address, name string) (*x509.Certificate, error) {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, &tls.Config{ServerName: name, InsecureSkipVerify: true})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	leaf := conn.ConnectionState().PeerCertificates[0]
	return leaf, leaf.VerifyHostname(name)
}

func mustShow(t *testing.T, address string) (leaf *x509.Certificate) {
	t.Helper()
	apptest.Within(t, 10*time.Second, "the site is reached over https", func() (ok bool) {
		var err error
		leaf, err = shown(address, "petitions.example.org")
		return err == nil
	})
	return leaf
}

// pebble is a certificate authority on this machine, for which every name leads here.
type pebble struct {
	t                          *testing.T
	program, config, dns       string
	directory, trusted, listen string
	running                    *exec.Cmd
	said                       *shared
}

func newPebble(t *testing.T, program, plain, secure string) *pebble {
	t.Helper()
	folder := t.TempDir()
	p := &pebble{t: t, program: program, config: filepath.Join(folder, "pebble.json"), dns: everyNameLeadsHere(t), listen: apptest.FreeAddress(t), said: &shared{}}
	p.directory, p.trusted = "https://localhost:"+strconv.Itoa(portOf(t, p.listen))+"/dir", filepath.Join(folder, "cert.pem")
	pair, _ := newPair(t, time.Now(), "localhost")
	writePair(t, pair, p.trusted, filepath.Join(folder, "key.pem"))
	text, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": p.listen, "managementListenAddress": apptest.FreeAddress(t), "certificate": p.trusted, "privateKey": filepath.Join(folder, "key.pem"),
		"httpPort": portOf(t, plain), "tlsPort": portOf(t, secure), "retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"validityPeriod": shortLife}},
	}})
	if err := errors.Join(err, os.WriteFile(p.config, text, 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	p.start()
	return p
}

func (p *pebble) start() {
	p.t.Helper()
	p.running = exec.Command(p.program, "-config", p.config, "-dnsserver", p.dns)
	p.running.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	p.running.Stdout, p.running.Stderr = p.said, p.said
	if err := p.running.Start(); err != nil {
		p.t.Fatal(err)
	}
	apptest.Within(p.t, 20*time.Second, "pebble answers", func() bool {
		conn, err := net.DialTimeout("tcp", p.listen, time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (p *pebble) stop() {
	if p.running != nil {
		_ = p.running.Process.Kill()
		_ = p.running.Wait() // it was killed
		p.running = nil
	}
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port
}

// everyNameLeadsHere is a DNS server that knows one address. It is asked over TCP (RFC 7766).
func everyNameLeadsHere(t *testing.T) (address string) {
	t.Helper()
	server, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				for answerHere(conn) == nil {
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = server.Close()
		all.Wait()
	})
	return server.Addr().String()
}

// answerHere reads a question and answers it. Before each message stands its length, in two bytes.
func answerHere(conn net.Conn) error {
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return err
	}
	text := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, text); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(text); err != nil || len(m.Questions) != 1 {
		return errors.New("not a question")
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	if q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	reply, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
	return err
}

func TestWhatAnAuthorityRefusesIsToldInWords(t *testing.T) {
	for answer, want := range map[string]string{
		`{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many","status":429}`:                                  "wait",
		`{"status":"invalid","challenges":[{"error":{"type":"urn:ietf:params:acme:error:dns","detail":"NXDOMAIN"}}]}`:         "AAAA",
		`{"status":"invalid","error":{"type":"urn:ietf:params:acme:error:caa","detail":"no"}}`:                                "CAA",
		`{"type":"urn:ietf:params:acme:error:somethingNew","detail":"new"}`:                                                   "somethingNew",
		`{"type":"urn:ietf:params:acme:error:badNonce","detail":"stale","status":400}`:                                        "",
		`{"status":"pending","challenges":[{"error":{"type":"urn:ietf:params:acme:error:dns","detail":"of the first try"}}]}`: "",
		`{"status":"valid"}`: "", `[1]`: "", `{"status":7}`: "", ``: "", `{"type":"about:blank"}`: "", `{"status":"invalid","challenges":null}`: "",
	} {
		if says := app.Refusal([]byte(answer)); (says == "") != (want == "") || !strings.Contains(says, want) {
			t.Errorf("%s: %q", answer, says)
		}
	}
}

func FuzzNoAnswerOfAnAuthorityBreaksTheReader(f *testing.F) {
	f.Add([]byte(`{"type":"urn:ietf:params:acme:error:dns","detail":"x","status":400}`))
	f.Add([]byte(`{"status":"invalid","challenges":[{"error":null}],"error":{}}`))
	f.Fuzz(func(t *testing.T, answer []byte) { _ = app.Refusal(answer) })
}
