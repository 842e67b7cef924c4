package moderation

import (
	"context"
	"fmt"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/words"
)

// List is a list of words that moderators keep.
type List struct {
	ID, Name string
	Off      bool  // nothing is screened for it
	Words    int64 // entries, with those that are off
}

// ListedWord is an entry of a list.
type ListedWord struct {
	words.Entry
	Off bool
}

// listKind is under which changes of lists stand in the log.
const listKind = "moderation.list"

// What may be done with lists and their entries, as the log says it: moderation.verdict_list_made…
const (
	listMade    = "list_made"
	listOff     = "list_off"
	listOn      = "list_on"
	listRemoved = "list_removed"
	wordsAdded  = "words_added"
	wordOff     = "word_off"
	wordOn      = "word_on"
	wordRemoved = "word_removed"
)

const (
	maxListName = 60
	maxLists    = 50
)

// MakeList makes an empty list. The fault is Invalid with the field name.
func (r *Room) MakeList(ctx context.Context, name string, by perm.Actor) (listID string, err error) {
	if n := len([]rune(name)); n == 0 || n > maxListName {
		return "", fault.InvalidForm(fault.Field{Name: "name", Key: "moderation.list_name", Args: []any{"max", maxListName}})
	}
	listID = id.New(r.Clock.Now())
	err = r.changeLists(ctx, listMade, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		if n, err := countLists(ctx, tx); err != nil || n >= maxLists {
			return orFault(err, "name", "moderation.lists_many", "max", maxLists)
		}
		n, err := tx.Exec(ctx, `
			INSERT INTO moderation_list (id, name, created_at)
			VALUES ($1, $2, $3)
			ON CONFLICT (name) DO NOTHING`, listID, name, clock.Micros(r.Clock.Now()))
		if err != nil || n == 0 {
			return orFault(err, "name", "moderation.list_there")
		}
		return nil
	})
	return listID, err
}

// SwitchList has a list screened for, or not any more. The fault is NotFound.
func (r *Room) SwitchList(ctx context.Context, listID string, on bool, by perm.Actor) error {
	act, off := listOn, 0
	if !on {
		act, off = listOff, 1
	}
	return r.changeLists(ctx, act, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		return oneRow(tx.Exec(ctx, `UPDATE moderation_list SET is_off = $2 WHERE id = $1`, listID, off))
	})
}

// RemoveList deletes a list with its entries. The fault is NotFound.
func (r *Room) RemoveList(ctx context.Context, listID string, by perm.Actor) error {
	return r.changeLists(ctx, listRemoved, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM moderation_import WHERE list_id = $1`, listID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM moderation_word WHERE list_id = $1`, listID); err != nil {
			return err
		}
		return oneRow(tx.Exec(ctx, `DELETE FROM moderation_list WHERE id = $1`, listID))
	})
}

// AddWord puts an entry on a list; one that meets the same texts is replaced. The fault is NotFound for the list, Invalid with the
// fields of the entry.
func (r *Room) AddWord(ctx context.Context, listID string, e words.Entry, by perm.Actor) error {
	e, err := e.Clean()
	if err != nil {
		return err
	}
	return r.changeLists(ctx, wordsAdded, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		return r.addWords(ctx, tx, listID, []words.Entry{e})
	})
}

// SwitchWord has an entry screened for, or not any more. The fault is NotFound.
func (r *Room) SwitchWord(ctx context.Context, listID, wordID string, on bool, by perm.Actor) error {
	act, off := wordOn, 0
	if !on {
		act, off = wordOff, 1
	}
	return r.changeLists(ctx, act, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		return oneRow(tx.Exec(ctx, `UPDATE moderation_word SET is_off = $3 WHERE id = $2 AND list_id = $1`, listID, wordID, off))
	})
}

// RemoveWord takes an entry off a list. The fault is NotFound.
func (r *Room) RemoveWord(ctx context.Context, listID, wordID string, by perm.Actor) error {
	return r.changeLists(ctx, wordRemoved, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		return oneRow(tx.Exec(ctx, `DELETE FROM moderation_word WHERE id = $2 AND list_id = $1`, listID, wordID))
	})
}

// changeLists carries a change out and writes it into the log, in one transaction of its own, for lists may be long. This node screens
// by it at once, the others when they look next.
func (r *Room) changeLists(ctx context.Context, act, listID string, by perm.Actor, fn func(ctx context.Context, tx *storage.Tx) error) error {
	charter, err := r.InForce(ctx)
	if err != nil {
		return err
	}
	err = r.DB.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		tx.AfterCommit(func() { r.Purge(logTag) })
		now := r.Clock.Now()
		_, err := tx.Exec(ctx, `
			INSERT INTO moderation_decision (id, kind, subject, verdict, article, charter, decided_by, decided_at)
			VALUES ($1, $2, $3, $4, '', $5, $6, $7)`, id.New(now), listKind, listID, act, charter, by.ID, clock.Micros(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", act, listID, err)
	}
	r.screen.forget()
	return nil
}

// oneRow turns what touched no row into a fault: somebody else has removed it.
func oneRow(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "moderation.list_gone")
	}
	return err
}

// orFault returns err, or that a field is to correct when there is none.
func orFault(err error, field, key string, args ...any) error {
	if err != nil {
		return err
	}
	return fault.InvalidForm(fault.Field{Name: field, Key: key, Args: args})
}
