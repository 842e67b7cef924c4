package paper

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/fault"
)

// mostInspection is how long one PDF may take to be read.
const mostInspection = 20 * time.Second

// Inspector reads PDFs of strangers, one at a time, and makes them anew. It is safe for concurrent use.
//
// Formats as large as this one are read wrong one day: so the reading is done by a child, a program that has no settings, no key and
// no database, a bounded memory and a bounded time, and that may fall without anybody noticing.
type Inspector struct {
	child []string
	turn  chan struct{}
}

// NewInspector returns an inspector whose child is the program and its arguments, which calls ServeInspection. Without one, PDFs
// are read in this process: for tests.
func NewInspector(child ...string) *Inspector {
	return &Inspector{child: child, turn: make(chan struct{}, 1)}
}

// Renew makes an upload of size bytes anew. The fault is Invalid, on the field, for what is no PDF that we take.
func (i *Inspector) Renew(ctx context.Context, field string, upload io.ReaderAt, size int64) (out Renewed, err error) {
	select {
	case i.turn <- struct{}{}:
		defer func() { <-i.turn }()
	case <-ctx.Done():
		return out, fmt.Errorf("paper: wait for the inspector: %w", ctx.Err())
	}
	out, err = i.renew(ctx, upload, size)
	if f, ok := errors.AsType[refusal](err); ok {
		return out, fault.InvalidForm(fault.Field{Name: field, Key: f.key, Args: []any{"mb", int64(MaxUpload >> 20), "pages", int64(maxSheets)}})
	}
	return out, err
}

func (i *Inspector) renew(ctx context.Context, upload io.ReaderAt, size int64) (out Renewed, err error) {
	switch {
	case size == 0:
		return out, refusal{"paper.empty"}
	case size > MaxUpload:
		return out, refusal{"paper.heavy"}
	}
	raw := make([]byte, size)
	if _, err := upload.ReadAt(raw, 0); err != nil && !errors.Is(err, io.EOF) {
		return out, fmt.Errorf("paper: read an upload: %w", err)
	}
	if !bytes.HasPrefix(raw, []byte("%PDF-")) { // no child for what is plainly something else
		return out, refusal{"paper.unknown"}
	}
	ctx, done := context.WithTimeout(ctx, mostInspection)
	defer done()
	if len(i.child) == 0 {
		return renew(ctx, raw)
	}
	return i.ask(ctx, raw)
}

// ask has the child read a PDF. Whatever it says in another way than ServeInspection does, and whatever ends it, means that the file is
// damaged.
func (i *Inspector) ask(ctx context.Context, raw []byte) (out Renewed, err error) {
	child := exec.CommandContext(ctx, i.child[0], i.child[1:]...)
	var answer bytes.Buffer
	child.Env, child.Dir, child.Stdin, child.Stdout = []string{}, "/", bytes.NewReader(raw), &limited{to: &answer, left: maxRenew + 100}
	child.WaitDelay = time.Second
	if err := child.Start(); err != nil {
		return out, fault.Wrap(fmt.Errorf("paper: start the inspector: %w", err), fault.Unavailable, "web.unavailable")
	}
	err = child.Wait()
	line, rest, _ := bytes.Cut(answer.Bytes(), []byte("\n"))
	verdict, word, _ := strings.Cut(string(line), " ")
	pages, wrong := strconv.Atoi(word)
	switch {
	case verdict == "no" && slices.Contains(reasons, word):
		return out, refusal{word}
	case err != nil || verdict != "ok" || wrong != nil || !bytes.HasPrefix(rest, []byte("%PDF-")):
		return out, refusal{"paper.damaged"}
	}
	return Renewed{rest, pages}, nil
}

// reasons are those for which a child may refuse.
var reasons = []string{"paper.unknown", "paper.encrypted", "paper.damaged", "paper.active", "paper.long"}

// ServeInspection is the child's whole work: it gives up most of what a program may do, reads a PDF, and answers with one line, "ok" and
// the number of pages or "no" and the reason, and with the PDF made anew.
func ServeInspection(ctx context.Context, in io.Reader, out io.Writer) error {
	if err := confine(); err != nil {
		return fmt.Errorf("paper: confine the inspector: %w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(in, MaxUpload+1))
	if err != nil {
		return fmt.Errorf("paper: read an upload: %w", err)
	}
	made, err := renew(ctx, raw)
	answer := bufio.NewWriter(out)
	if f, ok := errors.AsType[refusal](err); ok {
		_, err = fmt.Fprintf(answer, "no %s\n", f.key)
	} else if err == nil {
		_, _ = fmt.Fprintf(answer, "ok %d\n", made.Pages)
		_, err = answer.Write(made.Content)
	}
	return errors.Join(err, answer.Flush())
}

// limited takes so many bytes and no more.
type limited struct {
	to   io.Writer
	left int
}

// Write implements io.Writer.
func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.left {
		return 0, errors.New("paper: the inspector says too much")
	}
	l.left -= len(b)
	return l.to.Write(b)
}
