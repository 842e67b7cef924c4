package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

const schema = `
-- what the tests write to; a comment with a ; in it
CREATE TABLE test_note (
	id TEXT PRIMARY KEY,
	body BYTEA NOT NULL,
	n BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE test_sum (key TEXT NOT NULL, n BIGINT NOT NULL);
`

func migrations() []storage.Migrations {
	return []storage.Migrations{{Room: "test", Files: fstest.MapFS{"0001_note.sql": {Data: []byte(schema)}}}}
}

func insert(id string) func(context.Context, *storage.Tx) error {
	return func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO test_note (id, body, n) VALUES ($1, $2, $3)`, id, []byte("body"), int64(len(id)))
		return err
	}
}

func count(t *testing.T, db *storage.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `SELECT COUNT(*) FROM test_note`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatWasCommittedIsRead(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		if err := db.InTx(t.Context(), insert("one")); err != nil {
			t.Fatal(err)
		}
		var body []byte
		var n int64
		err := db.QueryRow(t.Context(), `SELECT body, n FROM test_note WHERE id = $1`, "one").Scan(&body, &n)
		if err != nil || string(body) != "body" || n != 3 {
			t.Fatalf("got %q, %d, %v", body, n, err)
		}
	})
}

func TestReturningAndNoRows(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			var n int64
			row := tx.QueryRow(ctx, `INSERT INTO test_note (id, body, n) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING n`, "x", []byte{}, 7)
			if err := row.Scan(&n); err != nil || n != 7 {
				return fmt.Errorf("first: %d %w", n, err)
			}
			row = tx.QueryRow(ctx, `INSERT INTO test_note (id, body, n) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING n`, "x", []byte{}, 8)
			if err := row.Scan(&n); !errors.Is(err, storage.ErrNoRows) {
				return fmt.Errorf("second: %d %w", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFailingFunctionTakesOnlyItselfAlong(t *testing.T) {
	boom := errors.New("boom")
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		var group sync.WaitGroup
		var failures, faults sync.Map
		for i := range 400 {
			group.Go(func() {
				id := fmt.Sprintf("%03d", i)
				err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
					if err := insert(id)(ctx, tx); err != nil {
						return err
					}
					switch i % 10 {
					case 3:
						return boom // after a write: the batch has to run again
					case 5:
						_, err := tx.Exec(ctx, `INSERT INTO test_nowhere (id) VALUES ('x')`)
						return err // PostgreSQL refuses all that follows in this transaction
					case 7:
						panic("a mistake")
					}
					return nil
				})
				if err != nil {
					failures.Store(i, true)
				}
				if (i%10 == 3) != errors.Is(err, boom) || (err != nil) != (i%10 == 3 || i%10 == 5 || i%10 == 7) {
					faults.Store(i, err)
				}
			})
		}
		group.Wait()
		faults.Range(func(i, err any) bool { t.Errorf("%v: %v", i, err); return true })
		if got := count(t, db); got != 280 {
			t.Errorf("%d rows, want the 280 of those who succeeded", got)
		}
	})
}

func TestManyCallersShareCommits(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		var group sync.WaitGroup
		for i := range 2000 {
			group.Go(func() {
				if err := db.InTx(t.Context(), insert(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		commits, functions, reruns := db.Stats()
		if functions != 2000 || commits > 1500 || reruns != 0 {
			t.Errorf("%d functions in %d commits, %d run again", functions, commits, reruns)
		}
		if got := count(t, db); got != 2000 {
			t.Errorf("%d rows", got)
		}
	})
}

func TestTalliesCountOnlyWhatSucceeded(t *testing.T) {
	tally := &storage.Tally{Name: "test", Write: func(ctx context.Context, tx *storage.Tx, sums []storage.Sum) error {
		for _, sum := range sums {
			if _, err := tx.Exec(ctx, `INSERT INTO test_sum (key, n) VALUES ($1, $2)`, sum.Key, sum.N); err != nil {
				return err
			}
		}
		return nil
	}}
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		var group sync.WaitGroup
		for i := range 600 {
			group.Go(func() {
				_ = db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
					tx.Add(tally, fmt.Sprint("k", i%2), 1)
					if err := insert(fmt.Sprint(i))(ctx, tx); err != nil {
						return err
					}
					if i%3 == 0 {
						return errors.New("no")
					}
					return nil
				})
			})
		}
		group.Wait()
		var n, rows int64
		if err := db.QueryRow(t.Context(), `SELECT SUM(n), COUNT(*) FROM test_sum`).Scan(&n, &rows); err != nil {
			t.Fatal(err)
		}
		if n != 400 || rows >= 400 {
			t.Errorf("sum %d in %d rows, want 400 in fewer", n, rows)
		}
	})
}

func TestAfterCommitRunsOnceAndOnlyAfterSuccess(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		ran := 0
		mark := func(fail bool) func(context.Context, *storage.Tx) error {
			return func(ctx context.Context, tx *storage.Tx) error {
				tx.AfterCommit(func() { ran++ })
				if err := insert(fmt.Sprint(fail))(ctx, tx); err != nil {
					return err
				}
				if fail {
					return errors.New("no")
				}
				return nil
			}
		}
		if err := db.InTx(t.Context(), mark(true)); err == nil || ran != 0 {
			t.Fatalf("after a failure: %v, ran %d times", err, ran)
		}
		if err := db.InTx(t.Context(), mark(false)); err != nil || ran != 1 {
			t.Fatalf("after a success: %v, ran %d times", err, ran)
		}
		if err := db.InLongTx(t.Context(), mark(true)); err == nil || ran != 1 {
			t.Fatalf("after a long failure: %v, ran %d times", err, ran)
		}
	})
}

func TestLongTransactionsAndBatchesTakeTurns(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		var group sync.WaitGroup
		for i := range 40 {
			group.Go(func() {
				run := db.InTx
				if i%4 == 0 {
					run = db.InLongTx
				}
				if err := run(t.Context(), insert(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := count(t, db); got != 40 {
			t.Errorf("%d rows", got)
		}
	})
}

func TestStrictColumnsRefuseTextInNumbers(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO test_note (id, body, n) VALUES ($1, $2, $3)`, "x", []byte{}, "many")
			return err
		})
		if err == nil {
			t.Fatal("a text was taken for a number")
		}
	})
}

