package moderation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/words"
)

// importLife is how long a list that was sent waits for a yes.
const importLife = 24 * time.Hour

// sent is a list that somebody pasted or sent, and looks at.
type sent struct {
	ID      string
	Content []byte
	Lang    string // of lines that say none
	Effect  words.Effect
}

// looked is what a list that was sent would do.
type looked struct {
	words.Reading
	New, Changed, Same int // entries
}

// send keeps a list until its faults were looked at. The fault is NotFound, or Invalid with the fields list, lang or effect.
func (r *Room) send(ctx context.Context, listID string, s sent) (importID string, err error) {
	reading := s.read()
	var fields []fault.Field
	if whole := slices.IndexFunc(reading.Faults, func(f words.Fault) bool { return f.Line == 0 }); whole >= 0 {
		fields = append(fields, fault.Field{Name: "list", Key: reading.Faults[whole].Key})
	}
	if fields = append(fields, s.other().Faults()...); len(fields) > 0 {
		return "", fault.InvalidForm(fields...)
	}
	now := r.Clock.Now()
	importID = id.New(now)
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := oneRow(tx.Exec(ctx, `UPDATE moderation_list SET is_off = is_off WHERE id = $1`, listID)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO moderation_import (id, list_id, content, lang, effect, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, importID, listID, s.Content, s.Lang, s.Effect.String(), clock.Micros(now))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep a list that was sent: %w", err)
	}
	return importID, nil
}

func (s sent) other() words.Entry  { return words.Entry{Lang: s.Lang, Effect: s.Effect} }
func (s sent) read() words.Reading { return words.Read(s.Content, s.other()) }

// sentList returns what was sent. The fault is NotFound: it was taken over, or is a day old.
func (r *Room) sentList(ctx context.Context, listID, importID string) (s sent, err error) {
	var effect string
	err = r.DB.QueryRow(ctx, `
		SELECT id, content, lang, effect
		FROM moderation_import
		WHERE id = $1 AND list_id = $2`, importID, listID).Scan(&s.ID, &s.Content, &s.Lang, &effect)
	if errors.Is(err, storage.ErrNoRows) {
		return s, fault.New(fault.NotFound, "moderation.import_gone")
	}
	s.Effect = words.ParseEffect(effect)
	return s, err
}

// lookAtList tells what a list that was sent would do, without doing it.
func (r *Room) lookAtList(ctx context.Context, listID string, s sent) (looked, error) {
	l := looked{Reading: s.read()}
	there, err := r.wordsOf(ctx, listID)
	if err != nil {
		return l, err
	}
	known := map[string]ListedWord{}
	for _, w := range there {
		known[w.Key()] = w
	}
	for _, e := range l.Entries {
		switch w, ok := known[e.Key()]; {
		case !ok:
			l.New++
		case w.Effect != e.Effect || w.Kind != e.Kind || w.Off:
			l.Changed++
		default:
			l.Same++
		}
	}
	return l, nil
}

// takeOver adds the right lines of a list that was sent, and tells how many they were. The fault is NotFound when somebody has done so,
// Invalid with the field term when they would be too many.
func (r *Room) takeOver(ctx context.Context, listID, importID string, by perm.Actor) (n int, err error) {
	s, err := r.sentList(ctx, listID, importID)
	if err != nil {
		return 0, err
	}
	entries := s.read().Entries
	err = r.changeLists(ctx, wordsAdded, listID, by, func(ctx context.Context, tx *storage.Tx) error {
		gone, err := tx.Exec(ctx, `DELETE FROM moderation_import WHERE id = $1 AND list_id = $2`, importID, listID)
		if err != nil || gone == 0 {
			return oneRow(gone, err)
		}
		return r.addWords(ctx, tx, listID, entries)
	})
	return len(entries), err
}

// forgetSent deletes lists that were sent and not taken over.
func (r *Room) forgetSent(ctx context.Context) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM moderation_import
			WHERE created_at < $1`, clock.Micros(r.Clock.Now().Add(-importLife)))
		return err
	})
}

// maxFolder is how many files of the host's folder are offered.
const maxFolder = 50

// filesOfHost lists the lists that a host has put into the folder of lists, by name. A folder that is not there has none.
func (r *Room) filesOfHost() []string {
	var names []string
	entries, err := os.ReadDir(r.ListsFolder)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.Type().IsRegular() && (ext == ".tsv" || ext == ".txt") && len(names) < maxFolder {
			names = append(names, e.Name())
		}
	}
	return names
}

// fileOfHost reads one of them. The fault is NotFound for a name that is not listed.
func (r *Room) fileOfHost(name string) ([]byte, error) {
	if !slices.Contains(r.filesOfHost(), name) {
		return nil, fault.New(fault.NotFound, "moderation.import_gone")
	}
	file, err := os.Open(filepath.Join(r.ListsFolder, name))
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "moderation.import_gone")
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, words.MaxFile+1))
}
