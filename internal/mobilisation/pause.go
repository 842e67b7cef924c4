package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
)

// What moderators may decide about a petition that is public.
const (
	VerdictPause = "pause"
	VerdictLift  = "lift"
)

// pauseKind is the kind of decision in the log.
const pauseKind = "mobilisation.pause"

// Pause is that moderators hold a petition: nobody signs it and no list shows it until they lift it. The zero Pause is none.
type Pause struct {
	Since   time.Time
	Article string // of the charter
	Charter int64  // version that has the article
}

// Paused tells whether moderators hold the petition.
func (p *Petition) Paused() bool { return !p.Pause.Since.IsZero() }

// Shut is why a petition takes no signatures: a fault of kind Conflict.
func (p *Petition) Shut() error {
	if p.Paused() {
		return fault.New(fault.Conflict, "mobilisation.paused")
	}
	return fault.New(fault.Conflict, "mobilisation.closed")
}

// PauseReview is how a pause is decided, logged and contested. It is decided on a page of its own, and stands in no queue.
func (r *Room) PauseReview() module.Review {
	return module.Review{
		Kind: pauseKind, Label: "mobilisation.pause_kind", Order: 17,
		Verdicts: []module.Verdict{
			{Name: VerdictPause, Icon: "clock", Look: "danger", Reason: true, Article: true, Tell: true},
			{Name: VerdictLift, Icon: "check", Reason: true, Tell: true},
		},
		Decide: r.decidePause,
		Appeal: &module.Appeal{
			Verdicts: []string{VerdictPause}, Concerned: r.authorConcerned,
			Reverse: func(ctx context.Context, tx *storage.Tx, d module.Decision) error { return r.lift(ctx, tx, d.ID) },
		},
	}
}

// SetPause pauses a petition or lifts its pause, with the reason that its author reads, through moderation, which checks and logs it. The
// fault is Invalid with the fields reason or article; Conflict when it is so already; Forbidden for who works on it and is no host.
func (r *Room) SetPause(ctx context.Context, d module.Decision) error {
	if r.rulings == nil {
		return errors.New("pause: nobody logs decisions")
	}
	return r.rulings.Decide(ctx, pauseKind, d)
}

// ArticleOptions are the articles of the charter in force, to choose from.
func (r *Room) ArticleOptions(ctx context.Context) ([]view.Option, error) {
	if r.rulings == nil {
		return nil, nil
	}
	return r.rulings.ArticleOptions(ctx)
}

// decidePause carries out what a moderator decided.
func (r *Room) decidePause(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	all, err := holdTeam(ctx, tx, d.ID)
	if errors.Is(err, storage.ErrNoRows) {
		return fault.New(fault.NotFound, "mobilisation.unknown")
	}
	if err != nil {
		return err
	}
	if all.role(d.By.ID) != "" && !d.By.May(perm.Host) {
		return fault.New(fault.Forbidden, "mobilisation.decide_own")
	}
	if d.Verdict == VerdictLift {
		return r.lift(ctx, tx, d.ID)
	}
	return r.pause(ctx, tx, d.ID, Pause{Since: d.At, Article: d.Article, Charter: d.Charter})
}

func (r *Room) pause(ctx context.Context, tx *storage.Tx, petitionID string, pause Pause) error {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET paused_at = $2, paused_article = $3, paused_charter = $4
		WHERE id = $1 AND paused_at = 0 AND published_at > 0`, petitionID, clock.Micros(pause.Since), pause.Article, pause.Charter)
	return r.shown(ctx, tx, petitionID, n, err)
}

func (r *Room) lift(ctx context.Context, tx *storage.Tx, petitionID string) error {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET paused_at = 0, paused_article = '', paused_charter = 0
		WHERE id = $1 AND paused_at > 0`, petitionID)
	return r.shown(ctx, tx, petitionID, n, err)
}

// shown brings lists and pages in step with a petition that was paused, or is no more.
func (r *Room) shown(ctx context.Context, tx *storage.Tx, petitionID string, n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "mobilisation.decided_already")
	}
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { r.Changed(petitionID) })
	return r.index(ctx, tx, petitionID)
}

// pausedMost is how many are listed for moderators.
const pausedMost = 100

// PausedIDs lists what is paused, the longest first.
func (r *Room) PausedIDs(ctx context.Context) ([]string, error) {
	rows, err := r.db.Query(ctx, fmt.Sprintf(`
		SELECT id
		FROM mobilisation_petition
		WHERE paused_at > 0
		ORDER BY paused_at
		LIMIT %d`, pausedMost))
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}
