package backup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ErrThere is the answer to writing a file over another.
var ErrThere = errors.New("there is such a file already: choose another name")

// WriteFile makes a file with what write writes. It is there whole, on disk and under its name, or not at all: on an error
// nothing is left, and after a kill a file whose name ends in .part, which the next one of that name replaces.
func WriteFile(name string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("%s: %w", name, ErrThere)
	}
	draft := name + partial
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return fmt.Errorf("%s: another backup is writing it", draft)
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(draft)
			err = full(err)
		}
	}()
	if err := file.Truncate(0); err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, blockSize)
	if err := write(buffered); err != nil {
		return err
	}
	if err := errors.Join(buffered.Flush(), file.Sync()); err != nil {
		return err
	}
	if err := os.Link(draft, name); err != nil { // unlike a rename it never replaces
		if !errors.Is(err, fs.ErrExist) {
			err = os.Rename(draft, name) // a file system without links
		}
		if err != nil {
			return err
		}
	} else if err := os.Remove(draft); err != nil {
		return err
	}
	return errors.Join(file.Close(), syncFolder(filepath.Dir(name)))
}

// full tells a disk that is full in words.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("the disk is full: nothing was left of this backup; make room, or choose another folder (%w)", err)
	}
	return err
}

// syncFolder makes the name of a new file outlive a power cut.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
