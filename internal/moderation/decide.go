package moderation

import (
	"context"
	"fmt"
	"slices"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/module"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const maxReason = 2000 // characters

// Decide has the room of a thing carry a decision out, and writes it into the log, in one transaction. The fault is NotFound for a
// kind that no room offers, Malformed for a verdict that it does not know, Invalid with the fields reason or article where a refusal
// lacks them and opinion where it needs another moderator, or that of the room.
func (r *Room) Decide(ctx context.Context, kind string, d module.Decision) error {
	review, verdict, err := r.find(kind, d.Verdict)
	if err != nil {
		return err
	}
	charter, err := r.Charter(ctx, 0)
	if err != nil {
		return err
	}
	if err := check(verdict, d, charter); err != nil {
		return err
	}
	if !verdict.Reason && !verdict.Article {
		d.Reason = ""
	}
	if !verdict.Article {
		d.Article = ""
	}
	two := r.needsTwo(ctx, verdict)
	if kind == appealKind || two {
		if d.Alone, err = r.alone(ctx, d.By.ID); err != nil {
			return err
		}
	}
	d.At, d.Charter = r.Clock.Now(), charter.Version
	d.Entry = id.New(d.At)
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if two && !d.Alone {
			if err := second(ctx, tx, kind, d); err != nil {
				return err
			}
		}
		if err := review.Decide(ctx, tx, d); err != nil {
			return err
		}
		if err := endOpinions(ctx, tx, kind, d); err != nil {
			return err
		}
		if err := r.write(ctx, tx, kind, d); err != nil || !verdict.Tell {
			return err
		}
		return r.tell(ctx, tx, d.Entry, d.Reason)
	})
	if err != nil {
		return fmt.Errorf("decide %s %s: %w", kind, d.ID, err)
	}
	return nil
}

// check says what a decision lacks.
func check(verdict module.Verdict, d module.Decision, charter Charter) error {
	var f fault.Flaws
	f.When(verdict.Reason && d.Reason == "", "reason", "moderation.reason_missing")
	f.When(prose.Longer(d.Reason, maxReason), "reason", "moderation.reason_long", "max", maxReason)
	_, there := charter.Article(d.Article)
	f.When(d.Article != "" && !there || verdict.Article && d.Article == "", "article", "moderation.article_missing")
	return f.Err()
}

// write puts a decision into the log.
func (r *Room) write(ctx context.Context, tx *storage.Tx, kind string, d module.Decision) error {
	alone := 0
	if d.Alone {
		alone = 1
	}
	tx.AfterCommit(func() { r.Purge(logTag) })
	_, err := tx.Exec(ctx, `
		INSERT INTO moderation_decision (id, kind, subject, verdict, article, charter, alone, decided_by, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, d.Entry, kind, d.ID, d.Verdict, d.Article, d.Charter, alone, d.By.ID, clock.Micros(d.At))
	return err
}

func (r *Room) find(kind, verdict string) (module.Review, module.Verdict, error) {
	review, ok := r.review(kind)
	if !ok || review.Decide == nil {
		return module.Review{}, module.Verdict{}, fault.New(fault.NotFound, "web.not_found")
	}
	i := slices.IndexFunc(review.Verdicts, func(v module.Verdict) bool { return v.Name == verdict })
	if i < 0 {
		return review, module.Verdict{}, fault.New(fault.Malformed, "web.form_unreadable")
	}
	return review, review.Verdicts[i], nil
}

// logTag is what the cached log bears.
const logTag = "moderation.log"

// Logged is one decision as the public log shows it.
type Logged struct {
	Kind, Verdict, Article string
	Charter                int64  // version that has the article
	Alone                  int64  // 1 where nobody else could have decided
	Appeal                 string // what became of an appeal against it; empty for none
	At                     int64  // microseconds since 1970
}

// logged lists the latest decisions.
func (r *Room) logged(ctx context.Context, limit int) ([]Logged, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT d.kind, d.verdict, d.article, d.charter, d.alone, COALESCE(a.state, ''), d.decided_at
		FROM moderation_decision AS d
		LEFT JOIN moderation_appeal AS a ON a.decision = d.id
		ORDER BY d.decided_at DESC, d.id DESC
		LIMIT $1`, limit)
	return storage.All(rows, err, func(r *storage.Rows) (l Logged, err error) {
		return l, r.Scan(&l.Kind, &l.Verdict, &l.Article, &l.Charter, &l.Alone, &l.Appeal, &l.At)
	})
}
