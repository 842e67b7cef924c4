package organisation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Change is what an editor saves: the face, and the words of one language.
type Change struct {
	Name   string
	Emblem Emblem
	Links  []Link
	// Text is in one language. Its Version is the one that the editor saw, 0 when there was none.
	Text Text
}

// Edit saves a change as a new version. The fault is NotFound, Invalid with the fields of the page that edits, or Conflict when
// somebody saved other words since the version that the editor saw; then nothing was saved.
func (r *Room) Edit(ctx context.Context, organisationID string, c Change) error {
	c.Name, c.Links, c.Text = prose.Line(c.Name), cleanLinks(c.Links), c.Text.clean()
	c.Emblem = c.Emblem.clean(c.Name)
	var f fault.Flaws // in the order of the form
	checkFace(&f, c.Name, c.Emblem)
	f.When(!slices.Contains(r.Languages.Tags(), c.Text.Lang), "lang", "organisation.lang_unknown")
	r.refuseWords(ctx, &f, c.Name, c.Text)
	var wrong error
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		wrong = nil
		original, err := holdProfile(ctx, tx, organisationID)
		if errors.Is(err, storage.ErrNoRows) {
			wrong = fault.New(fault.NotFound, "organisation.unknown")
			return nil
		}
		if err != nil {
			return err
		}
		all := slices.Clone(f)
		checkText(&all, c.Text, original == c.Text.Lang)
		checkLinks(&all, c.Links)
		if wrong = all.Err(); wrong != nil {
			return nil
		}
		wrong, err = r.save(ctx, tx, organisationID, c)
		return err
	})
	if err != nil {
		return fmt.Errorf("edit %s: %w", organisationID, err)
	}
	return wrong
}

// save writes a change that was checked. wrong is the fault of words that somebody else has saved meanwhile.
func (r *Room) save(ctx context.Context, tx *storage.Tx, organisationID string, c Change) (wrong, err error) {
	current, err := currentText(ctx, tx, organisationID, c.Text.Lang)
	if err != nil {
		return nil, err
	}
	if !c.Text.sameWords(current) {
		if current.Version != c.Text.Version {
			return fault.New(fault.Conflict, "organisation.changed_meanwhile"), nil
		}
		c.Text.Version++
		if _, err := insertText(ctx, tx, organisationID, c.Text, r.Clock.Now()); err != nil {
			return nil, err
		}
	}
	if err := updateFace(ctx, tx, organisationID, c); err != nil {
		return nil, err
	}
	if err := replaceLinks(ctx, tx, organisationID, c.Links); err != nil {
		return nil, err
	}
	tx.AfterCommit(func() { r.Purge(listTag, tagOf(organisationID)) })
	return nil, r.Queue.Emit(ctx, tx, Changed{Organisation: organisationID})
}
