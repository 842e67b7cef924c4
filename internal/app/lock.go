package app

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// claim holds the data folder for as long as this process serves: a second one would take the first one's jobs under way for
// abandoned. Commands that only look or add do not claim. The system lets go when the process ends, however it ends.
func (h *House) claim() error {
	path := filepath.Join(h.Data, "serving.lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return fmt.Errorf("another process serves from %s: stop it first, or choose another --data", h.Data)
	}
	h.closers = append(h.closers, func() { _ = file.Close() })
	return nil
}
