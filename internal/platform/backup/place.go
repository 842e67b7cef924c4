package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"essaim/internal/platform/blob"
)

// Place is where copies are kept: a folder, or a bucket (*blob.Bucket is one).
type Place interface {
	// String names it to people.
	String() string
	// Write keeps what write writes, whole under its name or not at all.
	Write(ctx context.Context, name string, write func(io.Writer) error) error
	// Put keeps a few bytes, in place of what has that name.
	Put(ctx context.Context, name string, content []byte) error
	// List tells what there is whose name begins with begin.
	List(ctx context.Context, begin string) ([]blob.Object, error)
	// Remove deletes.
	Remove(ctx context.Context, name string) error
	// Tidy deletes what Write had begun before a time, and a crash left behind.
	Tidy(ctx context.Context, before time.Time) error
}

// Dir is a Place: a folder that is there.
type Dir string

// String implements Place.
func (d Dir) String() string { return string(d) }

func (d Dir) file(name string) string { return filepath.Join(string(d), name) }

// Write implements Place. What has that name already is never replaced.
func (d Dir) Write(_ context.Context, name string, write func(io.Writer) error) error {
	return WriteFile(d.file(name), write)
}

// Put implements Place.
func (d Dir) Put(_ context.Context, name string, content []byte) error {
	draft, err := os.CreateTemp(string(d), name+"-*"+partial)
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name()) // nothing is there once it is renamed
	_, err = draft.Write(content)
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, full(err))
	}
	return errors.Join(os.Rename(draft.Name(), d.file(name)), syncFolder(string(d)))
}

// List implements Place.
func (d Dir) List(_ context.Context, begin string) (all []blob.Object, err error) {
	entries, err := os.ReadDir(string(d))
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), begin) || !entry.Type().IsRegular() {
			continue
		}
		if info, err := entry.Info(); err == nil { // else it was removed meanwhile
			all = append(all, blob.Object{Name: entry.Name(), Bytes: info.Size(), Changed: info.ModTime()})
		}
	}
	return all, err
}

// Remove implements Place.
func (d Dir) Remove(_ context.Context, name string) error {
	if err := os.Remove(d.file(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Tidy implements Place. What somebody still writes is locked.
func (d Dir) Tidy(ctx context.Context, before time.Time) error {
	all, err := d.List(ctx, copyBegin)
	for _, half := range all {
		if strings.HasSuffix(half.Name, partial) && half.Changed.Before(before) {
			err = errors.Join(err, removeUnlocked(d.file(half.Name)))
		}
	}
	return err
}

func removeUnlocked(name string) error {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil // another backup is writing it
	}
	return os.Remove(name)
}
