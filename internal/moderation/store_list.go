package moderation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/words"
)

func countLists(ctx context.Context, tx *storage.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM moderation_list`).Scan(&n)
	return n, err
}

// Lists returns every list, by name.
func (r *Room) Lists(ctx context.Context) ([]List, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT l.id, l.name, l.is_off, COUNT(w.id)
		FROM moderation_list AS l
		LEFT JOIN moderation_word AS w ON w.list_id = l.id
		GROUP BY l.id, l.name, l.is_off
		ORDER BY l.name, l.id`)
	return storage.All(rows, err, func(r *storage.Rows) (l List, err error) {
		var off int64
		err = r.Scan(&l.ID, &l.Name, &off, &l.Words)
		l.Off = off != 0
		return l, err
	})
}

// List returns one list. The fault is NotFound.
func (r *Room) List(ctx context.Context, listID string) (l List, err error) {
	var off int64
	err = r.DB.QueryRow(ctx, `
		SELECT l.id, l.name, l.is_off, (SELECT COUNT(*) FROM moderation_word WHERE list_id = l.id)
		FROM moderation_list AS l
		WHERE l.id = $1`, listID).Scan(&l.ID, &l.Name, &off, &l.Words)
	if errors.Is(err, storage.ErrNoRows) {
		return l, fault.New(fault.NotFound, "moderation.list_gone")
	}
	l.Off = off != 0
	return l, err
}

// wordsOf returns the entries of a list, by language and term.
func (r *Room) wordsOf(ctx context.Context, listID string) ([]ListedWord, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT id, lang, term, kind, effect, is_off
		FROM moderation_word
		WHERE list_id = $1
		ORDER BY lang, folded, id`, listID)
	return storage.All(rows, err, func(r *storage.Rows) (w ListedWord, err error) {
		var effect string
		var off int64
		err = r.Scan(&w.ID, &w.Lang, &w.Term, &w.Kind, &effect, &off)
		w.Effect, w.Off = words.ParseEffect(effect), off != 0
		return w, err
	})
}

// inForce returns every entry that texts are screened for.
func (r *Room) inForce(ctx context.Context) ([]words.Entry, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT w.id, l.name, w.lang, w.term, w.kind, w.effect
		FROM moderation_word AS w
		JOIN moderation_list AS l ON l.id = w.list_id
		WHERE w.is_off = 0 AND l.is_off = 0
		ORDER BY w.id`)
	return storage.All(rows, err, func(r *storage.Rows) (e words.Entry, err error) {
		var effect string
		err = r.Scan(&e.ID, &e.List, &e.Lang, &e.Term, &e.Kind, &effect)
		e.Effect = words.ParseEffect(effect)
		return e, err
	})
}

// changesOfLists tells how often lists were changed: while it is the same, so are they.
func (r *Room) changesOfLists(ctx context.Context) (n int64, err error) {
	err = r.DB.QueryRow(ctx, `SELECT COUNT(*) FROM moderation_decision WHERE kind = 'moderation.list'`).Scan(&n)
	return n, err
}

// rowsAtOnce is how many entries one statement writes.
const rowsAtOnce = 500

// addWords writes clean entries, each once, and refuses what would be more than is screened for. The fault is NotFound for the list,
// Invalid with the field term.
func (r *Room) addWords(ctx context.Context, tx *storage.Tx, listID string, all []words.Entry) error {
	if err := oneRow(tx.Exec(ctx, `UPDATE moderation_list SET is_off = is_off WHERE id = $1`, listID)); err != nil {
		return err
	}
	for len(all) > 0 {
		some := all[:min(len(all), rowsAtOnce)]
		all = all[len(some):]
		var values []string
		var args []any
		for _, e := range some {
			n := len(args)
			values = append(values, fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5, n+6, n+7))
			args = append(args, id.New(r.Clock.Now()), listID, e.Key(), e.Lang, e.Term, string(e.Kind), e.Effect.String())
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO moderation_word (id, list_id, folded, lang, term, kind, effect)
			VALUES `+strings.Join(values, ", ")+`
			ON CONFLICT (list_id, folded) DO UPDATE
			SET term = excluded.term, kind = excluded.kind, effect = excluded.effect, is_off = 0`, args...); err != nil {
			return err
		}
	}
	var entries, patterns int64
	err := tx.QueryRow(ctx, `
		SELECT COUNT(*), COUNT(*) FILTER (WHERE kind = 'pattern')
		FROM moderation_word`).Scan(&entries, &patterns)
	switch {
	case err != nil:
		return err
	case entries > words.MaxEntries:
		return orFault(nil, "term", "moderation.words_many", "max", words.MaxEntries)
	case patterns > words.MaxPatterns:
		return orFault(nil, "term", "moderation.patterns_many", "max", words.MaxPatterns)
	}
	return nil
}