func TestACancelledCallerWritesNothing(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.InTx(ctx, insert("x")); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		if got := count(t, db); got != 0 {
			t.Fatalf("%d rows", got)
		}
	})
}

func TestCloseAnswersEverybody(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		var group sync.WaitGroup
		for i := range 500 {
			group.Go(func() { _ = db.InTx(t.Context(), insert(fmt.Sprint(i))) })
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		group.Wait() // hangs if a caller is forgotten
		if err := db.InTx(t.Context(), insert("late")); !errors.Is(err, storage.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestMigrateRunsEachFileOnceAndRefusesAnEditedOne(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		files := fstest.MapFS{"0001_note.sql": {Data: []byte(schema)}}
		all := []storage.Migrations{{Room: "test", Files: files}}
		db, err := storage.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for want := range []int{1: 0} {
			ran, err := db.Migrate(t.Context(), all)
			if err != nil || ran != 1-want {
				t.Fatalf("time %d: ran %d, %v", want, ran, err)
			}
		}
		files["0001_note.sql"] = &fstest.MapFile{Data: []byte(schema + " ")}
		if _, err := db.Migrate(t.Context(), all); err == nil || !strings.Contains(err.Error(), "never edited") {
			t.Fatalf("an edited file: %v", err)
		}
	})
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		db, err := storage.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		bad := fstest.MapFS{"0001_bad.sql": {Data: []byte(`CREATE TABLE test_half (id TEXT PRIMARY KEY); CREATE TABEL oops (id TEXT);`)}}
		if _, err := db.Migrate(t.Context(), []storage.Migrations{{Room: "test", Files: bad}}); err == nil {
			t.Fatal("a broken file was taken")
		}
		good := fstest.MapFS{"0001_bad.sql": {Data: []byte(`CREATE TABLE test_half (id TEXT PRIMARY KEY);`)}}
		if ran, err := db.Migrate(t.Context(), []storage.Migrations{{Room: "test", Files: good}}); err != nil || ran != 1 {
			t.Fatalf("after the repair: ran %d, %v", ran, err)
		}
	})
}

