package app_test

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"filippo.io/age"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

// The version before left a site with people in it: this one brings it up to date, after a copy, and nobody is lost.
func TestTheSiteOfTheVersionBeforeIsBroughtUpToDate(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		from := inhabited(t, engine(t))
		s := elsewhere(t, o, from)
		s.Workers, s.GuardOff = false, true
		old := versionBefore(t, from, s)
		secret, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		s.Copies, s.CopiesFor, s.CopiesKept = []string{t.TempDir()}, secret.Recipient().String(), 3
		h := apptest.Build(t, s, app.Options{})
		if people := peopleOf(t, everything(t, s)); people != peopleOf(t, everything(t, from)) || people == 0 {
			t.Errorf("%d signatures", people)
		}
		answer := httptest.NewRecorder()
		h.Web.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, webtest.URL+"/m/"+apptest.Slug, nil))
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "</html>") {
			t.Errorf("%d %s", answer.Code, answer.Body.String())
		}
		h.Close()
		copied := only(t, s.Copies[0])
		empty := elsewhere(t, engine(t), s)
		mustRun(t, empty, "restore", copied, "--identity", keyFile(t, secret)) // a copy of the older schema
		if people := peopleOf(t, everything(t, empty)); people != peopleOf(t, old) {
			t.Errorf("%d signatures come back from the copy", people)
		}
	})
}

func peopleOf(t *testing.T, all map[string][]string) int {
	t.Helper()
	if _, ok := all["mobilisation_signature"]; !ok {
		t.Fatal("there is no such table")
	}
	return len(all["mobilisation_signature"])
}

