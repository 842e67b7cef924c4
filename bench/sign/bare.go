package main

import (
	"context"
	"database/sql"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	_ "modernc.org/sqlite"

	"essaim/internal/platform/id"
)

// bare is the reference on SQLite: the same driver with the same pragmas writes the same rows into the same tables, a hundred
// acts in a transaction, from one goroutine, and does nothing else.
type bare struct {
	db      *sql.DB
	conn    *sql.Conn
	random  *rand.ChaCha8
	signed  []string // ids that wait
	n       int64
	stmts   map[string]*sql.Stmt
	sealed  []byte
	address []byte
}

// atOnce is how many acts are in a transaction.
const atOnce = 100

const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
	"&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-32000)"

// openBare copies a closed database and opens the copy.
func openBare(ctx context.Context, from, to string) (*bare, error) {
	if err := copyFile(from, to); err != nil {
		return nil, err
	}
	b := &bare{random: rand.NewChaCha8([32]byte{1}), stmts: map[string]*sql.Stmt{}, sealed: make([]byte, 75), address: make([]byte, 24)}
	var err error
	if b.db, err = sql.Open("sqlite", "file:"+to+pragmas); err != nil {
		return nil, err
	}
	b.conn, err = b.db.Conn(ctx)
	return b, err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	return out.Close()
}

func (b *bare) close() {
	_ = b.conn.Close()
	_ = b.db.Close()
}

func (b *bare) exec(ctx context.Context, query string, args ...any) error {
	stmt, ok := b.stmts[query]
	if !ok {
		var err error
		if stmt, err = b.conn.PrepareContext(ctx, query); err != nil {
			return err
		}
		b.stmts[query] = stmt
	}
	_, err := stmt.ExecContext(ctx, args...)
	return err
}

// sign writes signatures with their mail jobs for d, and returns how many a second.
func (b *bare) sign(ctx context.Context, d time.Duration) (float64, error) {
	return b.repeat(ctx, d, func(now time.Time) (int, error) {
		for range atOnce {
			b.n++
			one := id.New(now)
			_, _ = b.random.Read(b.sealed) // never fails
			_, _ = b.random.Read(b.address)
			at := now.UnixMicro()
			if err := b.exec(ctx, `
				INSERT INTO mobilisation_signature (id, petition_id, state, address, name, sealed, country, postal_code, commune, lang,
					consents, text_lang, text_version, wording, created_at, mails, mailed_at)
				VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)`,
				one, "06cvq0f9mrw1d4nh8x2zk5t7", 0, b.address[:16], b.address[16:], b.sealed, "FR", strconv.FormatInt(10_000+b.n%80_000, 10),
				strconv.FormatInt(10_000+b.n%80_000, 10), "fr", b.n%4, "fr", 1, 1, at, 1, at); err != nil {
				return 0, err
			}
			if err := b.exec(ctx, `INSERT INTO jobs_job (id, kind, payload, unique_key, run_at) VALUES (?1, ?2, ?3, ?4, ?5)`,
				id.New(now), "mobilisation.letter", `{"s":"`+one+`","l":"confirm"}`, "", at); err != nil {
				return 0, err
			}
			b.signed = append(b.signed, one)
		}
		return atOnce, nil
	})
}

// confirm makes signatures that wait count, with a row for what each place gained, for d or until half of them are done.
func (b *bare) confirm(ctx context.Context, d time.Duration) (float64, error) {
	rest := len(b.signed) / 2
	return b.repeat(ctx, d, func(now time.Time) (int, error) {
		acts := min(atOnce, len(b.signed)-rest)
		for _, one := range b.signed[:acts] {
			if err := b.exec(ctx, `UPDATE mobilisation_signature SET state = ?2, slot = ?3, confirmed_at = ?4 WHERE id = ?1`,
				one, 1, 0, now.UnixMicro()); err != nil {
				return 0, err
			}
			if err := b.exec(ctx, `INSERT INTO mobilisation_delta (id, petition_id, country, commune, hour, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
				id.New(now), "06cvq0f9mrw1d4nh8x2zk5t7", "FR", one[19:], now.Unix()/3600, 1); err != nil {
				return 0, err
			}
		}
		b.signed = b.signed[acts:]
		return acts, nil
	})
}

// repeat runs transactions until d is over, and returns acts a second.
func (b *bare) repeat(ctx context.Context, d time.Duration, fill func(now time.Time) (int, error)) (float64, error) {
	began, acts, n := time.Now(), 0, 1
	for n > 0 && time.Since(began) < d {
		if err := b.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
			return 0, err
		}
		var err error
		if n, err = fill(time.Now()); err != nil {
			return 0, err
		}
		if err := b.exec(ctx, "COMMIT"); err != nil {
			return 0, err
		}
		acts += n
	}
	return float64(acts) / time.Since(began).Seconds(), nil
}
