package mobilisation

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

// foldAtOnce is how many deltas are joined in one transaction: about two milliseconds of the writer.
const foldAtOnce = 200

// delta is one row of mobilisation_delta without its id.
type delta struct {
	petition, country, commune string
	hour, n                    int64
}

// fold joins deltas to the kept counts until none is left, and in the same transactions notes the milestones that were passed: a
// crash in the middle leaves what was not committed for the next. The job is unique while it waits; two at once do no harm.
func (r *Room) fold(ctx context.Context, _ jobs.Job) error {
	for {
		n := 0
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			deltas, err := takeDeltas(ctx, tx)
			if err != nil {
				return err
			}
			n = len(deltas)
			return r.addCounts(ctx, tx, deltas)
		})
		if err != nil {
			return fmt.Errorf("fold: %w", err)
		}
		if n < foldAtOnce {
			return nil
		}
	}
}

func compareDeltas(a, b delta) int {
	return cmp.Or(cmp.Compare(a.petition, b.petition), cmp.Compare(a.hour, b.hour), cmp.Compare(a.country, b.country), cmp.Compare(a.commune, b.commune))
}

// takeDeltas deletes some deltas and returns them.
func takeDeltas(ctx context.Context, tx *storage.Tx) ([]delta, error) {
	rows, err := tx.Query(ctx, `
		DELETE FROM mobilisation_delta
		WHERE id IN (
			SELECT id
			FROM mobilisation_delta
			ORDER BY id
			LIMIT $1)
		RETURNING petition_id, country, commune, hour, n`, foldAtOnce)
	return storage.All(rows, err, func(r *storage.Rows) (d delta, err error) {
		return d, r.Scan(&d.petition, &d.country, &d.commune, &d.hour, &d.n)
	})
}

// addCounts adds deltas to the counts by place and hour, to the sums by day and by place, and to the totals, and stamps the milestones.
func (r *Room) addCounts(ctx context.Context, tx *storage.Tx, deltas []delta) error {
	counts, days, places, totals := map[delta]int64{}, map[delta]int64{}, map[delta]int64{}, map[string]int64{}
	for _, d := range deltas {
		n := d.n
		d.n = 0
		counts[d] += n
		days[delta{petition: d.petition, hour: r.DayOf(d.hour)}] += n
		places[delta{petition: d.petition, country: d.country, commune: d.commune}] += n
		totals[d.petition] += n
	}
	for _, sums := range []struct {
		by    map[delta]int64
		write func(context.Context, *storage.Tx, delta, int64) error
	}{{counts, addCount}, {days, addDay}, {places, addPlace}} {
		for _, d := range slices.SortedFunc(maps.Keys(sums.by), compareDeltas) { // in order: two who fold lock the same way
			if n := sums.by[d]; n != 0 {
				if err := sums.write(ctx, tx, d, n); err != nil {
					return err
				}
			}
		}
	}
	for _, petition := range slices.Sorted(maps.Keys(totals)) {
		var total int64
		err := tx.QueryRow(ctx, `
			INSERT INTO mobilisation_total (petition_id, n)
			VALUES ($1, $2)
			ON CONFLICT (petition_id) DO UPDATE
			SET n = mobilisation_total.n + excluded.n
			RETURNING n`, petition, totals[petition]).Scan(&total)
		if err != nil {
			return err
		}
		if err := r.stamp(ctx, tx, petition, total); err != nil {
			return err
		}
	}
	return nil
}

// DayOf is the day of an hour where the site is at home, in days since 1970.
func (r *Room) DayOf(hour int64) int64 {
	at := time.Unix(hour*3600, 0).In(r.Languages.Default().Zone())
	_, offset := at.Zone()
	return (hour*3600 + int64(offset)) / 86400
}

func addCount(ctx context.Context, tx *storage.Tx, d delta, n int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_count (petition_id, hour, country, commune, n)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (petition_id, hour, country, commune) DO UPDATE
		SET n = mobilisation_count.n + excluded.n`, d.petition, d.hour, d.country, d.commune, n)
	return err
}

func addDay(ctx context.Context, tx *storage.Tx, d delta, n int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_day (petition_id, day, n)
		VALUES ($1, $2, $3)
		ON CONFLICT (petition_id, day) DO UPDATE
		SET n = mobilisation_day.n + excluded.n`, d.petition, d.hour, n)
	return err
}

func addPlace(ctx context.Context, tx *storage.Tx, d delta, n int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_place (petition_id, country, commune, n)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (petition_id, country, commune) DO UPDATE
		SET n = mobilisation_place.n + excluded.n`, d.petition, d.country, d.commune, n)
	return err
}

// stampMilestones is stamp for a total that was written otherwise.
func (r *Room) stampMilestones(ctx context.Context, petition string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var total int64
		err := tx.QueryRow(ctx, `SELECT COALESCE(SUM(n), 0) FROM mobilisation_total WHERE petition_id = $1`, petition).Scan(&total)
		if err != nil {
			return err
		}
		return r.stamp(ctx, tx, petition, total)
	})
	if err != nil {
		return fmt.Errorf("milestones of %s: %w", petition, err)
	}
	return nil
}

// stamp notes each milestone once when it is reached, and takes the note back when the number has fallen below.
func (r *Room) stamp(ctx context.Context, tx *storage.Tx, petition string, total int64) error {
	rows, err := tx.Query(ctx, `
		UPDATE mobilisation_milestone
		SET reached_at = $3
		WHERE petition_id = $1 AND goal <= $2 AND reached_at = 0
		RETURNING goal`, petition, total, clock.Micros(r.Clock.Now()))
	reached, err := storage.All(rows, err, func(r *storage.Rows) (goal int64, err error) { return goal, r.Scan(&goal) })
	if err != nil {
		return err
	}
	for _, goal := range reached {
		if err := r.Queue.Emit(ctx, tx, MilestoneReached{Petition: petition, Goal: goal}); err != nil {
			return err
		}
	}
	lost, err := unstamp(ctx, tx, petition, total)
	if len(reached) > 0 || lost > 0 {
		tx.AfterCommit(func() { r.Changed(petition) })
	}
	return err
}

// unstamp takes back the notes of milestones above the number. The number is the total with the deltas that are not joined to it yet;
// they are summed only in the rare case that the total alone is too small.
func unstamp(ctx context.Context, tx *storage.Tx, petition string, total int64) (lost int64, err error) {
	var above int64
	if err := tx.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_milestone
		WHERE petition_id = $1 AND goal > $2 AND reached_at > 0`, petition, total).Scan(&above); err != nil || above == 0 {
		return 0, err
	}
	var rest int64
	if err := tx.QueryRow(ctx, `SELECT COALESCE(SUM(n), 0) FROM mobilisation_delta WHERE petition_id = $1`, petition).Scan(&rest); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `
		UPDATE mobilisation_milestone
		SET reached_at = 0
		WHERE petition_id = $1 AND goal > $2 AND reached_at > 0`, petition, total+rest)
}
