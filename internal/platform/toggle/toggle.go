// Package toggle lets a host switch parts of a running site off, and on again, without a restart.
//
// A switch is a name that the part asks for at each act. What is off is kept in the database, and read into memory once a second at
// most, so that asking costs nothing and every node obeys within two seconds. When the database cannot be read, what was known stays:
// a part that was off does not come on by itself.
package toggle

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// Name is a part that can be switched off.
type Name string

// The parts.
const (
	Signing  Name = "signing"  // new signatures are refused, with words; confirmations still count
	Mail     Name = "mail"     // letters wait; none is lost
	Search   Name = "search"   // the search page says so, without asking the index
	Counters Name = "counters" // open pages hold no stream; the number is that of the page
	Create   Name = "create"   // no new mobilisation is taken
	Alone    Name = "alone"    // no moderator refuses a mobilisation without another who agrees
)

// Names lists every part.
func Names() []Name { return []Name{Signing, Mail, Search, Counters, Create, Alone} }

// every is how often what is off is read anew.
const every = time.Second

// Board is the switches of an instance. It is safe for concurrent use.
type Board struct {
	db    *storage.DB
	clock clock.Clock
	log   *slog.Logger
	mu    sync.RWMutex
	off   map[Name]bool
	read  time.Time
}

// New returns a board on which everything is on until it was read.
func New(db *storage.DB, c clock.Clock, log *slog.Logger) *Board {
	return &Board{db: db, clock: c, log: log, off: map[Name]bool{}}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the package's table.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Off tells whether a part is switched off. Without a board everything is on.
func (b *Board) Off(ctx context.Context, name Name) bool {
	if b == nil {
		return false
	}
	b.mu.RLock()
	off, fresh := b.off[name], b.clock.Now().Sub(b.read) < every
	b.mu.RUnlock()
	if fresh {
		return off
	}
	if err := b.refresh(ctx); err != nil {
		b.log.Error("the switches cannot be read", "error", err)
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.off[name]
}

// refresh reads what is off. The time is noted first: of many who come, one reads.
func (b *Board) refresh(ctx context.Context) error {
	b.mu.Lock()
	if b.clock.Now().Sub(b.read) < every {
		b.mu.Unlock()
		return nil
	}
	b.read = b.clock.Now()
	b.mu.Unlock()
	rows, err := b.db.Query(context.WithoutCancel(ctx), `SELECT name FROM toggle_off`)
	names, err := storage.All(rows, err, func(r *storage.Rows) (name Name, err error) { return name, r.Scan(&name) })
	if err != nil {
		return err
	}
	off := map[Name]bool{}
	for _, name := range names {
		off[name] = true
	}
	b.mu.Lock()
	b.off = off
	b.mu.Unlock()
	return nil
}

// Set switches a part on or off, for who is signed in as by.
func (b *Board) Set(ctx context.Context, name Name, on bool, by string) error {
	err := b.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if on {
			_, err := tx.Exec(ctx, `DELETE FROM toggle_off WHERE name = $1`, string(name))
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO toggle_off (name, changed_by, changed_at)
			VALUES ($1, $2, $3)
			ON CONFLICT (name) DO NOTHING`, string(name), by, clock.Micros(b.clock.Now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("switch %s: %w", name, err)
	}
	b.mu.Lock()
	b.read = time.Time{}
	b.mu.Unlock()
	return b.refresh(ctx)
}
