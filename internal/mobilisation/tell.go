package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

// Telling is how far who has signed was told of a change. A letter is counted when it lies in the queue, and again when the mail server
// has taken it, or never will.
type Telling struct {
	State                   string // "running", "late", "done"
	Planned, Accepted, Lost int64
	to                      string // the last signature for which a letter lies in the queue
}

const (
	tellingRunning = "running" // who had signed and confirmed
	tellingLate    = "late"    // who had signed, and may still confirm
	tellingDone    = "done"
)

const tellKind = "mobilisation.tell"

// tellTask is the job that puts the letters about a change into the queue.
type tellTask struct {
	Change string `json:"change"`
}

const (
	tellSteps  = 100  // of one job, then it comes back: none goes on for minutes
	tellRead   = 1000 // signatures read in one step
	tellAtOnce = 100  // letters put into the queue in one transaction
	tellAhead  = 5000 // letters in the queue, beyond which more wait: the queue stays small however many have signed
	tellRound  = 24 * time.Hour
	tellMargin = 10 * time.Minute // between the clocks of nodes
	toldKept   = 60 * day         // longer than any letter is tried
	toldAtOnce = 500              // rows deleted in one transaction
)

// tell is the job. Killed in the middle it goes on where it was: how far it came is written with the letters. Where a letter lies in the
// queue already it puts no other.
func (r *Room) tell(ctx context.Context, job jobs.Job) error {
	var task tellTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	for range tellSteps {
		c, err := r.changeByID(ctx, r.db, task.Change)
		if errors.Is(err, storage.ErrNoRows) || err == nil && c.Telling.State == tellingDone {
			return nil
		}
		if err != nil {
			return fmt.Errorf("tell of a change: %w", err)
		}
		ahead, err := r.Queue.Waiting(ctx, changeLetterKind)
		if err != nil {
			return err
		}
		if ahead > tellAhead {
			return jobs.Later(5 * time.Second)
		}
		last, some, err := r.toTell(ctx, c)
		if err != nil {
			return fmt.Errorf("tell of a change: %w", err)
		}
		if last == "" {
			return r.tellNextRound(ctx, c)
		}
		if err := r.putLetters(ctx, c, last, some); err != nil {
			return fmt.Errorf("tell of a change: %w", err)
		}
	}
	return jobs.Later(0)
}

// toTell reads on from where the job was: the last signature that was looked at, "" at the end, and those to write to among them. Whose
// answers were given, or given anew, after the change have read the new words.
func (r *Room) toTell(ctx context.Context, c Change) (last string, some []string, err error) {
	confirmed := time.Time{}
	if c.Telling.State == tellingLate {
		confirmed = c.Decided.Add(-tellMargin)
	}
	from, err := r.tellFrom(ctx, c)
	if err != nil {
		return "", nil, err
	}
	type row struct {
		id   string
		mine int64
	}
	rows, err := r.db.Query(ctx, `
		SELECT id, CASE WHEN petition_id = $2 AND state = 1 AND created_at <= $3 AND confirmed_at > $4 THEN 1 ELSE 0 END
		FROM mobilisation_signature
		WHERE id > $1
		ORDER BY id
		LIMIT $5`, from, c.PetitionID, clock.Micros(c.Decided), clock.Micros(confirmed), tellRead)
	all, err := storage.All(rows, err, func(r *storage.Rows) (one row, err error) { return one, r.Scan(&one.id, &one.mine) })
	for _, one := range all {
		last = one.id
		if one.mine == 1 {
			some = append(some, one.id)
		}
	}
	return last, some, err
}

// tellFrom is the signature behind which the job reads on. Identifiers grow with time, so that a round begins where the petition did.
func (r *Room) tellFrom(ctx context.Context, c Change) (string, error) {
	if c.Telling.to != "" {
		return c.Telling.to, nil
	}
	p, err := r.PetitionByID(ctx, c.PetitionID)
	if err != nil {
		return "", err
	}
	begin := p.Created
	if p.Published.Before(begin) {
		begin = p.Published
	}
	return id.New(begin.Add(-time.Hour)), nil
}

// putLetters puts letters into the queue, some in a transaction, with how far the job came.
func (r *Room) putLetters(ctx context.Context, c Change, last string, some []string) error {
	for {
		now := some[:min(len(some), tellAtOnce)]
		some = some[len(now):]
		to := last
		if len(some) > 0 {
			to = now[len(now)-1]
		}
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			planned := int64(0)
			for _, signatureID := range now {
				fresh, err := r.putLetter(ctx, tx, c.ID, signatureID)
				if err != nil {
					return err
				}
				planned += fresh
			}
			_, err := tx.Exec(ctx, `
				UPDATE mobilisation_change
				SET told_to = $2, planned = planned + $3
				WHERE id = $1`, c.ID, to, planned)
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
	}
}

// putLetter puts one letter into the queue, unless there is or was one; it tells how many it put.
func (r *Room) putLetter(ctx context.Context, tx *storage.Tx, changeID, signatureID string) (int64, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_change_letter (change_id, signature_id, state, at)
		VALUES ($1, $2, 'queued', $3)
		ON CONFLICT DO NOTHING`, changeID, signatureID, clock.Micros(r.Clock.Now()))
	if err != nil || n == 0 {
		return 0, err
	}
	return n, r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: changeLetterKind, Payload: changeLetterTask{Change: changeID, Signature: signatureID}})
}

// tellNextRound ends a round. Who signed before the change may confirm for some days: they are looked for once a day, then no more.
func (r *Room) tellNextRound(ctx context.Context, c Change) error {
	now, next := r.Clock.Now(), tellingLate
	if c.Telling.State == tellingLate && now.Sub(c.Decided) > confirmWithin+day {
		next = tellingDone
	}
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_change
			SET telling = $2, told_to = ''
			WHERE id = $1`, c.ID, next)
		if err != nil || next == tellingDone {
			return err
		}
		return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: tellKind, Payload: tellTask{Change: c.ID}, Unique: c.ID, RunAt: now.Add(tellRound)})
	})
}

// forgetTold deletes, of changes that were told long ago, who was written to: their numbers stay. A letter that never left keeps its row,
// which sends it once mails leave again.
func (r *Room) forgetTold(ctx context.Context) error {
	before := clock.Micros(r.Clock.Now().Add(-toldKept))
	for {
		var n int64
		err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
			n, err = tx.Exec(ctx, `
				DELETE FROM mobilisation_change_letter
				WHERE (change_id, signature_id) IN (
					SELECT change_id, signature_id
					FROM mobilisation_change_letter
					WHERE state <> 'queued' AND change_id IN (
						SELECT id
						FROM mobilisation_change
						WHERE telling = 'done' AND planned > 0 AND decided_at < $1)
					LIMIT $2)`, before, toldAtOnce)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget who was told: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}
