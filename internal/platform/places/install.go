package places

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A folder that Update keeps holds each set in a folder of its own, named after its bytes, and a file that names the set in use.
// Renaming that one file is what makes an update happen at once on every file system.
const (
	pointer  = "current"
	sets     = "set-"
	arrivals = ".arriving-"
)

// current returns the folder of the set in use: fsys itself when a host has put the files there by hand.
func current(fsys fs.FS) (fs.FS, error) {
	content, err := fs.ReadFile(fsys, pointer)
	if errors.Is(err, fs.ErrNotExist) {
		return fsys, nil
	}
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(string(content))
	digest, ok := strings.CutPrefix(name, sets)
	if _, err := hex.DecodeString(digest); !ok || err != nil || digest == "" {
		return nil, &BadData{Flaws: []Flaw{{File: pointer, Line: 1, Reason: "does not name a set"}}}
	}
	return fs.Sub(fsys, name)
}

// install makes the checked set in staging the one in use, and removes the one before.
func install(staging, dir string) error {
	name, err := nameOf(staging)
	if err != nil {
		return err
	}
	if err := os.Chmod(staging, 0o755); err != nil { // MkdirTemp hides it from other users; nothing in it is secret
		return err
	}
	folder := filepath.Join(dir, name)
	if standing, err := nameOf(folder); err != nil || standing != name { // absent, or damaged since
		if err := errors.Join(os.RemoveAll(folder), os.Rename(staging, folder)); err != nil {
			return err
		}
	}
	if err := designate(dir, name); err != nil {
		return err
	}
	return sweep(dir, sets, name)
}

// designate names the set in use, and returns when that is on disk.
func designate(dir, name string) error {
	file, err := os.CreateTemp(dir, arrivals)
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := file.WriteString(name + "\n"); err != nil {
		return err
	}
	if err := errors.Join(file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), filepath.Join(dir, pointer)); err != nil {
		return err
	}
	if folder, err := os.Open(dir); err == nil {
		_ = folder.Sync() // some systems cannot; the set is then on disk a little later
		_ = folder.Close()
	}
	return nil
}

// nameOf names a set after its bytes: the same set twice is one folder.
func nameOf(folder string) (string, error) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, entry := range entries {
		file, err := os.Open(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s\n", entry.Name())
		one := sha256.New()
		_, err = io.Copy(one, file)
		if err := errors.Join(err, file.Close()); err != nil {
			return "", err
		}
		sum.Write(one.Sum(nil))
	}
	return sets + hex.EncodeToString(sum.Sum(nil)[:12]), nil
}

// sweep removes what begins so in dir, but for what is kept.
func sweep(dir, prefix string, kept ...string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), prefix) && !slices.Contains(kept, entry.Name()) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
		}
	}
	return err
}
