package mobilisation

import (
	"context"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

const batchColumns = `id, petition_id, area, day, sealed, n, confirmed_at`

// scanBatch reads batchColumns, and opens what is sealed.
func (r *Room) scanBatch(scan func(...any) error) (b Batch, err error) {
	var day, confirmed int64
	var sealed []byte
	if err := scan(&b.ID, &b.PetitionID, &b.Area, &day, &sealed, &b.N, &confirmed); err != nil {
		return b, err
	}
	b.Day, b.Confirmed = time.Unix(day*86400, 0).UTC(), clock.Time(confirmed)
	plain, err := r.Vault.Open(purposeBatch, sealed, []byte(b.ID))
	names, sheets, _ := strings.Cut(string(plain), "\x00")
	b.Counters, b.Sheets = strings.Split(names, "\n"), strings.Split(sheets, "\n")
	return b, err
}

func insertBatch(ctx context.Context, tx *storage.Tx, b Batch, sealed []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_batch (id, petition_id, area, day, sealed)
		VALUES ($1, $2, $3, $4, $5)`, b.ID, b.PetitionID, string(b.Area), b.Day.Unix()/86400, sealed)
	return err
}

func insertEntry(ctx context.Context, tx *storage.Tx, e Entry) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_batch_entry (id, batch_id, n, reason, entered_by, entered_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, e.ID, e.BatchID, e.N, e.Reason, e.By, clock.Micros(e.At))
	return err
}

// confirmEntry has an entry count: its number becomes the batch's.
func confirmEntry(ctx context.Context, tx *storage.Tx, e Entry, by string, at int64) error {
	alone := 0
	if e.Alone {
		alone = 1
	}
	if _, err := tx.Exec(ctx, `
		UPDATE mobilisation_batch_entry
		SET confirmed_by = $2, confirmed_at = $3, alone = $4
		WHERE id = $1`, e.ID, by, at, alone); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_batch
		SET n = $2, confirmed_at = CASE WHEN confirmed_at = 0 THEN $3 ELSE confirmed_at END
		WHERE id = $1`, e.BatchID, e.N, at)
	return err
}

// deleteEntry takes an entry back, and its batch when nothing of it was ever confirmed.
func deleteEntry(ctx context.Context, tx *storage.Tx, e Entry) error {
	if _, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_batch_entry
		WHERE id = $1`, e.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_batch
		WHERE id = $1 AND confirmed_at = 0`, e.BatchID)
	return err
}

// waitingEntry reads an entry that waits under a petition, and holds its batch. The error is storage.ErrNoRows when there is none.
func waitingEntry(ctx context.Context, tx *storage.Tx, petitionID, entryID string) (e Entry, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id
		FROM mobilisation_batch
		WHERE petition_id = $1 AND id = (SELECT batch_id FROM mobilisation_batch_entry WHERE id = $2)`+tx.ForUpdate(), petitionID, entryID).Scan(&e.BatchID)
	if err != nil {
		return e, err
	}
	err = tx.QueryRow(ctx, `
		SELECT id, n, reason, entered_by
		FROM mobilisation_batch_entry
		WHERE id = $1 AND confirmed_at = 0`, entryID).Scan(&e.ID, &e.N, &e.Reason, &e.By)
	return e, err
}

// openBatch holds a batch that counts or did, and of which nothing waits, and returns its number. The error is storage.ErrNoRows else.
func openBatch(ctx context.Context, tx *storage.Tx, petitionID, batchID string) (n int64, err error) {
	if err := tx.QueryRow(ctx, `
		SELECT n
		FROM mobilisation_batch
		WHERE id = $1 AND petition_id = $2 AND confirmed_at > 0`+tx.ForUpdate(), batchID, petitionID).Scan(&n); err != nil {
		return 0, err
	}
	var waiting int64
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_batch_entry
		WHERE batch_id = $1 AND confirmed_at = 0`, batchID).Scan(&waiting)
	if err == nil && waiting > 0 {
		err = storage.ErrNoRows
	}
	return n, err
}

// batchesShown is how many batches a page lists.
const batchesShown = 500

// Batches lists the batches of a petition with what was said of each, the latest first; where public is true only what was confirmed.
func (r *Room) Batches(ctx context.Context, petitionID string, public bool) ([]Batch, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+batchColumns+`
		FROM mobilisation_batch
		WHERE petition_id = $1
		ORDER BY id DESC
		LIMIT $2`, petitionID, batchesShown)
	all, err := storage.All(rows, err, func(rows *storage.Rows) (Batch, error) { return r.scanBatch(rows.Scan) })
	if err != nil {
		return nil, err
	}
	entries, err := r.entries(ctx, petitionID)
	if err != nil {
		return nil, err
	}
	shown := all[:0]
	for _, b := range all {
		for _, e := range entries[b.ID] {
			if !public || !e.Waits() {
				b.Entries = append(b.Entries, e)
			}
		}
		if len(b.Entries) > 0 {
			shown = append(shown, b)
		}
	}
	return shown, nil
}

// entries reads what was said of the batches of a petition, by batch, the earliest first.
func (r *Room) entries(ctx context.Context, petitionID string) (map[string][]Entry, error) {
	rows, err := r.db.Query(ctx, `
		SELECT e.id, e.batch_id, e.n, e.reason, e.entered_by, e.entered_at, e.confirmed_at, e.alone
		FROM mobilisation_batch_entry AS e
		JOIN mobilisation_batch AS b ON b.id = e.batch_id
		WHERE b.petition_id = $1
		ORDER BY e.entered_at, e.id`, petitionID)
	byBatch := map[string][]Entry{}
	_, err = storage.All(rows, err, func(rows *storage.Rows) (e Entry, err error) {
		var at, confirmed, alone int64
		err = rows.Scan(&e.ID, &e.BatchID, &e.N, &e.Reason, &e.By, &at, &confirmed, &alone)
		e.At, e.Confirmed, e.Alone = clock.Time(at), clock.Time(confirmed), alone == 1
		byBatch[e.BatchID] = append(byBatch[e.BatchID], e)
		return e, err
	})
	return byBatch, err
}

// OnPaper is how many signatures on paper count under a petition.
func (r *Room) OnPaper(ctx context.Context, petitionID string) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COALESCE(SUM(n), 0)
		FROM mobilisation_batch
		WHERE petition_id = $1`, petitionID).Scan(&n)
	return n, err
}

// CountWaitingBatches tells how many entries of a petition wait for another of the team than one person.
func (r *Room) CountWaitingBatches(ctx context.Context, petitionID, personID string) (n int64, err error) {
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_batch_entry AS e
		JOIN mobilisation_batch AS b ON b.id = e.batch_id
		WHERE b.petition_id = $1 AND e.confirmed_at = 0 AND e.entered_by <> $2`, petitionID, personID).Scan(&n)
	return n, err
}
