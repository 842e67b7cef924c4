// Package storagetest gives tests a real, empty database: SQLite always, and PostgreSQL when a server can be had.
//
// PostgreSQL is the server named by ESSAIM_TEST_POSTGRES (a URL whose user may create databases); `make test` starts one. A
// developer without one runs the SQLite half; the test command sets ESSAIM_TEST_POSTGRES=required's effect by naming a URL,
// and then a server that does not answer is a failure, never a skip.
package storagetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

// PostgresVariable names the PostgreSQL server for tests.
const PostgresVariable = "ESSAIM_TEST_POSTGRES"

// Each runs test once per engine, with an empty database whose schema is migrations.
func Each(t *testing.T, migrations []storage.Migrations, test func(t *testing.T, db *storage.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, SQLite(t), migrations)) })
	t.Run("postgres", func(t *testing.T) { test(t, Open(t, Postgres(t), migrations)) })
}

// EachOptions runs test once per engine, with the options of an empty database that the test opens by itself.
func EachOptions(t *testing.T, test func(t *testing.T, o storage.Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Open opens a database for as long as the test lasts.
func Open(t testing.TB, o storage.Options, migrations []storage.Migrations) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context(), migrations); err != nil {
		t.Fatal(err)
	}
	return db
}

// SQLite returns the options of an empty SQLite database.
func SQLite(t testing.TB) storage.Options {
	return storage.Options{File: filepath.Join(t.TempDir(), "essaim.db"), Clock: clock.System()}
}

// Postgres returns the options of an empty PostgreSQL database, dropped when the test ends. It skips the test when no
// server is named.
func Postgres(t testing.TB) storage.Options {
	t.Helper()
	server := os.Getenv(PostgresVariable)
	if server == "" {
		t.Skipf("no PostgreSQL: set %s, or run `make test`, which starts one", PostgresVariable)
	}
	name := "essaim_test_" + id.New(clock.System().Now())
	admin(t, t.Context(), server, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, context.Background(), server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s: %v", PostgresVariable, err)
	}
	address.Path = "/" + name
	return storage.Options{URL: address.String(), Clock: clock.System()}
}

func admin(t testing.TB, ctx context.Context, server, statement string) {
	t.Helper()
	if err := storage.Admin(ctx, server, statement); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", PostgresVariable, err))
	}
}
