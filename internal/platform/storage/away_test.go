package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestAFullDiskIsToldFromAMistake(t *testing.T) {
	db := storagetest.Open(t, storagetest.SQLite(t), migrations())
	err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, "PRAGMA max_page_count = 20"); err != nil { // as if the disk ended there
			return err
		}
		for i := range 100 {
			if _, err := tx.Exec(ctx, `INSERT INTO test_note (id, body) VALUES ($1, $2)`, fmt.Sprint(i), make([]byte, 4000)); err != nil {
				return fmt.Errorf("keep: %w", err)
			}
		}
		return nil
	})
	if err == nil || !storage.Unavailable(err) {
		t.Errorf("a full disk: %v", err)
	}
	if n := count(t, db); n != 0 {
		t.Errorf("%d rows of what failed are kept", n)
	}
}

// On a full disk SQLite undoes the whole transaction by itself, and whatever follows would be kept at once.
func TestAFullDiskThatNobodySpeaksOfKeepsNothing(t *testing.T) {
	db := storagetest.Open(t, storagetest.SQLite(t), migrations())
	err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		_, _ = tx.Exec(ctx, "PRAGMA max_page_count = 20")
		for i := range 30 {
			_, _ = tx.Exec(ctx, `INSERT INTO test_note (id, body) VALUES ($1, $2)`, fmt.Sprint(i), make([]byte, 4000))
		}
		return nil
	})
	if n := count(t, db); err == nil || n != 0 {
		t.Errorf("%v, and %d rows are kept", err, n)
	}
}

func TestAMistakeIsNoOutage(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		for _, query := range []string{`INSERT INTO test_nowhere (id) VALUES ('1')`, `INSERT INTO test_note (id) VALUES ('1')`, `nonsense`} {
			err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				_, err := tx.Exec(ctx, query)
				return err
			})
			if err == nil || storage.Unavailable(err) {
				t.Errorf("%s: %v", query, err)
			}
		}
		if storage.Unavailable(nil) || storage.Unavailable(errors.New("else")) || storage.Unavailable(storage.ErrNoRows) || storage.Unavailable(context.Canceled) {
			t.Error("what is no outage is taken for one")
		}
	})
}

func TestAServerThatIsGoneIsAnOutage(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		db, err := storage.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		err = db.InTx(t.Context(), func(context.Context, *storage.Tx) error { return nil })
		if !storage.Unavailable(err) {
			t.Errorf("after Close: %v", err)
		}
	})
	_, err := storage.Open(t.Context(), storage.Options{URL: "postgres://nobody@127.0.0.1:1/none"})
	if !storage.Unavailable(err) {
		t.Errorf("nobody listens: %v", err)
	}
}
