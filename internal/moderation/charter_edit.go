package moderation

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const (
	maxArticles    = 20
	maxArticle     = 120  // characters of a title
	maxArticleText = 3000 // characters
	maxNote        = 500  // characters
)

// Publish has a charter stand from now on as the next version, and returns it. c.Version is the version that was edited. The fault is
// Invalid with the fields title_N_LANG, text_N_LANG, note_LANG or base: an article without words, one too long, nothing that differs,
// or another version that somebody published meanwhile.
func (r *Room) Publish(ctx context.Context, c Charter, by perm.Actor) (Charter, error) {
	if err := r.checkCharter(c); err != nil {
		return Charter{}, err
	}
	before, err := r.Charter(ctx, 0)
	if err != nil {
		return Charter{}, err
	}
	if before.Version != c.Version {
		return Charter{}, overtaken(before.Version)
	}
	if reflect.DeepEqual(before.Articles, c.Articles) {
		return Charter{}, fault.InvalidForm(fault.Field{Name: "base", Key: "moderation.charter_same"})
	}
	raw, err := json.Marshal(charterWords{Articles: c.Articles, Note: c.Note})
	if err != nil {
		return Charter{}, err
	}
	c.Version, c.Since, c.By = before.Version+1, r.Clock.Now(), by.ID
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO moderation_charter (version, words, published_by, published_at)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (version) DO NOTHING`, c.Version, string(raw), c.By, clock.Micros(c.Since))
		if err == nil && n == 0 {
			err = overtaken(c.Version)
		}
		tx.AfterCommit(func() { r.Purge(charterTag, logTag) })
		return err
	})
	if err != nil {
		return Charter{}, fmt.Errorf("publish the charter: %w", err)
	}
	return c, nil
}

// overtaken is what somebody is told whose charter is older than the one in force.
func overtaken(version int64) error {
	return fault.InvalidForm(fault.Field{Name: "base", Key: "moderation.charter_overtaken", Args: []any{"n", version}})
}

// checkCharter says which articles lack words in a language of the site, or have too many.
func (r *Room) checkCharter(c Charter) error {
	var f fault.Flaws
	for i, a := range c.Articles {
		for _, tag := range r.Languages.Tags() {
			w, at := a[tag], strconv.Itoa(i+1)+"_"+tag
			n := strconv.Itoa(i + 1)
			f.When(w.Title == "", "title_"+at, "moderation.charter_title_missing", "n", n)
			f.When(prose.Longer(w.Title, maxArticle), "title_"+at, "moderation.charter_long", "n", n, "max", maxArticle)
			f.When(w.Text == "", "text_"+at, "moderation.charter_text_missing", "n", n)
			f.When(prose.Longer(w.Text, maxArticleText), "text_"+at, "moderation.charter_long", "n", n, "max", maxArticleText)
		}
	}
	for _, tag := range r.Languages.Tags() {
		f.When(prose.Longer(c.Note[tag], maxNote), "note_"+tag, "moderation.reason_long", "max", maxNote)
	}
	f.When(len(c.Articles) == 0, "base", "moderation.charter_empty")
	f.When(len(c.Articles) > maxArticles, "base", "moderation.charter_many", "max", maxArticles)
	return f.Err()
}
