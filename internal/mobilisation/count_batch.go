package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const purposeBatch = "mobilisation.batch"

// EnterBatch keeps a batch that somebody of the team counted. It counts once another of the team has confirmed it, or at once where the
// team is one person. The fault is Invalid with the fields n, day, counters and sheets.
func (r *Room) EnterBatch(ctx context.Context, p *Petition, b Batch, by perm.Actor) error {
	now := r.Clock.Now()
	alone, err := r.Alone(ctx, p)
	if err != nil {
		return err
	}
	if err := b.check(p.Published, now, alone); err != nil {
		return err
	}
	b.ID, b.PetitionID = id.New(now), p.ID
	first := Entry{ID: id.New(now), BatchID: b.ID, N: b.N, By: by.ID, At: now, Alone: alone}
	sealed := r.Vault.Seal(purposeBatch, b.private(), []byte(b.ID))
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := r.sheetsOnce(ctx, tx, b, "sheets"); err != nil {
			return err
		}
		if err := insertBatch(ctx, tx, b, sealed); err != nil {
			return err
		}
		if err := insertEntry(ctx, tx, first); err != nil || !alone {
			return err
		}
		return confirmEntry(ctx, tx, first, by.ID, clock.Micros(now))
	})
	if err != nil {
		return fmt.Errorf("enter a batch of %s: %w", p.ID, err)
	}
	r.Changed(p.ID)
	return nil
}

// sheetsOnce refuses, at a field, a batch with sheets of ours that are in another one of the petition already: a sheet is counted once. It
// holds the petition, so that two who enter the same sheet at once do not pass both.
func (r *Room) sheetsOnce(ctx context.Context, tx *storage.Tx, batch Batch, field string) error {
	var held string
	if err := tx.QueryRow(ctx, `
		SELECT id
		FROM mobilisation_petition
		WHERE id = $1`+tx.ForUpdate(), batch.PetitionID).Scan(&held); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		SELECT `+batchColumns+`
		FROM mobilisation_batch
		WHERE petition_id = $1 AND id <> $2 AND (n > 0 OR confirmed_at = 0)`, batch.PetitionID, batch.ID)
	all, err := storage.All(rows, err, func(rows *storage.Rows) (Batch, error) { return r.scanBatch(rows.Scan) })
	for _, b := range all {
		for _, sheet := range b.Sheets {
			if sheetShape.MatchString(sheet) && slices.Contains(batch.Sheets, sheet) {
				return fault.InvalidForm(fault.Field{Name: field, Key: "mobilisation.batch_sheet_counted", Args: []any{"sheet", sheet}})
			}
		}
	}
	return err
}

// ConfirmBatch has what somebody entered count. It is for another of the team than who entered it, unless the team is one person by now.
// The fault is Forbidden for who entered it, Conflict when it waits no more.
func (r *Room) ConfirmBatch(ctx context.Context, p *Petition, entryID string, by perm.Actor) error {
	alone, err := r.Alone(ctx, p)
	if err != nil {
		return err
	}
	return r.onEntry(ctx, p, entryID, func(ctx context.Context, tx *storage.Tx, e Entry) error {
		if e.By == by.ID && !alone {
			return fault.New(fault.Forbidden, "mobilisation.batch_own")
		}
		e.Alone = e.By == by.ID
		return confirmEntry(ctx, tx, e, by.ID, clock.Micros(r.Clock.Now()))
	})
}

// DiscardBatch takes back what waits for its confirmation. Nothing of it was public.
func (r *Room) DiscardBatch(ctx context.Context, p *Petition, entryID string) error {
	return r.onEntry(ctx, p, entryID, func(ctx context.Context, tx *storage.Tx, e Entry) error { return deleteEntry(ctx, tx, e) })
}

// onEntry does something with an entry that waits, in a transaction that holds its batch.
func (r *Room) onEntry(ctx context.Context, p *Petition, entryID string, do func(context.Context, *storage.Tx, Entry) error) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		e, err := waitingEntry(ctx, tx, p.ID, entryID)
		if errors.Is(err, storage.ErrNoRows) {
			return fault.New(fault.Conflict, "mobilisation.batch_gone")
		}
		if err != nil {
			return err
		}
		return do(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("an entry of a batch of %s: %w", p.ID, err)
	}
	r.Changed(p.ID)
	return nil
}

// CorrectBatch says that a batch that counts has another number, with a reason that everybody may read. Fewer counts at once: 0 withdraws
// the batch. More waits for another of the team. The fault is Invalid with the fields right and reason, Conflict while something waits.
func (r *Room) CorrectBatch(ctx context.Context, p *Petition, batchID string, n int64, reason string, by perm.Actor) error {
	now := r.Clock.Now()
	alone, err := r.Alone(ctx, p)
	if err != nil {
		return err
	}
	reason = prose.Line(reason)
	var f fault.Flaws
	f.When(n < 0 || n > MaxBatch, "right", "mobilisation.batch_n_right_wrong", "max", MaxBatch)
	f.When(reason == "", "reason", "mobilisation.batch_reason_missing")
	f.When(prose.Longer(reason, MaxPoint), "reason", "mobilisation.point_length", "max", MaxPoint)
	if err := f.Err(); err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		was, err := openBatch(ctx, tx, p.ID, batchID)
		if errors.Is(err, storage.ErrNoRows) {
			return fault.New(fault.Conflict, "mobilisation.batch_gone")
		}
		if err != nil {
			return err
		}
		if was == n {
			return fault.InvalidForm(fault.Field{Name: "right", Key: "mobilisation.batch_same"})
		}
		if err := r.roomFor(ctx, tx, p.ID, batchID, was, n); err != nil {
			return err
		}
		e := Entry{ID: id.New(now), BatchID: batchID, N: n, Reason: reason, By: by.ID, At: now, Alone: alone && n > was}
		if err := insertEntry(ctx, tx, e); err != nil || n > was && !alone {
			return err
		}
		return confirmEntry(ctx, tx, e, by.ID, clock.Micros(now))
	})
	if err != nil {
		return fmt.Errorf("correct a batch of %s: %w", p.ID, err)
	}
	r.Changed(p.ID)
	return nil
}

// roomFor refuses a higher number where the sheets of a batch have fewer lines, or one of them was counted in another batch since this one
// was withdrawn. The fault is Invalid with the field right.
func (r *Room) roomFor(ctx context.Context, tx *storage.Tx, petitionID, batchID string, was, n int64) error {
	if n <= was {
		return nil
	}
	b, err := r.scanBatch(tx.QueryRow(ctx, `
		SELECT `+batchColumns+`
		FROM mobilisation_batch
		WHERE id = $1 AND petition_id = $2`, batchID, petitionID).Scan)
	if err != nil {
		return err
	}
	if lines, ours := b.lines(); ours && n > lines {
		return fault.InvalidForm(fault.Field{Name: "right", Key: "mobilisation.batch_right_too_many", Args: []any{"max", lines}})
	}
	return r.sheetsOnce(ctx, tx, b, "right")
}

// private is what of a batch is sealed: names and sheets, with bytes between them that Line never leaves in a text.
func (b Batch) private() []byte {
	return []byte(strings.Join(b.Counters, "\n") + "\x00" + strings.Join(b.Sheets, "\n"))
}

// CheckBatch says what of a batch is to be corrected, and keeps nothing.
func (r *Room) CheckBatch(ctx context.Context, p *Petition, b Batch) error {
	alone, err := r.Alone(ctx, p)
	if err != nil {
		return err
	}
	return b.check(p.Published, r.Clock.Now(), alone)
}
