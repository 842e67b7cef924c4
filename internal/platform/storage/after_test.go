package storage_test

import (
	"context"
	"errors"
	"testing"

	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestAfterCommitOfARunThatWasUndoneIsForgotten(t *testing.T) {
	o := storagetest.Postgres(t)
	db := storagetest.Open(t, o, migrations())
	other := storagetest.Open(t, o, migrations())
	if err := db.InTx(t.Context(), insert("a")); err != nil {
		t.Fatal(err)
	}
	// Somebody else holds a row that the batch wants: it runs again, and the second time the function refuses.
	held, release := make(chan struct{}), make(chan struct{})
	go func() {
		_ = other.InLongTx(context.Background(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE test_note SET n = 1 WHERE id = 'a'`)
			close(held)
			<-release
			return err
		})
	}()
	<-held
	blocked := &storage.Tally{Name: "blocked", Write: func(ctx context.Context, tx *storage.Tx, _ []storage.Sum) error {
		_, err := tx.Exec(ctx, `UPDATE test_note SET n = 2 WHERE id = 'a'`)
		return err
	}}
	refused := errors.New("no")
	runs, after := 0, false
	err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		runs++
		if runs > 1 {
			close(release)
			return refused
		}
		tx.AfterCommit(func() { after = true })
		tx.Add(blocked, "a", 1)
		return nil
	})
	if !errors.Is(err, refused) || runs != 2 {
		t.Fatalf("%v after %d runs", err, runs)
	}
	if after {
		t.Error("what follows a commit followed a function that failed")
	}
}
