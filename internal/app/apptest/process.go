package apptest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// readyWithin is how long a start may take before the test gives up. What is promised is far less; see docs/performance.md.
const readyWithin = 30 * time.Second

// Process is the program, running.
type Process struct {
	// URL is the address that it printed.
	URL string
	// Ready is how long it took from its start until it printed that address.
	Ready time.Duration

	t       testing.TB
	command *exec.Cmd
	ready   chan string
	ended   chan struct{}
	mu      sync.Mutex
	out     bytes.Buffer // both streams
}

// Start runs the program and waits until it serves. It is killed when the test ends.
func Start(t testing.TB, args ...string) *Process {
	t.Helper()
	began := time.Now()
	p := Launch(t, args...)
	select {
	case p.URL = <-p.ready:
		p.Ready = time.Since(began)
	case <-p.ended:
		t.Fatalf("essaim %s ended at once:\n%s", strings.Join(args, " "), p.Output())
	case <-time.After(readyWithin):
		t.Fatalf("essaim %s is not ready after %s:\n%s", strings.Join(args, " "), readyWithin, p.Output())
	}
	return p
}

// Launch runs the program and waits for nothing.
func Launch(t testing.TB, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, ready: make(chan string, 1), ended: make(chan struct{})}
	p.command = exec.Command(Binary(t), args...)
	p.command.Dir = t.TempDir() // no settings file there
	p.command.Env = append(os.Environ(), "ESSAIM_CONFIG=")
	p.command.Stderr = writer{p}
	stdout, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	go p.read(stdout)
	return p
}

// read keeps what the program prints, and waits for its end: exec wants all to be read before.
func (p *Process) read(stdout io.Reader) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		_, _ = writer{p}.Write(append(lines.Bytes(), '\n'))
		if address, ok := strings.CutPrefix(lines.Text(), "ready: "); ok {
			p.ready <- address
		}
	}
	_ = p.command.Wait() // how it ended is asked of ProcessState
	close(p.ended)
}

// writer keeps what the program prints.
type writer struct{ process *Process }

func (w writer) Write(text []byte) (int, error) {
	w.process.mu.Lock()
	defer w.process.mu.Unlock()
	return w.process.out.Write(text)
}

// Output returns everything that it printed, on both streams.
func (p *Process) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// Kill ends it as kill -9 does, and waits. A process that has ended is left alone.
func (p *Process) Kill() {
	_ = p.command.Process.Kill() // it may have ended
	<-p.ended
}

// Stop asks it to end, as a service manager does, and fails the test when it does not end well.
func (p *Process) Stop() {
	p.t.Helper()
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		p.t.Errorf("it could not be asked to stop: %v", err)
	}
	select {
	case <-p.ended:
	case <-time.After(readyWithin):
		p.t.Errorf("it does not stop:\n%s", p.Output())
		p.Kill()
		return
	}
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		p.t.Errorf("it ended with %d:\n%s", code, p.Output())
	}
}

// FreeAddress returns an address of this machine on which nobody listens.
func FreeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
