package search

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

// shape is changed with everything that changes what is written for a document: the index is then made anew.
const shape = "1"

const (
	mendKind = "search.mend"
	atOnce   = 100 // documents in one transaction
)

// Workers make the index anew when Start asked for it.
func (x *Index) Workers() []jobs.Worker {
	return []jobs.Worker{{Kind: mendKind, Timeout: time.Hour, MaxPause: 5 * time.Minute, Work: func(ctx context.Context, _ jobs.Job) error { return x.Mend(ctx) }}}
}

// Schedules mend by night what differs from the rooms.
func (x *Index) Schedules() []jobs.Schedule {
	return []jobs.Schedule{{Name: mendKind, Every: 24 * time.Hour, At: 3*time.Hour + 10*time.Minute, Timeout: time.Hour, Run: x.Mend}}
}

// Start makes the engine's index when there is none, and has everything written anew when it is of another shape than this version's,
// or when the tables come from elsewhere, such as a backup.
func (x *Index) Start(ctx context.Context) error {
	if err := x.make(ctx); err != nil {
		return fmt.Errorf("index of full text: %w", err)
	}
	whole, err := x.whole(ctx)
	if err != nil || whole {
		return err
	}
	return x.db.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := x.clear(ctx, tx); err != nil {
			return err
		}
		return x.queue.Enqueue(ctx, tx, jobs.Task{Kind: mendKind, Unique: "mend"})
	})
}

// make makes the engine's index where there is none.
func (x *Index) make(ctx context.Context) error {
	var made int
	if err := x.db.QueryRow(ctx, isMade[x.db.Dialect()]).Scan(&made); err != nil || made > 0 {
		return err
	}
	return x.db.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		for _, statement := range makeIndex[x.db.Dialect()] {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// whole tells whether the index is of this version's shape and, on SQLite, whether full text goes as far as the table.
func (x *Index) whole(ctx context.Context) (bool, error) {
	var kept string
	err := x.db.QueryRow(ctx, `SELECT value FROM search_state WHERE name = 'shape'`).Scan(&kept)
	if errors.Is(err, storage.ErrNoRows) || err == nil && kept != shape {
		return false, nil
	}
	if err != nil || x.db.Dialect() == storage.Postgres {
		return err == nil, err
	}
	var last, indexed int64
	if err := x.db.QueryRow(ctx, `SELECT COALESCE(MAX(number), 0) FROM search_word`).Scan(&last); err != nil {
		return false, err
	}
	err = x.db.QueryRow(ctx, lastOfSQLite).Scan(&indexed)
	if errors.Is(err, storage.ErrNoRows) {
		err = nil
	}
	return last == indexed, err
}

// clear empties the index.
func (x *Index) clear(ctx context.Context, tx *storage.Tx) error {
	statements := []string{
		`DELETE FROM search_document`, `DELETE FROM search_word`, `DELETE FROM search_spot`, `DELETE FROM search_point`, `DELETE FROM search_state`,
	}
	if x.db.Dialect() == storage.SQLite {
		statements = append(statements, clearSQLite)
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Mend compares every document with its room: what is missing or differs is written, what is no more is taken out. It may be
// interrupted at any time.
func (x *Index) Mend(ctx context.Context) error {
	for _, s := range x.sources {
		if err := x.mendKind(ctx, s); err != nil {
			return fmt.Errorf("mend the index of %s: %w", s.Kind, err)
		}
	}
	return x.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO search_state (name, value)
			VALUES ('shape', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, shape)
		return err
	})
}

// mendKind looks first at what is in the index: what is put in while it runs is right already.
func (x *Index) mendKind(ctx context.Context, s Source) error {
	known, err := x.subjects(ctx, s.Kind)
	if err != nil {
		return err
	}
	batch := make([]string, 0, atOnce)
	flush := func() error {
		err := x.refresh(ctx, s, batch)
		batch = batch[:0]
		return err
	}
	add := func(subject string) error {
		delete(known, subject)
		if batch = append(batch, subject); len(batch) < atOnce {
			return nil
		}
		return flush()
	}
	for subject, err := range s.Subjects(ctx) {
		if err != nil {
			return err
		}
		if err := add(subject); err != nil {
			return err
		}
	}
	for subject := range known {
		if err := add(subject); err != nil {
			return err
		}
	}
	return flush()
}

func (x *Index) subjects(ctx context.Context, kind string) (map[string]bool, error) {
	rows, err := x.db.Query(ctx, `SELECT subject FROM search_document WHERE kind = $1`, kind)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]bool{}
	for rows.Next() {
		var subject string
		if err := rows.Scan(&subject); err != nil {
			return nil, err
		}
		all[subject] = true
	}
	return all, rows.Err()
}

// refresh writes some documents as they are now.
func (x *Index) refresh(ctx context.Context, s Source, subjects []string) error {
	if len(subjects) == 0 {
		return nil
	}
	return x.db.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		for _, subject := range subjects {
			if err := x.Refresh(ctx, tx, s, subject); err != nil {
				return err
			}
		}
		return nil
	})
}

// Refresh writes one document as its room has it now, or takes it out. Rooms call it in the transaction that changes the thing.
func (x *Index) Refresh(ctx context.Context, tx *storage.Tx, s Source, subject string) error {
	d, ok, err := s.Read(ctx, tx, subject)
	if err != nil {
		return err
	}
	if !ok {
		return x.Remove(ctx, tx, s.Kind, subject)
	}
	return x.Put(ctx, tx, d)
}
