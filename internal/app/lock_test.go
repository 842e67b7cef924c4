package app_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/app"
)

func TestTwoProcessesDoNotServeFromOneFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	ctx, stop := context.WithCancel(t.Context())
	first := &shared{}
	ended := make(chan int, 1)
	go func() {
		ended <- app.Run(ctx, []string{"serve", "--data", folder, "--listen", "127.0.0.1:0"}, first, first)
	}()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(first.String(), "ready:"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(first.String())
		}
	}
	var out bytes.Buffer
	if code := app.Run(t.Context(), []string{"serve", "--data", folder, "--listen", "127.0.0.1:0"}, &out, &out); code != 1 || !strings.Contains(out.String(), "another process serves") {
		t.Errorf("the second one: %d %s", code, out.String())
	}
	out.Reset()
	if code := app.Run(t.Context(), []string{"admin", "add", "host@example.org", "--data", folder}, &out, &out); code != 0 || !strings.Contains(out.String(), "/signin/") {
		t.Errorf("a command beside it: %d %s", code, out.String())
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("the first one ended with %d: %s", code, first.String())
	}
}

// shared is a buffer for two goroutines.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
