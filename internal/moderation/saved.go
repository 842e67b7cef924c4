package moderation

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

// Saved is a short text that moderators keep, to choose when they decide.
type Saved struct {
	ID, Title, Lang, Text string
	Kinds                 []string // that it serves; none for all
}

const (
	maxSavedTitle = 80 // characters
	mostSaved     = 100
)

// serves tells whether a text is for a kind of thing.
func (s Saved) serves(kind string) bool { return len(s.Kinds) == 0 || slices.Contains(s.Kinds, kind) }

// Keep keeps a text, a new one where it has no ID. The fault is Invalid with the fields title, lang, text or kinds, NotFound for one
// that is gone, Conflict when there are too many.
func (r *Room) Keep(ctx context.Context, s Saved, by perm.Actor) error {
	var f fault.Flaws
	f.When(s.Title == "" || prose.Longer(s.Title, maxSavedTitle), "title", "moderation.saved_title_missing", "max", maxSavedTitle)
	f.When(!slices.Contains(r.Languages.Tags(), s.Lang), "lang", "moderation.saved_lang_missing")
	f.When(s.Text == "" || prose.Longer(s.Text, maxReason), "text", "moderation.saved_text_missing", "max", maxReason)
	for _, kind := range s.Kinds {
		_, known := r.review(kind)
		f.When(!known, "kinds", "moderation.saved_kind_unknown")
	}
	if err := f.Err(); err != nil {
		return err
	}
	now, kinds := r.Clock.Now(), strings.Join(s.Kinds, " ")
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var n int64
		var err error
		if s.ID == "" {
			n, err = tx.Exec(ctx, `
				INSERT INTO moderation_saved (id, title, lang, words, kinds, changed_by, changed_at)
				SELECT $1, $2, $3, $4, $5, $6, $7
				WHERE (SELECT COUNT(*) FROM moderation_saved) < $8`, id.New(now), s.Title, s.Lang, s.Text, kinds, by.ID, clock.Micros(now), mostSaved)
		} else {
			n, err = tx.Exec(ctx, `
				UPDATE moderation_saved
				SET title = $2, lang = $3, words = $4, kinds = $5, changed_by = $6, changed_at = $7
				WHERE id = $1`, s.ID, s.Title, s.Lang, s.Text, kinds, by.ID, clock.Micros(now))
		}
		switch {
		case err != nil || n > 0:
			return err
		case s.ID == "":
			return fault.New(fault.Conflict, "moderation.saved_enough", "max", mostSaved)
		}
		return fault.New(fault.NotFound, "moderation.saved_gone")
	})
	if err != nil {
		return fmt.Errorf("keep a text: %w", err)
	}
	return nil
}

// Remove lets go of a kept text; of one that is gone already it says nothing.
func (r *Room) Remove(ctx context.Context, savedID string) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM moderation_saved WHERE id = $1`, savedID)
		return err
	})
}

const savedColumns = `id, title, lang, words, kinds`

func scanSaved(scan func(...any) error) (s Saved, err error) {
	var kinds string
	err = scan(&s.ID, &s.Title, &s.Lang, &s.Text, &kinds)
	s.Kinds = strings.Fields(kinds)
	return s, err
}

// saved lists the texts that are kept, by language and title.
func (r *Room) saved(ctx context.Context) ([]Saved, error) {
	rows, err := r.DB.Query(ctx, `SELECT `+savedColumns+` FROM moderation_saved`)
	all, err := storage.All(rows, err, func(row *storage.Rows) (Saved, error) { return scanSaved(row.Scan) })
	slices.SortFunc(all, func(a, b Saved) int {
		return strings.Compare(a.Lang+" "+prose.Fold(a.Title)+a.ID, b.Lang+" "+prose.Fold(b.Title)+b.ID)
	})
	return all, err
}

// savedText is one text that is kept. The fault is NotFound where there is none.
func (r *Room) savedText(ctx context.Context, savedID string) (Saved, error) {
	s, err := scanSaved(r.DB.QueryRow(ctx, `SELECT `+savedColumns+` FROM moderation_saved WHERE id = $1`, savedID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return s, fault.New(fault.NotFound, "moderation.saved_gone")
	}
	return s, err
}
