package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/storage"
)

// spot is one place of a document in a list.
type spot struct {
	scope string
	cell  cell
}

// scopeOf names a list of a kind, of one theme or of all.
func scopeOf(kind, theme, list string) string {
	return sign(kind) + " " + sign(theme) + " " + plain(list)
}

// plain is the name of a list: its letters, digits and colons in ASCII, whatever somebody asked for.
func plain(list string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ':' {
			return r
		}
		return '_'
	}, list[:min(len(list), maxWord)])
}

// near is the list of what stands at a place on the globe. Rooms' lists have a colon or are empty, so none is called so.
const near = "near"

// spots are the places of a document, in one order for everybody, so that two writers cannot wait for each other.
func (d *Document) spots() []spot {
	themes := []string{""}
	if d.Theme != "" {
		themes = append(themes, d.Theme)
	}
	var all []spot
	for _, theme := range themes {
		for _, list := range append([]string{All}, d.Lists...) {
			all = append(all, spot{scope: scopeOf(d.Kind, theme, list)})
		}
		if d.Point.Known() {
			all = append(all, spot{scope: scopeOf(d.Kind, theme, near), cell: cellOf(d.Point)})
		}
	}
	slices.SortFunc(all, func(a, b spot) int { return strings.Compare(a.scope, b.scope) })
	return slices.CompactFunc(all, func(a, b spot) bool { return a.scope == b.scope })
}

func writeSpots(all []spot) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString(strconv.FormatInt(int64(s.cell), 36) + " " + s.scope + "\n")
	}
	return b.String()
}

func readSpots(text string) ([]spot, error) {
	var all []spot
	for line := range strings.Lines(text) {
		code, scope, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.ParseInt(code, 36, 64)
		if err != nil {
			return nil, fmt.Errorf("spots: %w", err)
		}
		all = append(all, spot{scope: scope, cell: cell(n)})
	}
	return all, nil
}

const numbersPerMilli = 16

// numberOf is the first number for something published then.
func numberOf(published time.Time) int64 { return max(published.UnixMilli(), 0) * numbersPerMilli }

// written is a document as the tables have it.
type written struct {
	number             int64
	path, spots, words string
}

// Put writes a document, in place of what was there under its kind and subject.
func (x *Index) Put(ctx context.Context, tx *storage.Tx, d Document) error {
	spots := d.spots()
	next := written{number: numberOf(d.Published), path: d.Path, spots: writeSpots(spots), words: d.tokens()}
	old, there, err := x.written(ctx, tx, d.Kind, d.Subject)
	if err != nil {
		return fmt.Errorf("index %s %s: %w", d.Kind, d.Subject, err)
	}
	if there {
		if old.number/numbersPerMilli == next.number/numbersPerMilli { // it keeps the one that it was given
			next.number = old.number
		}
		if old == next {
			return nil
		}
		if err := x.takeOut(ctx, tx, old); err != nil {
			return fmt.Errorf("index %s %s: %w", d.Kind, d.Subject, err)
		}
	}
	if err := x.putIn(ctx, tx, d, next, spots); err != nil {
		return fmt.Errorf("index %s %s: %w", d.Kind, d.Subject, err)
	}
	return nil
}

// Remove takes a document out. One that is not there is no error.
func (x *Index) Remove(ctx context.Context, tx *storage.Tx, kind, subject string) error {
	old, there, err := x.written(ctx, tx, kind, subject)
	if err == nil && there {
		err = x.takeOut(ctx, tx, old)
	}
	if err != nil {
		return fmt.Errorf("index %s %s: %w", kind, subject, err)
	}
	return nil
}

func (x *Index) written(ctx context.Context, tx *storage.Tx, kind, subject string) (w written, there bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT d.number, d.path, d.spots, w.words
		FROM search_document AS d
		JOIN search_word AS w ON w.number = d.number
		WHERE d.kind = $1 AND d.subject = $2`, kind, subject).Scan(&w.number, &w.path, &w.spots, &w.words)
	if errors.Is(err, storage.ErrNoRows) {
		return w, false, nil
	}
	return w, err == nil, err
}

// takeOut forgets a document.
func (x *Index) takeOut(ctx context.Context, tx *storage.Tx, old written) error {
	spots, err := readSpots(old.spots)
	if err != nil {
		return err
	}
	for _, s := range spots {
		if _, err := tx.Exec(ctx, `
			DELETE FROM search_spot
			WHERE scope = $1 AND cell = $2 AND number = $3`, s.scope, int64(s.cell), old.number); err != nil {
			return err
		}
		if s.cell == 0 {
			continue
		}
		if err := leavePoint(ctx, tx, s); err != nil {
			return err
		}
	}
	for _, remove := range []string{
		`DELETE FROM search_document WHERE number = $1`,
		`DELETE FROM search_word WHERE number = $1`,
	} {
		if _, err := tx.Exec(ctx, remove, old.number); err != nil {
			return err
		}
	}
	return x.forgetWords(ctx, tx, old.number)
}

func leavePoint(ctx context.Context, tx *storage.Tx, s spot) error {
	if _, err := tx.Exec(ctx, `
		UPDATE search_point
		SET n = n - 1
		WHERE scope = $1 AND cell = $2`, s.scope, int64(s.cell)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		DELETE FROM search_point
		WHERE scope = $1 AND cell = $2 AND n <= 0`, s.scope, int64(s.cell))
	return err
}

// putIn writes a document under the first number that is free.
func (x *Index) putIn(ctx context.Context, tx *storage.Tx, d Document, w written, spots []spot) error {
	for {
		n, err := tx.Exec(ctx, `
			INSERT INTO search_document (number, kind, subject, path, spots)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (number) DO NOTHING`, w.number, d.Kind, d.Subject, w.path, w.spots)
		if err != nil {
			return err
		}
		if n == 1 {
			break
		}
		w.number++
	}
	for _, s := range spots {
		if _, err := tx.Exec(ctx, `
			INSERT INTO search_spot (scope, cell, number)
			VALUES ($1, $2, $3)`, s.scope, int64(s.cell), w.number); err != nil {
			return err
		}
		if s.cell == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO search_point (scope, cell, n)
			VALUES ($1, $2, 1)
			ON CONFLICT (scope, cell) DO UPDATE SET n = search_point.n + 1`, s.scope, int64(s.cell)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO search_word (number, words)
		VALUES ($1, $2)`, w.number, w.words); err != nil {
		return err
	}
	return x.keepWords(ctx, tx, w.number, w.words)
}
