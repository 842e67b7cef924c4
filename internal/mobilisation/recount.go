package mobilisation

import (
	"context"
	"errors"
	"fmt"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// Recount compares every published number with the signatures themselves, by night. A difference is repaired, logged and
// kept: the history of a number is public. Signatures go on while it looks; only for the repair of a petition whose number is
// wrong is the writer held.
func (r *Room) Recount(ctx context.Context) error {
	rows, err := r.db.Query(ctx, suspects)
	wrong, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return fmt.Errorf("recount: %w", err)
	}
	var failures error
	for _, petition := range wrong {
		if err := r.repair(ctx, petition); err != nil {
			failures = errors.Join(failures, fmt.Errorf("recount %s: %w", petition, err))
		}
	}
	return failures
}

// suspects are the petitions whose kept counts or total disagree with their signatures, found in one pass over each table.
const suspects = `
	SELECT DISTINCT petition_id
	FROM (
		SELECT petition_id
		FROM (
			SELECT petition_id, confirmed_at / 3600000000 AS hour, country, commune, COUNT(*) AS n
			FROM mobilisation_signature
			WHERE state = 1
			GROUP BY petition_id, confirmed_at / 3600000000, country, commune
			UNION ALL
			SELECT petition_id, hour, country, commune, -n FROM mobilisation_count
			UNION ALL
			SELECT petition_id, hour, country, commune, -n FROM mobilisation_delta) AS places
		GROUP BY petition_id, hour, country, commune
		HAVING SUM(n) <> 0
		UNION ALL
		SELECT petition_id
		FROM (
			SELECT petition_id, COUNT(*) AS n FROM mobilisation_signature WHERE state = 1 GROUP BY petition_id
			UNION ALL
			SELECT petition_id, -n FROM mobilisation_total
			UNION ALL
			SELECT petition_id, -n FROM mobilisation_delta) AS totals
		GROUP BY petition_id
		HAVING SUM(n) <> 0) AS either
	ORDER BY petition_id`

// difference lists the places and hours of a petition where kept counts and signatures disagree: what is missing from the counts.
const difference = `
	SELECT hour, country, commune, SUM(n)
	FROM (
		SELECT confirmed_at / 3600000000 AS hour, country, commune, COUNT(*) AS n
		FROM mobilisation_signature
		WHERE petition_id = $1 AND state = 1
		GROUP BY confirmed_at / 3600000000, country, commune
		UNION ALL
		SELECT hour, country, commune, -n FROM mobilisation_count WHERE petition_id = $1
		UNION ALL
		SELECT hour, country, commune, -n FROM mobilisation_delta WHERE petition_id = $1) AS both_sides
	GROUP BY hour, country, commune
	HAVING SUM(n) <> 0`

// totalDifference is what is missing from the total.
const totalDifference = `
	SELECT COALESCE(SUM(n), 0)
	FROM (
		SELECT COUNT(*) AS n FROM mobilisation_signature WHERE petition_id = $1 AND state = 1
		UNION ALL
		SELECT -n FROM mobilisation_total WHERE petition_id = $1
		UNION ALL
		SELECT -n FROM mobilisation_delta WHERE petition_id = $1) AS both_sides`

func scanDelta(r *storage.Rows) (d delta, err error) {
	return d, r.Scan(&d.hour, &d.country, &d.commune, &d.n)
}

// repair writes the exact numbers, in a transaction of its own, and keeps what was found.
func (r *Room) repair(ctx context.Context, petition string) error {
	var published, exact int64
	repaired := false
	err := r.db.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		rows, err := tx.Query(ctx, difference, petition)
		wrong, err := storage.All(rows, err, scanDelta)
		if err != nil {
			return err
		}
		var missing int64
		if err := tx.QueryRow(ctx, totalDifference, petition).Scan(&missing); err != nil {
			return err
		}
		if len(wrong) == 0 && missing == 0 {
			return nil // it was only our look that fell between two acts
		}
		if err := tx.QueryRow(ctx, `
			SELECT COUNT(*) FROM mobilisation_signature WHERE petition_id = $1 AND state = 1`, petition).Scan(&exact); err != nil {
			return err
		}
		published, repaired = exact-missing, true
		for i := range wrong {
			wrong[i].petition = petition
		}
		if err := r.writeRepair(ctx, tx, petition, wrong, missing); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO mobilisation_recount (petition_id, at, published, exact)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, petition, clock.Micros(r.Clock.Now()), published, exact)
		return err
	})
	if err != nil {
		return err
	}
	if repaired { // also where two places were taken for each other, and the total was right
		r.Log.Error("a number was wrong and was repaired", "petition", petition, "published", published, "exact", exact)
	}
	r.counter.touch()
	return r.stampMilestones(ctx, petition)
}

// writeRepair adds what was missing by place, then sets the total right on its own: the two may be wrong apart.
func (r *Room) writeRepair(ctx context.Context, tx *storage.Tx, petition string, wrong []delta, missing int64) error {
	if err := r.addCounts(ctx, tx, wrong); err != nil {
		return err
	}
	var added int64
	for _, d := range wrong {
		added += d.n
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_total (petition_id, n)
		VALUES ($1, $2)
		ON CONFLICT (petition_id) DO UPDATE
		SET n = mobilisation_total.n + excluded.n`, petition, missing-added)
	return err
}
