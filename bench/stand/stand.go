// Package stand puts the site on the test stand: it serves it in a process of its own, so that neither the load nor its memory
// is counted to the site.
//
// The other process is the benchmark's own program, started again with the word Word as first argument. It builds the house as
// `essaim serve` does, publishes one mobilisation, and listens at a second address of this machine for what a benchmark wants
// to know of it (inside.go). Here is the benchmark's side.
package stand

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Word is the first argument of the program when it is to be the site.
const Word = "serve"

// Slug is the mobilisation that every site on the stand has.
const Slug = "ligne-du-val"

// Options say how the site is served.
type Options struct {
	Data     string // folder; the key lies beside it
	Database string // URL of PostgreSQL; empty for SQLite
	Places   string // folder of place data; empty for the sample
	GuardOff bool
	Workers  bool // mails are caught in memory
	TLS      bool // 1.3 with a P-256 certificate, X25519, no tickets
	Planted  int  // so many signatures at least before it is ready
}

func (o Options) args() []string {
	return []string{
		Word, "-data", o.Data, "-database", o.Database, "-places", o.Places, "-guard-off=" + strconv.FormatBool(o.GuardOff),
		"-workers=" + strconv.FormatBool(o.Workers), "-tls=" + strconv.FormatBool(o.TLS), "-planted", strconv.Itoa(o.Planted),
	}
}

// Site is a served site.
type Site struct {
	Ready
	command *exec.Cmd
}

// Ready is what the other process says once it serves.
type Ready struct {
	URL      string // of the site
	Inside   string // URL of what is known of it
	Petition string // id of the mobilisation under Slug
}

// Start serves the site and returns when it answers.
func Start(ctx context.Context, o Options) (*Site, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &Site{command: exec.CommandContext(ctx, program, o.args()...)}
	s.command.Stderr = os.Stderr
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), &s.Ready)
	}
	if err != nil {
		s.Kill()
		return nil, fmt.Errorf("the site does not start: %w", err)
	}
	return s, nil
}

// Addr is the host and port of the site.
func (s *Site) Addr() string { _, addr, _ := strings.Cut(s.URL, "://"); return addr }

// PID is the site's process.
func (s *Site) PID() int { return s.command.Process.Pid }

// Stop ends the site as its administrator would, and waits.
func (s *Site) Stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.command.Wait()
}

// Kill ends the site as a power cut of its process would.
func (s *Site) Kill() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait() // says that it was killed
}

// Ask reads one of the answers of inside.go.
func (s *Site) Ask(path string) (string, error) {
	answer, err := http.Get(s.Inside + path)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(path + ": " + answer.Status + " " + string(text))
	}
	return string(text), err
}

// Number reads one of the answers that are a number.
func (s *Site) Number(path string) (int64, error) {
	text, err := s.Ask(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

// Lines reads one of the answers that are a list.
func (s *Site) Lines(path string) ([]string, error) {
	text, err := s.Ask(path)
	return strings.Fields(text), err
}

// Profile writes a CPU profile of the site over d into file, while the caller loads it.
func (s *Site) Profile(file string, d time.Duration) error {
	text, err := s.Ask("/profile?seconds=" + strconv.Itoa(int(d.Seconds())))
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// Memory returns the resident memory of a process, in bytes (proc(5), status, VmRSS).
func Memory(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("no VmRSS")
}
