package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// spoilCommits has every commit fail that changed a job: a constraint is broken that is looked at only then.
func spoilCommits(t *testing.T, db *storage.DB) {
	t.Helper()
	statements := []string{
		`CREATE TABLE test_parent (id TEXT PRIMARY KEY)`,
		`CREATE TABLE test_child (id TEXT REFERENCES test_parent (id) DEFERRABLE INITIALLY DEFERRED)`,
		`CREATE TRIGGER test_spoil AFTER UPDATE ON jobs_job BEGIN INSERT INTO test_child (id) VALUES ('nobody'); END`,
	}
	if db.Dialect() == storage.Postgres {
		statements = append(statements[:2],
			`CREATE FUNCTION test_spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO test_child (id) VALUES (''nobody''); RETURN NEW; END'`,
			`CREATE TRIGGER test_spoil AFTER UPDATE ON jobs_job FOR EACH ROW EXECUTE FUNCTION test_spoil()`)
	}
	err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobIsNotWorkedWhenItsClaimWasNotKept(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		var worked atomic.Int64
		q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error { worked.Add(1); return nil }}}, nil, nil)
		enqueue(t, db, q, jobs.Task{Kind: "test.work"})
		spoilCommits(t, db)
		start(t, q)
		time.Sleep(1500 * time.Millisecond) // some rounds
		if n := worked.Load(); n != 0 {
			t.Errorf("worked %d times without a lease", n)
		}
	})
}

func TestAnErrorOfAnyBytesIsKept(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		q := jobs.New(db, clock.System(), quiet())
		broken := errors.New(strings.Repeat("a", 499) + "é\x00\xff")
		q.Register([]jobs.Worker{{Kind: "test.work", Work: func(context.Context, jobs.Job) error { return jobs.Permanent(broken) }}}, nil, nil)
		enqueue(t, db, q, jobs.Task{Kind: "test.work"})
		start(t, q)
		within(t, "one dead letter", func() bool { dead, err := q.DeadLetters(t.Context(), 9); return err == nil && len(dead) == 1 })
	})
}
