package storage_test

import (
	"testing"
	"testing/fstest"

	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestAMigrationChangesTablesThatHoldRows(t *testing.T) {
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) {
		if err := db.InTx(t.Context(), insert("old")); err != nil {
			t.Fatal(err)
		}
		next := fstest.MapFS{"0001_note.sql": {Data: []byte(schema)}, "0002_more.sql": {Data: []byte(`
			ALTER TABLE test_note ADD COLUMN sealed BYTEA NOT NULL DEFAULT '';
			ALTER TABLE test_note ADD COLUMN words TEXT NOT NULL DEFAULT '';
			ALTER TABLE test_note ADD COLUMN at BIGINT NOT NULL DEFAULT 0;`)}}
		if _, err := db.Migrate(t.Context(), []storage.Migrations{{Room: "test", Files: next}}); err != nil {
			t.Fatal(err)
		}
		var sealed []byte
		var words string
		var at int64
		if err := db.QueryRow(t.Context(), `SELECT sealed, words, at FROM test_note`).Scan(&sealed, &words, &at); err != nil {
			t.Fatal(err)
		}
		if len(sealed) != 0 || words != "" || at != 0 {
			t.Errorf("%q, %q, %d", sealed, words, at)
		}
	})
}
