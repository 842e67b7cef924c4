package app_test

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// statement is a piece of SQL, in a string of the code or in a migration.
type statement struct {
	text string
	at   string
	dir  string // of the package
}

// sqlLike tells SQL from prose: keywords are upper case, by rule 14 of the style.
var sqlLike = regexp.MustCompile(`\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (UNIQUE )?(TABLE|INDEX)|ALTER TABLE|DROP TABLE|WHERE|ORDER BY|ON CONFLICT|RETURNING|VALUES)\b`)

// engineWords are what only one engine understands, or what each understands in its own way.
var engineWords = []struct {
	word *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`(?i)\bnow\(\)|\bCURRENT_(TIMESTAMP|TIME|DATE)\b|\bdatetime\(|\bstrftime\(`), "time comes from clock, as microseconds"},
	{regexp.MustCompile(`(?i)\bI?LIKE\b|\bSIMILAR TO\b|\bGLOB\b`), "the engines fold letters differently; fold in Go and compare, or ask search"},
	{regexp.MustCompile(`(?i)\b(lower|upper)\(`), "SQLite folds ASCII alone; fold in Go"},
	{regexp.MustCompile(`(?i)\b(ANY|ALL)\(|\bARRAY\[|\bunnest\(`), "SQLite has no arrays; repeat the statement or write the placeholders"},
	{regexp.MustCompile(`::`), "write CAST(x AS type)"},
	{regexp.MustCompile(`->|@>|(?i)\bjsonb?\b|\bjson_|\bjsonb_`), "JSON is read in Go"},
	{regexp.MustCompile(`(?i)\bSKIP LOCKED\b|\bFOR (UPDATE|SHARE)\b`), "SQLite has one writer and no row locks; claim by UPDATE … RETURNING"},
	{regexp.MustCompile(`(?i)\bAUTOINCREMENT\b|\bSERIAL\b|\bBIGSERIAL\b|\bGENERATED\b`), "identifiers come from id, ordered by time"},
	{regexp.MustCompile(`(?i)\bALTER COLUMN\b`), "SQLite cannot; make a new table and move the rows"},
	{regexp.MustCompile(`(?i)\btsvector\b|\bto_tsquery\b|\bMATCH\b|\bfts5\b`), "full text is search's own matter"},
	{regexp.MustCompile(`(?i)\b(TIMESTAMP|TIMESTAMPTZ|DATETIME|BOOLEAN|UUID|BLOB|VARCHAR|REAL)\b`), "the types that mean the same in both are TEXT, BIGINT and BYTEA"},
	{regexp.MustCompile(`(?i)\bINSERT OR (REPLACE|IGNORE)\b|\bREPLACE INTO\b|\browid\b|\bPRAGMA\b`), "write ON CONFLICT"},
	{regexp.MustCompile(`\?`), "placeholders are $1, $2…"},
	{regexp.MustCompile(`(?i)\bSELECT \*|\bRETURNING \*`), "name the columns: a migration adds one, and a row no longer fits"},
}

