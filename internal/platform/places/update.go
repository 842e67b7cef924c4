package places

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Fetch opens an address. Its error is fs.ErrNotExist when the server says that there is no such file (404, 410): some files of a
// set may be absent. platform/fetch has one, which alone speaks HTTP.
type Fetch func(ctx context.Context, address string) (io.ReadCloser, error)

// Progress is told how many bytes of a file have come; total is -1 when it is unknown. It is called from one goroutine.
type Progress func(file string, done, total int64)

// maxFetched bounds one file as it travels.
const maxFetched = 32 << 20

// Update fetches a set from a folder or an address ("https://…/", to which the file names are added), checks all of it, and only then
// puts it into the folder dir, which is made if need be: readers of dir see the old set or the new one, never a mixture, and a
// bad set or a crash leaves the old one. progress may be nil. One Update of a folder at a time.
//
// The error is a *BadData when the files came and were found wanting.
func Update(ctx context.Context, from, dir string, fetch Fetch, progress Progress) (Report, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Report{}, fmt.Errorf("update places: %w", err)
	}
	if err := sweep(dir, arrivals); err != nil {
		return Report{}, fmt.Errorf("update places: %w", err)
	}
	staging, err := os.MkdirTemp(dir, arrivals)
	if err != nil {
		return Report{}, fmt.Errorf("update places: %w", err)
	}
	defer os.RemoveAll(staging)
	if err := bring(ctx, from, staging, fetch, progress); err != nil {
		return Report{}, fmt.Errorf("update places from %s: %w", from, err)
	}
	fresh, err := load(ctx, os.DirFS(staging))
	if err != nil {
		return Report{}, err
	}
	// An old set that cannot be read is no reason to refuse a good one.
	stale, err := Load(ctx, os.DirFS(dir))
	if err != nil {
		stale = nil
	}
	if err := install(staging, dir); err != nil {
		return Report{}, fmt.Errorf("update places: %w", err)
	}
	return compare(stale, fresh), nil
}

// bring copies every file of the set into the folder staging.
func bring(ctx context.Context, from, staging string, fetch Fetch, progress Progress) error {
	source, err := sourceOf(from, fetch)
	if err != nil {
		return err
	}
	for _, file := range files {
		in, name, size, err := source(ctx, file.name)
		if errors.Is(err, fs.ErrNotExist) && file.need == optional {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file.name, err)
		}
		out := filepath.Join(staging, name)
		err = keep(ctx, in, out, func(done int64) { progress(name, done, size) })
		if err := errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// source opens a file of the set, and tells under which name it stands there and how long it is.
type source func(ctx context.Context, name string) (in io.ReadCloser, as string, size int64, err error)

func sourceOf(from string, fetch Fetch) (source, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		folder, err := current(os.DirFS(from))
		return folderSource(folder), err
	}
	base, err := url.Parse(from)
	if err != nil {
		return nil, err
	}
	if fetch == nil {
		return nil, errors.New("an address, and nothing to fetch it with")
	}
	return func(ctx context.Context, name string) (io.ReadCloser, string, int64, error) {
		in, err := fetch(ctx, base.JoinPath(name).String())
		if short, packed := strings.CutSuffix(name, ".gz"); packed && errors.Is(err, fs.ErrNotExist) {
			name = short
			in, err = fetch(ctx, base.JoinPath(name).String())
		}
		return in, name, -1, err
	}, nil
}

func folderSource(folder fs.FS) source {
	return func(_ context.Context, name string) (io.ReadCloser, string, int64, error) {
		in, name, err := locate(folder, name)
		if err != nil {
			return nil, name, 0, err
		}
		info, err := in.Stat()
		if err == nil && !info.Mode().IsRegular() {
			err = errNoFile
		}
		if err != nil {
			return nil, name, 0, errors.Join(err, in.Close())
		}
		return in, name, info.Size(), nil
	}
}

// keep writes what comes to a file, and returns when it is on disk.
func keep(ctx context.Context, in io.Reader, path string, progress func(done int64)) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	buffer := make([]byte, 64<<10)
	var done int64
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.Read(buffer)
		if done += int64(n); done > maxFetched {
			return fmt.Errorf("more than %d MB", maxFetched>>20)
		}
		if _, err := out.Write(buffer[:n]); err != nil {
			return err
		}
		progress(done)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if err := out.Sync(); err != nil {
		return err
	}
	return out.Close()
}
