package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"

	"essaim/bench/stand"
)

// instance is the program as a host runs it.
type instance struct {
	url     string
	command *exec.Cmd
	ready   time.Duration // from the start of the process to the first page answered
}

// patience is after how long an instance that does not answer is an error.
const patience = 30 * time.Second

// start runs the program on a data folder and waits until it answers with a page.
func (b *bench) start(ctx context.Context, data string) (*instance, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free
	if err != nil {
		return nil, err
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	i := &instance{url: "http://" + addr}
	i.command = exec.CommandContext(ctx, b.program, "serve", "--data", data, "--places", b.places, "--listen", addr, "--url", i.url, "--guard-off")
	i.command.Dir = b.folder
	i.command.Stderr = &quiet{}
	began := time.Now()
	if err := i.command.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < patience {
		if err = i.visit("/"); err == nil {
			i.ready = time.Since(began)
			return i, nil
		}
		time.Sleep(time.Millisecond)
	}
	i.kill()
	return nil, fmt.Errorf("it does not answer: %w: %s", err, i.command.Stderr)
}

// visit asks for a page.
func (i *instance) visit(path string) error {
	answer, err := http.Get(i.url + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New(path + ": " + answer.Status)
	}
	return nil
}

func (i *instance) memory() (float64, error) {
	bytes, err := stand.Memory(i.command.Process.Pid)
	return float64(bytes) / 1e6, err
}

// kill is a power cut of the process.
func (i *instance) kill() {
	_ = i.command.Process.Kill()
	_ = i.command.Wait() // says that it was killed
}

// stop is what an administrator does.
func (i *instance) stop() error {
	if err := i.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return i.command.Wait()
}

// quiet keeps the end of what a process says, for the case that it fails.
type quiet struct{ text []byte }

func (q *quiet) Write(p []byte) (int, error) {
	q.text = append(q.text, p...)
	q.text = q.text[max(0, len(q.text)-4000):]
	return len(p), nil
}

func (q *quiet) String() string { return string(q.text) }

// prepared has a data folder with the stand's mobilisation and so many signatures, all counted, and returns the postal codes of
// its places.
func (b *bench) prepared(ctx context.Context, data string, planted int) (codes []string, err error) {
	site, err := stand.Start(ctx, stand.Options{Data: data, Places: b.places, GuardOff: true, Workers: true, Planted: planted})
	if err != nil {
		return nil, err
	}
	if codes, err = site.Lines("/codes"); err != nil {
		site.Kill()
		return nil, err
	}
	for left := int64(1); left > 0; time.Sleep(100 * time.Millisecond) {
		if left, err = site.Number("/deltas"); err != nil {
			site.Kill()
			return nil, err
		}
	}
	return codes, site.Stop()
}

// empty is a folder without anything.
func (b *bench) empty(name string) (string, error) {
	folder := b.folder + "/" + name
	return folder, errors.Join(os.RemoveAll(folder), os.RemoveAll(folder+".key"))
}