// versionBefore fills a database whose every room lacks its newest migration with the rows of one that has them all.
func versionBefore(t *testing.T, from, into config.Settings) map[string][]string {
	t.Helper()
	plan := apptest.Build(t, from, app.Options{})
	rooms := plan.Schemas()
	plan.Close()
	if err := os.MkdirAll(into.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), storage.Options{URL: into.Database, File: into.DatabaseFile()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Migrate(t.Context(), before(t, rooms)); err != nil {
		t.Fatal(err)
	}
	if err := copyRows(t, storage.Options{URL: from.Database, File: from.DatabaseFile()}, db); err != nil {
		t.Fatal(err)
	}
	missing, _, err := db.CheckNewer(t.Context(), rooms)
	if err != nil || missing < 4 {
		t.Fatalf("%d migrations are missing, %v: this proves little", missing, err)
	}
	return everything(t, into)
}

// before are the migrations without the newest of each room. A first one is none that a version before could lack.
func before(t *testing.T, rooms []storage.Migrations) (older []storage.Migrations) {
	t.Helper()
	for _, room := range rooms {
		names, err := fs.Glob(room.Files, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(names)
		kept := fstest.MapFS{}
		for _, name := range names[:max(len(names)-1, 1)] {
			text, err := fs.ReadFile(room.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			kept[name] = &fstest.MapFile{Data: text}
		}
		older = append(older, storage.Migrations{Room: room.Room, Files: kept})
	}
	return older
}

// tablesOf lists the tables, those that are pointed at first.
func tablesOf(t *testing.T, db *storage.DB) (all []storage.Table) {
	t.Helper()
	if err := db.Snapshot(t.Context(), func(ctx context.Context, s *storage.Snapshot) (err error) {
		all, err = s.Tables(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// copyRows takes over what the older tables have columns for.
func copyRows(t *testing.T, from storage.Options, into *storage.DB) error {
	t.Helper()
	source, err := storage.Open(t.Context(), from)
	if err != nil {
		return err
	}
	defer source.Close()
	newer := tablesOf(t, source)
	return source.Snapshot(t.Context(), func(ctx context.Context, s *storage.Snapshot) error {
		for _, table := range tablesOf(t, into) {
			i := slices.IndexFunc(newer, func(n storage.Table) bool { return n.Name == table.Name })
			if i < 0 {
				continue
			}
			var names, marks []string
			for n, column := range table.Columns {
				names, marks = append(names, column.Name), append(marks, "$"+strconv.Itoa(n+1))
			}
			insert := "INSERT INTO " + table.Name + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ") ON CONFLICT DO NOTHING"
			if err := into.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
				return s.Each(ctx, table, func(row []any) error {
					for n, value := range row {
						if raw, ok := value.([]byte); ok && len(raw) == 0 {
							row[n] = []byte{} // and not NULL
						}
					}
					_, err := tx.Exec(ctx, insert, row...)
					return err
				})
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// A program that is older than the database refuses it in words, in every command, and changes nothing. A backup it still makes.
func TestAnOlderProgramRefusesANewerDatabase(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := inhabited(t, o)
		h := apptest.Build(t, s, app.Options{})
		err := h.DB.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO storage_migration (room, file, sum, applied_at) VALUES ('app', '9999_tomorrow.sql', 'x', 1)`)
			return err
		})
		h.Close()
		if err != nil {
			t.Fatal(err)
		}
		before := everything(t, s)
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"admin", "list"}, {"jobs"}} {
			if out, code := command(t, s, args...); code != 1 || !strings.Contains(out, "a newer version of Essaim") || !strings.Contains(out, "9999_tomorrow") {
				t.Errorf("%v: %d %s", args, code, out)
			}
		}
		mustBeTheSame(t, before, everything(t, s))
		mustRun(t, s, "backup", filepath.Join(t.TempDir(), "newer.backup"))
	})
}

// TestMigrationsLetTheVersionBeforeGoOn holds what docs/upgrade.md promises: later migrations add, with a default, and take nothing away.
func TestMigrationsLetTheVersionBeforeGoOn(t *testing.T) {
	for _, name := range files(t, ".sql") {
		if strings.HasPrefix(path.Base(name), "0001_") {
			continue
		}
		text := plainSQL(read(t, name))
		for statement := range strings.SplitSeq(text, ";") {
			if narrows(statement, text) {
				t.Errorf("%s: the version before, which runs beside this one during an upgrade, does not survive\n%s", name, strings.TrimSpace(statement))
			}
		}
	}
	for statement, want := range map[string]bool{
		"DROP TABLE a_b": true, "ALTER TABLE a_b DROP COLUMN c": true, "ALTER TABLE a_b RENAME TO a_c": true, "ALTER TABLE a_b ADD COLUMN c TEXT NOT NULL": true,
		"ALTER TABLE a_b ADD COLUMN c TEXT NOT NULL DEFAULT ''": false, "ALTER TABLE a_b ADD COLUMN c TEXT": false, "CREATE TABLE a_b (c TEXT NOT NULL)": false,
		"CREATE UNIQUE INDEX a_b_c ON a_b (c)": true, "CREATE INDEX a_b_c ON a_b (c)": false,
	} {
		if narrows(statement, statement) != want {
			t.Errorf("%s: narrows: %v", statement, !want)
		}
	}
}

var (
	uniqueOn = regexp.MustCompile(`(?i)CREATE UNIQUE INDEX\s+\S+\s+ON\s+(\S+)`)
	bareAdd  = regexp.MustCompile(`(?i)ADD COLUMN\b.*\bNOT NULL\b`)
	takes    = regexp.MustCompile(`(?i)\bDROP (TABLE|COLUMN)\b|\bRENAME\b`)
)

// narrows tells whether a statement takes something away from the version before. A table of the same file it does not know.
func narrows(statement, file string) bool {
	statement = strings.Join(strings.Fields(statement), " ")
	if on := uniqueOn.FindStringSubmatch(statement); on != nil {
		return !strings.Contains(file, "CREATE TABLE "+on[1]+" ")
	}
	return takes.MatchString(statement) || bareAdd.MatchString(statement) && !strings.Contains(strings.ToUpper(statement), "DEFAULT")
}