func TestABadURLIsNotRepeated(t *testing.T) {
	_, err := storage.Open(t.Context(), storage.Options{URL: "postgres://user:s3cret@[::1"})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("got %v", err)
	}
	if _, err := storage.Open(t.Context(), storage.Options{URL: "mysql://x"}); err == nil {
		t.Fatal("another engine was taken")
	}
}

// failsWhileRead fails at its third row, where PostgreSQL has given two already.
const failsWhileRead = `SELECT 1 / (3 - n) FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS few ORDER BY n`

func TestRowsThatFailWhileTheyAreReadUndoNobodyElse(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		read := func(swallow bool) func(context.Context, *storage.Tx) error {
			return func(ctx context.Context, tx *storage.Tx) error {
				rows, err := tx.Query(ctx, failsWhileRead)
				_, err = storage.All(rows, err, func(r *storage.Rows) (n *int64, err error) { return n, r.Scan(&n) })
				if swallow {
					return nil
				}
				return err
			}
		}
		var group sync.WaitGroup
		var kept atomic.Int64
		for i := range 300 {
			group.Go(func() {
				if i%3 == 0 {
					_ = db.InTx(t.Context(), read(i%2 == 0))
					return
				}
				if err := db.InTx(t.Context(), insert(fmt.Sprint(i))); err != nil {
					t.Errorf("a neighbour failed: %v", err)
					return
				}
				kept.Add(1)
			})
		}
		group.Wait()
		if got := count(t, db); got != int(kept.Load()) {
			t.Errorf("%d acknowledged, %d kept", kept.Load(), got)
		}
	})
}

func TestALostConnectionIsReplacedBeforeAnybodyNotices(t *testing.T) {
	o := storagetest.Postgres(t)
	db := storagetest.Open(t, o, migrations())
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			if i%40 == 0 {
				// They may end one another too.
				_ = storage.Admin(t.Context(), o.URL, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle' AND pid <> pg_backend_pid() AND datname = current_database()`)
			}
			if err := db.InTx(t.Context(), insert(fmt.Sprint(i))); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	group.Wait()
}

func TestTwoNodesThatStartTogetherBothDo(t *testing.T) {
	o := storagetest.Postgres(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			db, err := storage.Open(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if _, err := db.Migrate(t.Context(), migrations()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestCrossedLocksEndInBothActs(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		for _, id := range []string{"a", "b"} {
			if err := db.InTx(t.Context(), insert(id)); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		var group sync.WaitGroup
		for i := range 60 {
			group.Go(func() {
				order := []string{"a", "b"}
				if i%2 == 1 {
					order = []string{"b", "a"}
				}
				err := db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
					for _, id := range order {
						var n int64
						if err := tx.QueryRow(ctx, `SELECT n FROM test_note WHERE id = $1`+tx.ForUpdate(), id).Scan(&n); err != nil {
							return err
						}
						if _, err := tx.Exec(ctx, `UPDATE test_note SET n = $2 WHERE id = $1`, id, n+1); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		group.Wait()
		var n int64
		if err := db.QueryRow(t.Context(), `SELECT SUM(n) FROM test_note`).Scan(&n); err != nil || n != 122 {
			t.Errorf("sum %d, %v, after %v", n, err, time.Since(began))
		}
	})
}
