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
// lacks them, or that of the room.
func (r *Room) Decide(ctx context.Context, kind string, d module.Decision) error {
	review, verdict, err := r.find(kind, d.Verdict)
	if err != nil {
		return err
	}
	var fields []fault.Field
	if verdict.Reason && d.Reason == "" {
		fields = append(fields, fault.Field{Name: "reason", Key: "moderation.reason_missing"})
	}
	if prose.Longer(d.Reason, maxReason) {
		fields = append(fields, fault.Field{Name: "reason", Key: "moderation.reason_long", Args: []any{"max", maxReason}})
	}
	charter, err := r.Charter(ctx, 0)
	if err != nil {
		return err
	}
	if _, there := charter.Article(d.Article); d.Article != "" && !there || verdict.Article && d.Article == "" {
		fields = append(fields, fault.Field{Name: "article", Key: "moderation.article_missing"})
	}
	if len(fields) > 0 {
		return fault.InvalidForm(fields...)
	}
	if !verdict.Reason {
		d.Reason = ""
	}
	if !verdict.Article {
		d.Article = ""
	}
	d.At, d.Charter = r.Clock.Now(), charter.Version
	d.Entry = id.New(d.At)
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := review.Decide(ctx, tx, d); err != nil {
			return err
		}
		tx.AfterCommit(func() { r.Purge(logTag) })
		_, err := tx.Exec(ctx, `
			INSERT INTO moderation_decision (id, kind, subject, verdict, article, charter, decided_by, decided_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, d.Entry, kind, d.ID, d.Verdict, d.Article, d.Charter, d.By.ID, clock.Micros(d.At))
		return err
	})
	if err != nil {
		return fmt.Errorf("decide %s %s: %w", kind, d.ID, err)
	}
	return nil
}

func (r *Room) find(kind, verdict string) (module.Review, module.Verdict, error) {
	at := slices.IndexFunc(r.reviews, func(review module.Review) bool { return review.Kind == kind })
	if at < 0 {
		return module.Review{}, module.Verdict{}, fault.New(fault.NotFound, "web.not_found")
	}
	review := r.reviews[at]
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
	Charter                int64 // version that has the article
	At                     int64 // microseconds since 1970
}

// logged lists the latest decisions.
func (r *Room) logged(ctx context.Context, limit int) ([]Logged, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT kind, verdict, article, charter, decided_at
		FROM moderation_decision
		ORDER BY decided_at DESC, id DESC
		LIMIT $1`, limit)
	return storage.All(rows, err, func(r *storage.Rows) (l Logged, err error) {
		return l, r.Scan(&l.Kind, &l.Verdict, &l.Article, &l.Charter, &l.At)
	})
}
