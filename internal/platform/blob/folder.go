package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"essaim/internal/platform/clock"
)

// Folder is a Store of files: Path/ab/abcd…, made when the first blob comes.
type Folder struct {
	path  string
	clock clock.Clock
	mu    sync.Mutex // Put and Remove of one key do not meet
}

// NewFolder returns the store below path.
func NewFolder(path string, c clock.Clock) *Folder { return &Folder{path: path, clock: c} }

// partial ends the name of a file that is not whole: backups pass over it.
const partial = ".part"

func (f *Folder) file(key string) string { return filepath.Join(f.path, key[:2], key) }

// Put implements Store: written beside its place, flushed, then named, then the folder flushed.
func (f *Folder) Put(_ context.Context, content []byte) (string, error) {
	key := Key(content)
	name := f.file(key)
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	if info, err := os.Stat(name); err == nil && info.Size() == int64(len(content)) {
		return key, os.Chtimes(name, now, now)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", fmt.Errorf("keep a blob: %w", err)
	}
	if err := writeWhole(name, content, now); err != nil {
		return "", fmt.Errorf("keep a blob: %w", err)
	}
	return key, nil
}

func writeWhole(name string, content []byte, now time.Time) error {
	file, err := os.CreateTemp(filepath.Dir(name), "*"+partial)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Chtimes(file.Name(), now, now)
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return flush(filepath.Dir(name))
}

// flush puts the names in a folder on disk, and that of the folder.
func flush(folder string) error {
	for _, path := range []string{folder, filepath.Dir(folder)} {
		open, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(open.Sync(), open.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	if !ValidKey(key) {
		return nil, ErrMissing
	}
	file, err := os.Open(f.file(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	return file, nil
}

// List implements Store. What was left half written by a crash is deleted on the way.
func (f *Folder) List(ctx context.Context, before time.Time) (keys []string, err error) {
	err = filepath.WalkDir(f.path, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing has come yet, or it has just gone
		}
		if err != nil || entry.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			return nil
		}
		switch {
		case err != nil:
			return err
		case filepath.Ext(name) == partial:
			return os.Remove(name)
		case ValidKey(entry.Name()):
			keys = append(keys, entry.Name())
		}
		return nil
	})
	return keys, err
}

// Remove implements Store.
func (f *Folder) Remove(_ context.Context, key string, before time.Time) error {
	if !ValidKey(key) {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.file(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !info.ModTime().Before(before) {
		return err
	}
	return os.Remove(f.file(key))
}

// Spool returns an empty file for what comes over the network, before anybody knows what it is. It has no name any more, so that
// nothing of it stays when it is closed, or after a crash.
func (f *Folder) Spool() (*os.File, error) {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	file, err := os.CreateTemp(f.path, "*"+partial)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil { // a system that keeps open files by their names: List deletes it
		return file, nil
	}
	return file, nil
}
