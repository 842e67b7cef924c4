package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/blob/blobtest"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/mail/mailtest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// patient is a site of which all is well, on a machine and a network that a test can spoil.
type patient struct {
	t        *testing.T
	settings config.Settings
	clock    *clock.Manual
	outside  app.Outside
	names    *nameServer
	mails    *mailtest.Server
	site     *secureSite
}

func newPatient(t *testing.T, o storage.Options) *patient {
	t.Helper()
	p := &patient{t: t, clock: clock.NewManual(time.Now()), names: newNameServer(), mails: mailtest.New(t, mailtest.Options{StartTLS: true, User: "essaim", Password: "secret"})}
	p.site = newSecureSite(t, p.clock.Now())
	p.settings = apptest.Settings(t, o, "https://petitions.example.org")
	p.settings.SMTP = "smtp://essaim:secret@" + p.mails.Address() + "?tls=starttls"
	p.settings.Places = wholePlaces(t)
	p.settings.Copies = []string{t.TempDir()}
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	p.settings.CopiesFor, p.settings.CopiesKept = secret.Recipient().String(), 3
	p.outside = app.Outside{
		Resolver: p.names, Dial: p.dial, Addresses: []netip.Addr{netip.MustParseAddr("198.51.100.7")}, Free: 20e9, All: 40e9, Descriptors: 65536,
		Kept: true, MailTLS: p.mails.ClientTLS(), Roots: p.site.roots,
	}
	p.settings.Workers = false
	apptest.Build(t, p.settings, app.Options{}).Close()
	if err := app.NoteCopied(p.settings, p.clock); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(p.settings.Copies[0], p.clock.Now().Add(-time.Hour).Format("essaim-20060102T150405Z.backup.age"))
	if err := os.WriteFile(copied, []byte("a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// dial reaches the site, and the mail servers of others.
func (p *patient) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host == "petitions.example.org" && port == "443" && p.site.address != "" {
		return (&net.Dialer{}).DialContext(ctx, network, p.site.address)
	}
	if port == "25" && !p.names.blocked {
		here, there := net.Pipe()
		_ = there.Close()
		return here, nil
	}
	return nil, errors.New("no answer")
}

// examine returns the findings that are not good, by name.
func (p *patient) examine() map[string]app.Finding {
	p.t.Helper()
	bad := map[string]app.Finding{}
	for _, f := range app.Examine(p.t.Context(), p.settings, p.clock, p.outside) {
		if f.State != app.Good {
			bad[f.Check] = f
		}
		if f.State == app.Wrong && f.Next == "" {
			p.t.Errorf("%s says what is wrong and not what to do: %s", f.Check, f.Says)
		}
	}
	return bad
}

func TestADoctorFindsNothingWrongWithAHealthySite(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		if bad := newPatient(t, o).examine(); len(bad) > 0 {
			t.Errorf("found %v", bad)
		}
	})
}

// A bucket that takes and gives is well, and nothing of the look stays in it.
func TestADoctorTriesTheBuckets(t *testing.T) {
	p := newPatient(t, engine(t))
	server := blobtest.New(t, p.clock)
	p.settings.Blobs, p.settings.Copies = server.Address("site"), []string{p.settings.Copies[0], server.Address("copies")}
	copied := p.clock.Now().Add(-time.Hour).Format("essaim-20060102T150405Z.backup.age")
	if err := errors.Join(p.keys(server.KeyText()), server.Open(t, "copies").Put(t.Context(), copied, []byte("a copy"))); err != nil {
		t.Fatal(err)
	}
	if bad := p.examine(); len(bad) > 0 {
		t.Errorf("found %v", bad)
	}
	if all, err := server.Open(t, "site").List(t.Context(), ""); err != nil || len(all) > 0 {
		t.Errorf("left behind: %v, %v", all, err)
	}
}

func TestADoctorNamesEachFault(t *testing.T) {
	for _, fault := range doctorFaults {
		t.Run(fault.name, func(t *testing.T) {
			p := newPatient(t, engine(t))
			if err := fault.make(p); err != nil {
				t.Fatal(err)
			}
			bad := p.examine()
			found, ok := bad[fault.check]
			if !ok || found.State != fault.state || !strings.Contains(found.Says+found.Next, fault.words) {
				t.Errorf("%s: found %v", fault.check, bad)
			}
			for check := range bad {
				follows := slices.Contains([]string{"key", "key-copy", "database"}, check) || bad[check].State == app.Unknown
				if check != fault.check && !follows {
					t.Errorf("%s is blamed too: %v", check, bad[check])
				}
			}
		})
	}
}

func TestADoctorFailsForWhatIsWrongAndNotForWarnings(t *testing.T) {
	var out bytes.Buffer
	if err := app.Tell(&out, []app.Finding{{Check: "places", State: app.Warning, Says: "few", Next: "more"}}); err != nil || !strings.Contains(out.String(), "! places") {
		t.Errorf("%v %s", err, out.String())
	}
	out.Reset()
	findings := []app.Finding{{Check: "disk", State: app.Wrong, Says: "full", Next: "empty it"}}
	if err := app.TellJSON(&out, findings); err == nil {
		t.Error("a fault is no failure")
	}
	var read []app.Finding
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || !slices.Equal(read, findings) {
		t.Errorf("%v, %v", read, err)
	}
}

func TestTheDoctorCommandEndsWithOneOnANewMachine(t *testing.T) {
	s := apptest.Settings(t, engine(t), "http://localhost:8080")
	out, code := command(t, s, "doctor", "--offline")
	if code != 1 || !strings.Contains(out, "there is no data folder") || !strings.Contains(out, "there is no key") {
		t.Errorf("%d %s", code, out)
	}
	if exists(s.Data) || exists(s.KeyFile()) {
		t.Error("looking made something")
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
