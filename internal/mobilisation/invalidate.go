package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Query chooses confirmed signatures of a petition: by when they were confirmed, and where from. It looks at nothing that tells who
// somebody is.
type Query struct {
	From, To time.Time // of the confirmation; To is not included
	Country  string    // ISO 3166-1 alpha-2; empty for any
	Commune  string    // key of a place; empty for any
}

// Invalidation is what was taken out by one query.
type Invalidation struct {
	ID, PetitionID, Reason, State string
	Query
	N               int64
	Decided, Undone time.Time
}

const (
	invalidateKind   = "mobilisation.invalidate"
	invalidateAtOnce = 100 // signatures in one transaction
	mostInvalidated  = 90 * 24 * time.Hour
)

// invalidateTask is the job that takes signatures out, or brings them back.
type invalidateTask struct {
	Invalidation string `json:"invalidation"`
}

// Check says what of a query makes no sense.
func (q Query) Check(reason string) error {
	var f fault.Flaws
	f.When(q.From.IsZero(), "from", "mobilisation.query_time")
	f.When(q.To.IsZero() || !q.To.After(q.From), "to", "mobilisation.query_order")
	f.When(q.To.Sub(q.From) > mostInvalidated, "to", "mobilisation.query_long")
	f.When(reason == "", "reason", "mobilisation.query_reason")
	f.When(prose.Longer(reason, MaxPoint), "reason", "mobilisation.point_length", "max", MaxPoint)
	return f.Err()
}

// where is the query's condition, behind $1 for the petition, with its arguments.
func (q Query) where(petitionID string) (string, []any) {
	condition := `petition_id = $1 AND state = 1 AND confirmed_at >= $2 AND confirmed_at < $3`
	args := []any{petitionID, clock.Micros(q.From), clock.Micros(q.To)}
	if q.Country != "" {
		args = append(args, q.Country)
		condition += fmt.Sprintf(" AND country = $%d", len(args))
	}
	if q.Commune != "" {
		args = append(args, q.Commune)
		condition += fmt.Sprintf(" AND commune = $%d", len(args))
	}
	return condition, args
}

// Preview tells how many signatures a query would take out, and changes nothing.
func (r *Room) Preview(ctx context.Context, petitionID string, q Query) (n int64, err error) {
	condition, args := q.where(petitionID)
	err = r.db.QueryRow(ctx, `
		SELECT COUNT(*)
		FROM mobilisation_signature
		WHERE `+condition, args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count what a query takes out: %w", err)
	}
	return n, nil
}

// Invalidate has the signatures of a query taken out, for a reason that everybody may read. It returns at once: a job does it, some
// at a time. The fault is Invalid with the fields from, to and reason.
func (r *Room) Invalidate(ctx context.Context, petitionID string, q Query, reason string, by perm.Actor) (Invalidation, error) {
	if err := q.Check(reason); err != nil {
		return Invalidation{}, err
	}
	now := r.Clock.Now()
	v := Invalidation{ID: id.New(now), PetitionID: petitionID, Query: q, Reason: reason, State: "running", Decided: now}
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_invalidation (id, petition_id, from_at, to_at, country, commune, reason, state, decided_by, decided_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, v.ID, petitionID, clock.Micros(q.From), clock.Micros(q.To), q.Country, q.Commune, reason,
			v.State, by.ID, clock.Micros(now)); err != nil {
			return err
		}
		if err := r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: invalidateKind, Payload: invalidateTask{Invalidation: v.ID}}); err != nil {
			return err
		}
		return r.Queue.Emit(ctx, tx, Invalidating{Petition: petitionID, Invalidation: v.ID, Reason: reason, By: by.ID, At: clock.Micros(now)})
	})
	if err != nil {
		return Invalidation{}, fmt.Errorf("invalidate: %w", err)
	}
	return v, nil
}

// Undo has what an invalidation took out brought back. The fault is Conflict while it is still under way, or was undone before.
func (r *Room) Undo(ctx context.Context, invalidationID string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error { return r.undo(ctx, tx, invalidationID) })
	if err != nil {
		return fmt.Errorf("undo an invalidation: %w", err)
	}
	return nil
}

