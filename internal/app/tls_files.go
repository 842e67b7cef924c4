package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"essaim/internal/platform/clock"
)

// lookAgain is how long a certificate is believed to be the one on disk.
const lookAgain = 10 * time.Second

// certificateFiles are a certificate that somebody else renews. It is safe for concurrent use.
type certificateFiles struct {
	cert, key string
	clock     clock.Clock
	log       *slog.Logger

	mu     sync.Mutex
	now    *tls.Certificate
	state  [2]fileState // of what was read last, or could not be read
	looked time.Time
}

// fileState tells whether a file has changed.
type fileState struct {
	size     int64
	modified int64
}

// read reads the files for the first time: then an error is a reason not to start.
func (c *certificateFiles) read() error {
	state, err := c.look()
	if err != nil {
		return fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("--tls-cert %s, --tls-key %s: %w", c.cert, c.key, err)
	}
	c.now, c.state, c.looked = &pair, state, c.clock.Now()
	return nil
}

// get is what tls.Config asks for each connection. A new pair that cannot be read, or of which one half is not there yet, leaves
// the old one in place.
func (c *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if since := now.Sub(c.looked); since >= 0 && since < lookAgain {
		return c.now, nil
	}
	c.looked = now
	state, err := c.look()
	if err != nil || state == c.state {
		return c.now, nil
	}
	c.state = state
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		c.log.Error("the new certificate cannot be read; the old one stays", "error", err)
		return c.now, nil
	}
	c.now = &pair
	c.log.Info("a new certificate is in use")
	return c.now, nil
}

func (c *certificateFiles) look() (state [2]fileState, err error) {
	for i, name := range []string{c.cert, c.key} {
		info, failed := os.Stat(name)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		state[i] = fileState{size: info.Size(), modified: info.ModTime().UnixNano()}
	}
	return state, err
}
