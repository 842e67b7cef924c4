package search

import (
	"context"
	"strings"

	"essaim/internal/platform/storage"
)

// The engines' index over search_word. SQLite: a table of FTS5 that keeps no texts and no positions, whose rows are our numbers,
// and which therefore answers in the order of publication. Tokens are split at spaces alone: everything above ASCII is a letter to
// it, and the underscore too. PostgreSQL: a GIN index over the words as they are, without a dictionary; words are long and stand
// aside, so that reading the numbers of many rows touches few pages.
var makeIndex = map[storage.Dialect][]string{
	storage.SQLite: {
		`CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'")`,
	},
	storage.Postgres: {
		`ALTER TABLE search_word ALTER COLUMN words SET STORAGE EXTERNAL`,
		`ALTER TABLE search_word SET (toast_tuple_target = 128)`,
		`CREATE INDEX IF NOT EXISTS search_word_text ON search_word USING gin (array_to_tsvector(string_to_array(words, ' '))) WITH (fastupdate = off)`,
	},
}

// isMade tells whether the engine's index is there.
var isMade = map[storage.Dialect]string{
	storage.SQLite:   `SELECT COUNT(*) FROM sqlite_master WHERE name = 'search_text'`,
	storage.Postgres: `SELECT COUNT(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'search_word_text'`,
}

// findWords asks for number and subject of what has the tokens, the newest first. On PostgreSQL the sum keeps the planner from
// reading all documents in the order of their numbers, in the hope to meet some soon.
var findWords = map[storage.Dialect]string{
	storage.SQLite: `
		SELECT w.rowid, d.subject
		FROM search_text AS w
		JOIN search_document AS d ON d.number = w.rowid
		WHERE w.search_text MATCH $1 AND w.rowid < $2
		ORDER BY w.rowid DESC
		LIMIT $3`,
	storage.Postgres: `
		SELECT f.number, d.subject
		FROM (
			SELECT number
			FROM search_word
			WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST($1 AS tsquery) AND number < $2
			ORDER BY number + 0 DESC
			LIMIT $3) AS f
		JOIN search_document AS d ON d.number = f.number
		ORDER BY f.number DESC`,
}

// What is asked of SQLite's index alone: the newest document that it has, and to forget all (fts5.html 6.3).
const (
	lastOfSQLite = `SELECT rowid FROM search_text ORDER BY rowid DESC LIMIT 1`
	clearSQLite  = `INSERT INTO search_text (search_text) VALUES ('delete-all')`
)

// expression asks for all of some tokens, and not for all of others. Tokens are letters, digits and underscores: nothing in them
// can end a quote.
func (x *Index) expression(all, without []string) string {
	quote, and, not := `"`, " AND ", " NOT "
	if x.db.Dialect() == storage.Postgres {
		quote, and, not = "'", " & ", " & !"
	}
	together := func(tokens []string) string {
		return "(" + quote + strings.Join(tokens, quote+and+quote) + quote + ")"
	}
	if len(without) == 0 {
		return together(all)
	}
	return together(all) + not + together(without)
}

func (x *Index) find(ctx context.Context, all, without []string, before int64, limit int) (*storage.Rows, error) {
	return x.db.Query(ctx, findWords[x.db.Dialect()], x.expression(all, without), before, limit)
}

// keepWords and forgetWords keep SQLite's index beside the table; PostgreSQL does so by itself.
func (x *Index) keepWords(ctx context.Context, tx *storage.Tx, number int64, words string) error {
	if x.db.Dialect() == storage.Postgres {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO search_text (rowid, words) VALUES ($1, $2)`, number, words)
	return err
}

func (x *Index) forgetWords(ctx context.Context, tx *storage.Tx, number int64) error {
	if x.db.Dialect() == storage.Postgres {
		return nil
	}
	_, err := tx.Exec(ctx, `DELETE FROM search_text WHERE rowid = $1`, number)
	return err
}
