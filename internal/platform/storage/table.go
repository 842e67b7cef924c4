package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Kind is what a column holds, in the words of no engine.
type Kind string

// The kinds of columns. Rows carry them as int64, string, []byte and float64, and NULL as nil.
const (
	Integer Kind = "integer"
	Text    Kind = "text"
	Bytes   Kind = "bytes"
	Real    Kind = "real"
)

// Column is a column of a Table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// Table is a table of a room, as both engines have it.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// names writes the columns of t for a statement.
func (t Table) names() string {
	quoted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		quoted[i] = quote(c.Name)
	}
	return strings.Join(quoted, ", ")
}

// quote writes a name for a statement, whatever it is.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// ownTables begin the names of tables that are this package's and no room's.
const ownTables = "storage_"

// kinds are the engines' words for what a column may hold.
var kinds = map[string]Kind{
	"INTEGER": Integer, "INT": Integer, "TEXT": Text, "BLOB": Bytes, "REAL": Real,
	"bigint": Integer, "integer": Integer, "smallint": Integer, "text": Text, "bytea": Bytes, "double precision": Real,
}

// tables lists every table of the rooms, those that others point at before them. What an engine keeps for itself, such as an
// index for full text, is no table of a room.
func (db *DB) tables(ctx context.Context, conn *sql.Conn) ([]Table, error) {
	query := `
		SELECT t.name, c.name, c.type
		FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
		WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND c.hidden = 0
		ORDER BY t.name, c.cid`
	if db.dialect == Postgres {
		query = `
		SELECT c.table_name::text, c.column_name::text, c.data_type::text
		FROM information_schema.columns c JOIN information_schema.tables t
		ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
		ORDER BY c.table_name COLLATE "C", c.ordinal_position`
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Table
	for rows.Next() {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil {
			return nil, err
		}
		if strings.HasPrefix(table, ownTables) {
			continue
		}
		known, ok := kinds[kind]
		if !ok {
			return nil, fmt.Errorf("%s.%s is of the type %q, which the other engine does not have", table, column, kind)
		}
		if len(all) == 0 || all[len(all)-1].Name != table {
			all = append(all, Table{Name: table})
		}
		last := &all[len(all)-1]
		last.Columns = append(last.Columns, Column{Name: column, Kind: known})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	points, err := db.pointers(ctx, conn)
	if err != nil {
		return nil, err
	}
	return inOrder(all, points), nil
}

// pointers tells which tables each table's foreign keys point at.
func (db *DB) pointers(ctx context.Context, conn *sql.Conn) (map[string][]string, error) {
	query := `
		SELECT t.name, f."table"
		FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
		WHERE t.schema = 'main' AND t.type = 'table'`
	if db.dialect == Postgres {
		query = `
		SELECT f.relname::text, t.relname::text
		FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
		WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace`
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	points := map[string][]string{}
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return nil, err
		}
		points[from] = append(points[from], to)
	}
	return points, rows.Err()
}

// inOrder puts tables behind those that they point at.
func inOrder(all []Table, points map[string][]string) []Table {
	byName := map[string]Table{}
	for _, t := range all {
		byName[t.Name] = t
	}
	placed := map[string]bool{}
	ordered := make([]Table, 0, len(all))
	var place func(t Table)
	place = func(t Table) {
		if placed[t.Name] {
			return
		}
		placed[t.Name] = true // before the others: a circle ends here
		for _, to := range points[t.Name] {
			if other, ok := byName[to]; ok {
				place(other)
			}
		}
		ordered = append(ordered, t)
	}
	for _, t := range all {
		place(t)
	}
	return ordered
}
