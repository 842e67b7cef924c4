package vault

import (
	"context"
	"fmt"

	"essaim/internal/platform/storage"
)

// Table is a table with sealed columns, as its room describes it.
type Table struct {
	Name string
	// Purposes are of the sealed columns, in the order in which Select and Update have them.
	Purposes []string
	// Select reads at most $2 rows whose key is behind $1, in the order of their keys: the key, and for each sealed column what it
	// is bound to and what it holds.
	Select string
	// Update puts the new values, $2 and on, into the row whose key is $1, if it still holds the old ones, which follow.
	Update string
}

// Progress is how far a table has come.
type Progress struct {
	Last    string // key of the last row that was looked at; empty at the end of the table
	Changed int    // rows that were sealed anew
	Foreign int    // values that none of the keys opens, which stay as they are
}

// sealedRow is a row as Select has it.
type sealedRow struct {
	key        string
	bound      []string
	old, fresh [][]byte
}

// Reseal looks at up to limit rows behind the key after, and seals anew what is under an older key. A row that changes meanwhile
// is left alone: who changed it sealed it under the newest. It may be run again at any time.
func (v *Vault) Reseal(ctx context.Context, db *storage.DB, t Table, after string, limit int) (p Progress, err error) {
	rows, err := db.Query(ctx, t.Select, after, limit)
	all, err := storage.All(rows, err, func(r *storage.Rows) (sealedRow, error) { return t.scan(r) })
	if err != nil {
		return p, fmt.Errorf("reseal %s: %w", t.Name, err)
	}
	var stale []sealedRow
	for _, row := range all {
		changed, foreign := v.renew(t, &row)
		p.Foreign += foreign
		if changed {
			stale = append(stale, row)
		}
	}
	if len(all) == limit {
		p.Last = all[len(all)-1].key
	}
	for len(stale) > 0 {
		part := stale[:min(len(stale), updatesAtOnce)]
		stale = stale[len(part):]
		if err := t.write(ctx, db, part); err != nil {
			return p, fmt.Errorf("reseal %s: %w", t.Name, err)
		}
		p.Changed += len(part)
	}
	return p, nil
}

// updatesAtOnce is how many rows are written in one turn of the writer, which others wait for.
const updatesAtOnce = 50

func (t Table) scan(r *storage.Rows) (row sealedRow, err error) {
	n := len(t.Purposes)
	row.bound, row.old = make([]string, n), make([][]byte, n)
	into := []any{&row.key}
	for i := range t.Purposes {
		into = append(into, &row.bound[i], &row.old[i])
	}
	err = r.Scan(into...)
	for i, old := range row.old {
		if old == nil { // no bytes are some bytes to a database, and nil is not
			row.old[i] = []byte{}
		}
	}
	return row, err
}

// renew seals anew what is stale in a row.
func (v *Vault) renew(t Table, row *sealedRow) (changed bool, foreign int) {
	row.fresh = make([][]byte, len(row.old))
	for i, old := range row.old {
		row.fresh[i] = old
		if !v.Stale(old) {
			continue
		}
		plain, err := v.Open(t.Purposes[i], old, []byte(row.bound[i]))
		if err != nil {
			foreign++
			continue
		}
		row.fresh[i] = v.Seal(t.Purposes[i], plain, []byte(row.bound[i]))
		clear(plain)
		changed = true
	}
	return changed, foreign
}

func (t Table) write(ctx context.Context, db *storage.DB, rows []sealedRow) error {
	return db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		for _, row := range rows {
			args := []any{row.key}
			for _, values := range [][][]byte{row.fresh, row.old} {
				for _, value := range values {
					args = append(args, value)
				}
			}
			if _, err := tx.Exec(ctx, t.Update, args...); err != nil {
				return err
			}
		}
		return nil
	})
}
