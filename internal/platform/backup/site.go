package backup

import (
	"context"
	"fmt"
	"io"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// Source is a site that is to be kept.
type Source struct {
	DB    *storage.DB
	Files Files
	// Header has what the database does not know: program, key, time.
	Header Header
	// Rest is how many parts of the time pass in rest for one of work: 3 leaves three quarters of a processor to the site. 0 hurries.
	Rest int
	// Progress is told how many rows of how many are done; nil tells nobody.
	Progress func(done, all int64)
}

// Write writes the whole site to out.
func (s Source) Write(ctx context.Context, out io.Writer) (t Trailer, err error) {
	err = s.DB.Snapshot(ctx, func(ctx context.Context, snapshot *storage.Snapshot) error {
		t, err = s.write(ctx, snapshot, out)
		return err
	})
	return t, err
}

func (s Source) write(ctx context.Context, snapshot *storage.Snapshot, out io.Writer) (t Trailer, err error) {
	tables, err := snapshot.Tables(ctx)
	if err != nil {
		return t, err
	}
	h := s.Header
	h.Engine = string(s.DB.Dialect())
	if h.Schema, err = snapshot.Applied(ctx); err != nil {
		return t, err
	}
	for _, table := range tables {
		n, err := snapshot.Count(ctx, table)
		if err != nil {
			return t, err
		}
		h.Rows += n
	}
	w, err := NewWriter(out, h)
	if err != nil {
		return t, err
	}
	p := &pace{rest: s.Rest, progress: s.Progress, all: h.Rows}
	for _, table := range tables {
		if err := w.Table(table); err != nil {
			return t, err
		}
		if err := snapshot.Each(ctx, table, func(row []any) error {
			if err := w.Row(row); err != nil {
				return err
			}
			return p.step(ctx)
		}); err != nil {
			return t, err
		}
	}
	if s.Files != nil {
		if err := s.Files.Each(func(f FileInfo, content io.Reader) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return w.File(f, content)
		}); err != nil {
			return t, fmt.Errorf("data folder: %w", err)
		}
	}
	if s.Progress != nil {
		s.Progress(h.Rows, h.Rows)
	}
	return w.Close()
}

// pace lets a site breathe while it is copied.
type pace struct {
	rest      int
	progress  func(done, all int64)
	done, all int64
	began     time.Time // of the present stretch
}

// stretch is after how many rows one rests: some milliseconds of work.
const stretch = 500

// step counts a row, and rests when a stretch of them is done.
func (p *pace) step(ctx context.Context) error {
	if p.done++; p.done%stretch != 0 {
		return nil
	}
	if p.progress != nil {
		p.progress(p.done, p.all)
	}
	now := clock.System().Now()
	if worked := now.Sub(p.began); p.rest > 0 && !p.began.IsZero() {
		timer := time.NewTimer(min(max(worked, 0), time.Second) * time.Duration(p.rest)) // a clock that jumps costs a second
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		now = clock.System().Now()
	}
	p.began = now
	return ctx.Err()
}
