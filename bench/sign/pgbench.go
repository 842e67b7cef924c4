package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

// pgbench is the reference on PostgreSQL: 64 clients that write the same rows into the same tables with prepared statements,
// one act in a transaction, on a database of its own.
type pgbench struct {
	server  string
	name    string // of the database
	folder  string // of the scripts
	planted int
}

// signScript writes a signature and its mail job. The keys grow with time as ours do, the rest is as long as ours.
const signScript = `
\set a random(1, 9000000000000000000)
\set b random(1, 9000000000000000000)
\set place random(10000, 95999)
BEGIN;
INSERT INTO mobilisation_signature (id, petition_id, state, address, name, sealed, country, postal_code, commune, lang, consents,
	text_lang, text_version, wording, created_at, mails, mailed_at)
VALUES (to_hex((extract(epoch FROM now()) * 1000000)::bigint) || lpad(:client_id::text, 11, '0'), '06cvq0f9mrw1d4nh8x2zk5t7', 0,
	int8send(:a::bigint) || int8send(:b::bigint), int8send(:b::bigint),
	int8send(:a::bigint) || int8send(:b::bigint) || decode(repeat('5a', 59), 'hex'),
	'FR', :place::text, :place::text, 'fr', 3, 'fr', 1, 1, (extract(epoch FROM now()) * 1000000)::bigint, 1, (extract(epoch FROM now()) * 1000000)::bigint);
INSERT INTO jobs_job (id, kind, payload, unique_key, run_at)
VALUES (to_hex((extract(epoch FROM now()) * 1000000)::bigint) || lpad(:client_id::text, 11, '0'), 'mobilisation.letter',
	'{"s":"06cvq0f9mrw1d4nh8x2zk5t7","l":"confirm"}', '', (extract(epoch FROM now()) * 1000000)::bigint);
END;
`

// confirmScript makes one of the planted signatures count, and notes what its place gained.
const confirmScript = `
\set n random(1, %d)
\set place random(10000, 95999)
BEGIN;
UPDATE mobilisation_signature
SET state = 1, slot = 0, confirmed_at = (extract(epoch FROM now()) * 1000000)::bigint
WHERE id = 'planted' || lpad(:n::text, 17, '0');
INSERT INTO mobilisation_delta (id, petition_id, country, commune, hour, n)
VALUES (to_hex((extract(epoch FROM now()) * 1000000)::bigint) || lpad(:client_id::text, 11, '0'), '06cvq0f9mrw1d4nh8x2zk5t7', 'FR',
	:place::text, 493000, 1);
END;
`

const plantQuery = `
INSERT INTO mobilisation_signature (id, petition_id, state, address, name, sealed, country, postal_code, commune, lang, consents, text_lang,
	text_version, wording, created_at, mails, mailed_at)
SELECT 'planted' || lpad(n::text, 17, '0'), '06cvq0f9mrw1d4nh8x2zk5t7', 0, decode(md5(n::text), 'hex'), int8send(n),
	decode(repeat('5a', 75), 'hex'), 'FR', '67000', '67482', 'fr', 3, 'fr', 1, 1, 1, 1, 1
FROM generate_series(1::bigint, $1::bigint) AS n`

func openPgbench(ctx context.Context, server string, b *bench) (*pgbench, error) {
	p := &pgbench{server: server, name: "bench_" + id.New(time.Now()), folder: b.folder, planted: b.planted}
	if err := p.promises(ctx); err != nil {
		return nil, err
	}
	if err := storage.Admin(ctx, server, "CREATE DATABASE "+p.name); err != nil {
		return nil, err
	}
	db, err := storage.Open(ctx, storage.Options{URL: p.url(p.name)})
	if err != nil {
		return nil, err
	}
	_, err = db.Migrate(ctx, []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}, {Room: "mobilisation", Files: mobilisation.Schema()}})
	err = errors.Join(err, db.Close(),
		os.WriteFile(p.script("sign"), []byte(signScript), 0o600),
		os.WriteFile(p.script("confirm"), fmt.Appendf(nil, confirmScript, p.planted), 0o600))
	if err != nil {
		return nil, err
	}
	return p, p.within(ctx, p.name, func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, plantQuery, p.planted); err != nil {
			return err
		}
		_, err := db.ExecContext(ctx, `VACUUM ANALYZE`)
		return err
	})
}

// promises refuses a server that forgets in a power cut what it had said.
func (p *pgbench) promises(ctx context.Context) error {
	return p.within(ctx, "postgres", func(db *sql.DB) error {
		for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
			var value string
			if err := db.QueryRowContext(ctx, "SHOW "+setting).Scan(&value); err != nil {
				return err
			}
			if value != "on" {
				return fmt.Errorf("the server has %s = %s; measure one that keeps its promises (scripts/postgres.sh --durable)", setting, value)
			}
		}
		return nil
	})
}

func (p *pgbench) url(name string) string {
	address, err := url.Parse(p.server)
	if err != nil {
		return p.server // it will be refused with words
	}
	address.Path = "/" + name
	return address.String()
}

func (p *pgbench) within(ctx context.Context, name string, do func(*sql.DB) error) error {
	db, err := sql.Open("pgx", p.url(name))
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

func (p *pgbench) script(name string) string { return filepath.Join(p.folder, name+".pgbench") }

var tpsLine = regexp.MustCompile(`tps = ([0-9.]+)`)

// run runs a script for d and returns transactions a second.
func (p *pgbench) run(ctx context.Context, name string, d time.Duration) (float64, error) {
	// 64 clients on two threads, prepared statements, no VACUUM before, for d.
	out, err := exec.CommandContext(ctx, "pgbench", "-n", "-M", "prepared", "-c", "64", "-j", "2", "-T", strconv.Itoa(int(d.Seconds())),
		"-f", p.script(name), p.url(p.name)).CombinedOutput()
	found := tpsLine.FindSubmatch(out)
	if err != nil || found == nil || strings.Contains(string(out), "aborted") {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

func (p *pgbench) close() {
	_ = storage.Admin(context.Background(), p.server, "DROP DATABASE IF EXISTS "+p.name+" WITH (FORCE)") // the server may be gone
}
