package mobilisation

import (
	"context"
	"fmt"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// standColumns count what was confirmed since it came from the stand: who had signed before counts in no stand, so that nobody there
// learns it.
const standColumns = `s.id, s.petition_id, s.sealed, s.opened_at, s.used_at, s.ends_at, s.closed_at, s.n, s.counted + (` + standCount + `)`

const standCount = `
		SELECT COUNT(DISTINCT f.signature_id)
		FROM mobilisation_stand_form AS f
		JOIN mobilisation_signature AS g ON g.id = f.signature_id
		WHERE f.stand_id = s.id AND g.state = 1 AND g.confirmed_at >= f.at`

func (r *Room) scanStand(scan func(...any) error) (s Stand, err error) {
	var opened, used, ends, closed int64
	var sealed []byte
	if err := scan(&s.ID, &s.PetitionID, &sealed, &opened, &used, &ends, &closed, &s.N, &s.Confirmed); err != nil {
		return s, err
	}
	s.Opened, s.Used, s.Ends, s.Closed = clock.Time(opened), clock.Time(used), clock.Time(ends), clock.Time(closed)
	name, err := r.Vault.Open(purposeStand, sealed, []byte(s.ID))
	s.Name = string(name)
	return s, err
}

// readStand reads one stand. The error is storage.ErrNoRows when there is none.
func (r *Room) readStand(ctx context.Context, standID string) (Stand, error) {
	return r.scanStand(r.db.QueryRow(ctx, `
		SELECT `+standColumns+`
		FROM mobilisation_stand AS s
		WHERE s.id = $1`, standID).Scan)
}

// StandOf reads a stand of a petition. The error is storage.ErrNoRows when it has none of this id.
func (r *Room) StandOf(ctx context.Context, p *Petition, standID string) (Stand, error) {
	s, err := r.readStand(ctx, standID)
	if err == nil && s.PetitionID != p.ID {
		return Stand{}, storage.ErrNoRows
	}
	return s, err
}

// Stands lists the stands of a petition, the latest first.
func (r *Room) Stands(ctx context.Context, petitionID string) ([]Stand, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+standColumns+`
		FROM mobilisation_stand AS s
		WHERE s.petition_id = $1
		ORDER BY s.opened_at DESC
		LIMIT $2`, petitionID, standsListed)
	return storage.All(rows, err, func(rows *storage.Rows) (Stand, error) { return r.scanStand(rows.Scan) })
}

// foldStands lets go of which signatures came from where, once none of them can be confirmed any more. The number stays.
func (r *Room) foldStands(ctx context.Context) error {
	before := clock.Micros(r.Clock.Now().Add(-standKept))
	for {
		n := 0
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			rows, err := tx.Query(ctx, `
				UPDATE mobilisation_stand AS s
				SET folded = 1, counted = (`+standCount+`)
				WHERE s.folded = 0 AND s.id IN (
					SELECT id
					FROM mobilisation_stand
					WHERE folded = 0 AND ends_at < $1
					ORDER BY ends_at
					LIMIT $2)
				RETURNING id`, before, standsFoldedAt)
			ids, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
			n = len(ids)
			for _, id := range ids {
				if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_stand_form WHERE stand_id = $1`, id); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("fold stands: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}