func (r *Room) undo(ctx context.Context, tx *storage.Tx, invalidationID string) error {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_invalidation
		SET state = 'undoing', undone_at = $2
		WHERE id = $1 AND state = 'done'`, invalidationID, clock.Micros(r.Clock.Now()))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "mobilisation.invalidation_busy")
	}
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: invalidateKind, Payload: invalidateTask{Invalidation: invalidationID}})
}

// workInvalidation is the job. Killed in the middle it goes on where it was: what was done is told by the rows.
func (r *Room) workInvalidation(ctx context.Context, job jobs.Job) error {
	var task invalidateTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	v, err := r.ReadInvalidation(ctx, task.Invalidation)
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read an invalidation: %w", err)
	}
	step := map[string]func(context.Context, *storage.Tx, Invalidation) (int, error){"running": r.takeOut, "undoing": r.bringBack}[v.State]
	for step != nil {
		n := 0
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
			n, err = step(ctx, tx, v)
			return err
		})
		if err != nil {
			return fmt.Errorf("invalidation %s: %w", v.ID, err)
		}
		if n == 0 {
			break
		}
	}
	r.Changed(v.PetitionID)
	return nil
}

// takeOut takes some of the signatures of a query out of the count; none are left when it returns 0, and the invalidation is done.
func (r *Room) takeOut(ctx context.Context, tx *storage.Tx, v Invalidation) (int, error) {
	condition, args := v.where(v.PetitionID)
	rows, err := tx.Query(ctx, fmt.Sprintf(`
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE `+condition+`
		ORDER BY id
		LIMIT %d`, invalidateAtOnce)+tx.ForUpdate(), args...)
	some, err := storage.All(rows, err, func(r *storage.Rows) (Signature, error) { return scanSignature(r.Scan) })
	if err != nil {
		return 0, err
	}
	for _, s := range some {
		if _, err := tx.Exec(ctx, `UPDATE mobilisation_signature SET state = 3 WHERE id = $1`, s.ID); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_invalidated (signature_id, invalidation_id)
			VALUES ($1, $2)
			ON CONFLICT (signature_id) DO UPDATE
			SET invalidation_id = excluded.invalidation_id`, s.ID, v.ID); err != nil {
			return 0, err
		}
		tx.Add(r.tally, s.tallyKey(), -1)
	}
	tx.AfterCommit(r.counter.touch)
	return len(some), settle(ctx, tx, v.ID, len(some), "done")
}

// bringBack counts some of what was taken out again: what is there still, and whose place nobody of the same address has taken.
func (r *Room) bringBack(ctx context.Context, tx *storage.Tx, v Invalidation) (int, error) {
	rows, err := tx.Query(ctx, fmt.Sprintf(`
		SELECT signature_id
		FROM mobilisation_invalidated
		WHERE invalidation_id = $1
		ORDER BY signature_id
		LIMIT %d`, invalidateAtOnce), v.ID)
	some, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return 0, err
	}
	for _, signatureID := range some {
		if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_invalidated WHERE signature_id = $1`, signatureID); err != nil {
			return 0, err
		}
		one, all, _, err := companions(ctx, tx, signatureID)
		if err != nil {
			return 0, err
		}
		if one == nil || one.State != Invalid {
			continue
		}
		slot, ok := mayCount(*one, all)
		if !ok {
			continue
		}
		if err := confirmSignature(ctx, tx, one.ID, Confirmed, slot, clock.Micros(one.Confirmed)); err != nil {
			return 0, err
		}
		tx.Add(r.tally, one.tallyKey(), 1)
	}
	tx.AfterCommit(r.counter.touch)
	return len(some), settle(ctx, tx, v.ID, 0, "undone")
}

// settle adds to what an invalidation has taken out; with nothing more to do it is at its end.
func settle(ctx context.Context, tx *storage.Tx, invalidationID string, more int, end string) error {
	if more > 0 {
		_, err := tx.Exec(ctx, `UPDATE mobilisation_invalidation SET n = n + $2 WHERE id = $1`, invalidationID, more)
		return err
	}
	if end == "undone" {
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_invalidation
			SET state = 'undone'
			WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM mobilisation_invalidated WHERE invalidation_id = $1)`, invalidationID)
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE mobilisation_invalidation SET state = $2 WHERE id = $1`, invalidationID, end)
	return err
}

const invalidationColumns = `id, petition_id, from_at, to_at, country, commune, reason, n, state, decided_at, undone_at`

func scanInvalidation(scan func(...any) error) (v Invalidation, err error) {
	var from, to, decided, undone int64
	err = scan(&v.ID, &v.PetitionID, &from, &to, &v.Country, &v.Commune, &v.Reason, &v.N, &v.State, &decided, &undone)
	v.From, v.To, v.Decided, v.Undone = clock.Time(from), clock.Time(to), clock.Time(decided), clock.Time(undone)
	return v, err
}

// ReadInvalidation returns one invalidation. The error is storage.ErrNoRows where there is none.
func (r *Room) ReadInvalidation(ctx context.Context, invalidationID string) (Invalidation, error) {
	return scanInvalidation(r.db.QueryRow(ctx, `
		SELECT `+invalidationColumns+`
		FROM mobilisation_invalidation
		WHERE id = $1`, strings.TrimSpace(invalidationID)).Scan)
}

// Invalidations lists what was taken out of a petition, the latest first.
func (r *Room) Invalidations(ctx context.Context, petitionID string) ([]Invalidation, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+invalidationColumns+`
		FROM mobilisation_invalidation
		WHERE petition_id = $1
		ORDER BY decided_at DESC
		LIMIT 50`, petitionID)
	return storage.All(rows, err, func(r *storage.Rows) (Invalidation, error) { return scanInvalidation(r.Scan) })
}
