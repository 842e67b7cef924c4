package backup

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Files are what a site keeps beside its database. Folder is one of them; another place for pictures would be a second.
type Files interface {
	// Each hands every file to fn, with what it holds.
	Each(fn func(f FileInfo, content io.Reader) error) error
	// Create makes a file, with the folders above it. What is written is on disk after Close, under its name; before that, it is not
	// there.
	Create(f FileInfo) (io.WriteCloser, error)
}

// Folder is the files below Path, but those that Skip names by their whole path. It reads no links and no sockets.
type Folder struct {
	Path string
	Skip []string
}

// partial ends the name of a file that is not whole.
const partial = ".part"

// Each implements Files.
func (d Folder) Each(fn func(FileInfo, io.Reader) error) error {
	return filepath.WalkDir(d.Path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return d.gone(err)
		case slices.Contains(d.Skip, filepath.Clean(name)):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !entry.Type().IsRegular() || filepath.Ext(name) == ".lock" || filepath.Ext(name) == partial:
			return nil
		}
		file, err := os.Open(name)
		if err != nil {
			return d.gone(err)
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(d.Path, name)
		if err != nil {
			return err
		}
		return fn(FileInfo{Path: filepath.ToSlash(relative), Mode: uint32(info.Mode().Perm())}, file)
	})
}

// gone passes over a file that was removed while we walked.
func (Folder) gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Create implements Files. The path cannot leave the folder, not even through a link that lies there.
func (d Folder) Create(f FileInfo) (io.WriteCloser, error) {
	root, err := os.OpenRoot(d.Path)
	if err != nil {
		return nil, err
	}
	name := filepath.FromSlash(f.Path)
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		_ = root.Close()
		return nil, err
	}
	file, err := root.OpenFile(name+partial, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, fs.FileMode(f.Mode)|0o600)
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return &placed{File: file, root: root, name: name}, nil
}

// placed is a file that gets its name when it is whole.
type placed struct {
	*os.File
	root *os.Root
	name string
}

// Close implements io.Closer.
func (p *placed) Close() error {
	defer p.root.Close()
	if err := errors.Join(p.File.Sync(), p.File.Close()); err != nil {
		return err
	}
	return p.root.Rename(p.name+partial, p.name)
}