var (
	sqlNote   = regexp.MustCompile(`--[^\n]*`)
	sqlQuoted = regexp.MustCompile(`'[^']*'`)
	tableName = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?: IF (?:NOT )?EXISTS)?|INDEX [a-z_0-9]+ ON)\s+([a-z][a-z_0-9]*)\b(\()?`)
	indexName = regexp.MustCompile(`\bINDEX\s+([a-z][a-z_0-9]*)\s+ON\s+([a-z][a-z_0-9]*)`)
	pointedAt = regexp.MustCompile(`\bREFERENCES\s+([a-z][a-z_0-9]*)`)
	withName  = regexp.MustCompile(`(?:\bWITH(?: RECURSIVE)?|\),)\s+([a-z][a-z_0-9]*)\s*(?:\([^)]*\))?\s+AS\s`)
)

// plainSQL is SQL without notes and without what stands between quotes.
func plainSQL(text string) string {
	return sqlQuoted.ReplaceAllString(sqlNote.ReplaceAllString(text, ""), "''")
}

// bothEngines is where search says to each engine what that one alone understands.
const bothEngines = "internal/platform/search/engine.go"

// statements collects the SQL of the house, but what knows both engines: storage's, and one file of search.
func statements(t *testing.T) []statement {
	t.Helper()
	var all []statement
	for _, s := range sources(t) {
		if s.isTest() || s.isGenerated() || s.dir == "internal/platform/storage" || s.path == bothEngines || strings.HasPrefix(s.dir, "tools") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if found, ok := text(n); ok && sqlLike.MatchString(found) {
				all = append(all, statement{text: plainSQL(found), at: s.at(n), dir: s.dir})
			}
			return true
		})
	}
	for _, name := range files(t, ".sql") {
		all = append(all, statement{text: plainSQL(read(t, name)), at: name, dir: path.Dir(path.Dir(name))})
	}
	return all
}

func TestSQLIsUnderstoodByBothEngines(t *testing.T) {
	for _, s := range statements(t) {
		for _, rule := range engineWords {
			if word := rule.word.FindString(s.text); word != "" {
				t.Errorf("%s says %q: %s", s.at, word, rule.why)
			}
		}
	}
}

// strangers lists what a statement says of tables that are not its room's.
func strangers(s statement) []string {
	prefix := path.Base(s.dir) + "_"
	own := []string{"excluded"}
	for _, found := range withName.FindAllStringSubmatch(s.text, -1) {
		own = append(own, found[1])
	}
	var wrong []string
	for _, found := range tableName.FindAllStringSubmatch(s.text, -1) {
		if name, call := found[1], found[2] != ""; !call && !strings.HasPrefix(name, prefix) && !slices.Contains(own, name) {
			wrong = append(wrong, fmt.Sprintf("the table %s is not of this room (%s…): ask the room that owns it", name, prefix))
		}
	}
	for _, found := range indexName.FindAllStringSubmatch(s.text, -1) {
		if !strings.HasPrefix(found[1], prefix) {
			wrong = append(wrong, fmt.Sprintf("the index %s bears no prefix %s: index names are one space in PostgreSQL", found[1], prefix))
		}
	}
	for _, found := range pointedAt.FindAllStringSubmatch(s.text, -1) {
		owner, _, _ := strings.Cut(found[1], "_")
		if to := "internal/" + owner; !strings.HasPrefix(found[1], prefix) && (floorOf(owner) == "" || forbidden(s.dir, to) != "") {
			wrong = append(wrong, fmt.Sprintf("a key points at %s, which is not below: foreign keys point down only", found[1]))
		}
	}
	return wrong
}

func TestARoomTouchesItsOwnTablesOnly(t *testing.T) {
	for _, s := range statements(t) {
		for _, wrong := range strangers(s) {
			t.Errorf("%s: %s", s.at, wrong)
		}
	}
}

// migrationName is a number, and what the migration brings.
var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

func TestMigrationsAreNumberedWithoutAGap(t *testing.T) {
	next := map[string]int{}
	all := files(t, ".sql")
	slices.Sort(all)
	for _, name := range all {
		found := migrationName.FindStringSubmatch(path.Base(name))
		if found == nil || path.Base(path.Dir(name)) != "migrations" {
			t.Errorf("%s: a migration is migrations/NNNN_what.sql beside its room", name)
			continue
		}
		next[path.Dir(name)]++
		if number, _ := strconv.Atoi(found[1]); number != next[path.Dir(name)] {
			t.Errorf("%s: the next number is %04d", name, next[path.Dir(name)])
		}
	}
}

func TestTheRulesOfSQLRefuseWhatTheyAreFor(t *testing.T) {
	for text, fine := range map[string]bool{
		"SELECT id FROM front_page WHERE name = $1 -- now() is in a note":                                      true,
		"SELECT id FROM front_page WHERE name = 'a::b'":                                                        true,
		"WITH due AS (SELECT id FROM front_page) UPDATE front_page SET n = 1 WHERE id IN (SELECT id FROM due)": true,
		"INSERT INTO front_page (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET n = excluded.n":                true,
		"CREATE TABLE front_page (id TEXT REFERENCES account_person (id))":                                     true,
		"CREATE TABLE front_page (id TEXT REFERENCES mailing_list (id))":                                       false,
		"CREATE INDEX page_slug ON front_page (slug)":                                                          false,
		"SELECT id FROM front_page JOIN account_person ON TRUE":                                                false,
		"SELECT id FROM front_page WHERE made < now()":                                                         false,
		"SELECT id::TEXT FROM front_page":                                                                      false,
		"SELECT id FROM front_page WHERE name LIKE $1":                                                         false,
		"SELECT id FROM front_page WHERE id = ANY($1)":                                                         false,
		"SELECT id FROM front_page WHERE id = ?":                                                               false,
		"CREATE TABLE front_page (id INTEGER PRIMARY KEY AUTOINCREMENT)":                                       false,
	} {
		s := statement{text: plainSQL(text), dir: "internal/front"}
		wrong := len(strangers(s)) > 0
		for _, rule := range engineWords {
			wrong = wrong || rule.word.MatchString(s.text)
		}
		if wrong == fine {
			t.Errorf("%s: fine %v, but %v", text, fine, strangers(s))
		}
		if !sqlLike.MatchString(text) {
			t.Errorf("%s: not seen as SQL", text)
		}
	}
}
