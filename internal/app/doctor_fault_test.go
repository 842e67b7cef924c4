package app_test

import (
	"bytes"
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/blob/blobtest"
	"essaim/internal/platform/mail/mailtest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// doctorFaults are what can be wrong, one by one, and what the doctor must then say.
var doctorFaults = []struct {
	name, check string
	state       app.State
	words       string // that stand in what it says or advises
	make        func(p *patient) error
}{
	{"the folder is open to others", "folder", app.Warning, "chmod 700", func(p *patient) error { return os.Chmod(p.settings.Data, 0o755) }},
	{"there is no folder", "folder", app.Wrong, "--data", func(p *patient) error { p.settings.Data += "x"; return nil }},
	{"the key is gone", "key", app.Wrong, "safe place", func(p *patient) error { return os.Remove(p.settings.KeyFile()) }},
	{"the key is open to others", "key", app.Wrong, "chmod 600", func(p *patient) error { return os.Chmod(p.settings.KeyFile(), 0o644) }},
	{"the key was never copied", "key-copy", app.Wrong, "--key-copied", func(p *patient) error { return os.Remove(p.settings.KeyFile() + ".copied") }},
	{"the key was rotated since", "key-copy", app.Wrong, "changed", func(p *patient) error { return vault.Rotate(p.settings.KeyFile()) }},
	{"the key is another site's", "key-fits", app.Wrong, "another key", func(p *patient) error {
		return os.WriteFile(p.settings.KeyFile(), []byte(vault.Text(vault.Generate())), 0o600)
	}},
	{"the database is no database", "database", app.Wrong, "does not open", func(p *patient) error {
		return os.WriteFile(p.settings.DatabaseFile(), bytes.Repeat([]byte("no"), 4096), 0o600)
	}},
	{"a migration was not run", "schema", app.Warning, "docs/upgrade.md", func(p *patient) error {
		return tamper(p, `DELETE FROM storage_migration WHERE room = 'app' AND file = '0002_site.sql'`)
	}},
	{"a newer program has been here", "schema", app.Wrong, "newer program", func(p *patient) error {
		return tamper(p, `INSERT INTO storage_migration (room, file, sum, applied_at) VALUES ('app', '9999_tomorrow.sql', 'x', 1)`)
	}},
	{"a job was given up", "jobs", app.Wrong, "essaim jobs dead", bury},
	{"the newest copy is old", "backup", app.Wrong, "4 days", func(p *patient) error { p.clock.Advance(100 * time.Hour); return nil }},
	{"the bucket of the copies knows another key", "backup", app.Wrong, "does not know this key", copiesBucket(403, "InvalidAccessKeyId")},
	{"there is no bucket for the copies", "backup", app.Wrong, "no such bucket", copiesBucket(404, "NoSuchBucket")},
	{"the clock is not that of the bucket", "backup", app.Wrong, "timesyncd", copiesBucket(403, "RequestTimeTooSkewed")},
	{"the bucket is full", "blobs", app.Wrong, "no more room", blobsBucket(507, "QuotaExceeded")},
	{"the key may not write to the bucket", "blobs", app.Wrong, "list, read, write and delete", blobsBucket(403, "AccessDenied")},
	{"the bucket is away", "blobs", app.Wrong, "does not answer", func(p *patient) error {
		p.settings.Blobs = "s3://127.0.0.1:1/bucket?plain=yes&private=yes"
		return p.keys("access secret")
	}},
	{"there is no key for the bucket", "blobs", app.Wrong, "--s3-keys", func(p *patient) error {
		p.settings.Blobs = "s3://127.0.0.1:1/bucket"
		return nil
	}},
	{"the bucket's keys are open to others", "s3-keys", app.Wrong, "chmod", func(p *patient) error {
		if err := p.keys("access secret"); err != nil {
			return err
		}
		return os.Chmod(p.settings.S3Keys, 0o644)
	}},
	{"only a sample of places", "places", app.Warning, "places update", func(p *patient) error { p.settings.Places = ""; return nil }},
	{"the disk is full", "disk", app.Wrong, "0.5 GB", func(p *patient) error { p.outside.Free = 5e8; return nil }},
	{"the disk fills", "disk", app.Warning, "10 days", func(p *patient) error { return app.DiskLog(p.settings, p.clock, 16e9, 18e9) }},
	{"few descriptors", "descriptors", app.Warning, "LimitNOFILE", func(p *patient) error { p.outside.Descriptors = 256; return nil }},
	{"nobody keeps the clock", "clock", app.Warning, "timesyncd", func(p *patient) error { p.outside.Kept = false; return nil }},
	{"the name leads nowhere", "name", app.Wrong, "A record", func(p *patient) error { delete(p.names.addresses, "petitions.example.org"); return nil }},
	{"the name leads elsewhere", "name", app.Warning, "203.0.113.9", func(p *patient) error {
		p.names.addresses["petitions.example.org"] = []netip.Addr{netip.MustParseAddr("203.0.113.9")}
		return nil
	}},
	{"the mail server is away", "mail", app.Wrong, "port open", func(p *patient) error { p.mails.Down(); return nil }},
	{"the mail server does not know us", "mail", app.Wrong, "password", func(p *patient) error {
		p.settings.SMTP = strings.Replace(p.settings.SMTP, "secret", "wrong", 1)
		return nil
	}},
	{"the mail server takes no such sender", "mail", app.Wrong, "sender", func(p *patient) error { p.mails.On(mailtest.Mail, mailtest.Reply{Code: 550}); return nil }},
	{"port 25 is closed", "port-25", app.Wrong, "provider", func(p *patient) error { p.names.blocked = true; return nil }},
	{"nobody receives mail", "mx", app.Wrong, "MX record", func(p *patient) error { p.names.mx = nil; return nil }},
	{"no SPF", "spf", app.Wrong, "v=spf1", func(p *patient) error { delete(p.names.texts, "example.org"); return nil }},
	{"two SPF", "spf", app.Wrong, "Join", func(p *patient) error {
		p.names.texts["example.org"] = append(p.names.texts["example.org"], "v=spf1 mx -all")
		return nil
	}},
	{"no DMARC", "dmarc", app.Wrong, "_dmarc.example.org", func(p *patient) error { delete(p.names.texts, "_dmarc.example.org"); return nil }},
	{"no name for the address", "ptr", app.Wrong, "PTR", func(p *patient) error { p.names.names = nil; return nil }},
	{"the site is down", "https", app.Wrong, "cannot be visited", func(p *patient) error { p.site.address = ""; return nil }},
	{"the certificate ends", "https", app.Wrong, "Renew", func(p *patient) error {
		p.clock.Advance(24 * time.Hour * 85)
		return os.Rename(only(p.t, p.settings.Copies[0]), filepath.Join(p.settings.Copies[0], p.clock.Now().Format("essaim-20060102T150405Z.backup.age")))
	}},
	{"the authority gives no certificate", "certificate", app.Wrong, "open ports 80 and 443", func(p *patient) error {
		p.settings.TLS = true
		folder := filepath.Join(p.settings.Data, "certificates")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		app.Overhear(p.settings, p.clock, []byte(`{"status":"invalid","challenges":[{"error":{"type":"urn:ietf:params:acme:error:connection","detail":"no route"}}]}`))
		return nil
	}},
	{"the settings contradict each other", "settings", app.Wrong, "--tls-key", func(p *patient) error { p.settings.TLSCert = "a.pem"; return nil }},
}

// copiesBucket has copies lie in a bucket whose server refuses.
func copiesBucket(status int, code string) func(*patient) error {
	return func(p *patient) error {
		server := blobtest.New(p.t, p.clock)
		p.settings.Copies = []string{server.Address("copies")}
		server.Refuse(status, code)
		return p.keys(server.KeyText())
	}
}

// blobsBucket has pictures lie in a bucket whose server refuses.
func blobsBucket(status int, code string) func(*patient) error {
	return func(p *patient) error {
		server := blobtest.New(p.t, p.clock)
		p.settings.Blobs = server.Address("site")
		server.Refuse(status, code)
		return p.keys(server.KeyText())
	}
}

// keys writes a file of keys.
func (p *patient) keys(text string) error {
	p.settings.S3Keys = filepath.Join(p.t.TempDir(), "s3.keys")
	return os.WriteFile(p.settings.S3Keys, []byte(text), 0o600)
}

// bury leaves a dead letter.
func bury(p *patient) error {
	return tamper(p, `INSERT INTO jobs_job (id, kind, payload, run_at, dead, last_error) VALUES ('1', 'test.lost', '{}', 1, 1, 'no more paper')`)
}

// tamper changes the database behind the site's back.
func tamper(p *patient, statement string) error {
	h := apptest.Build(p.t, p.settings, app.Options{})
	defer h.Close()
	return h.DB.InTx(p.t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
}

func only(t *testing.T, folder string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	return names[0]
}
