package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"

	"essaim/internal/platform/blob"
)

// bring takes what lies in a bucket to this machine, beside the data folder: it is read twice.
func (r *restoring) bring(ctx context.Context) error {
	for _, name := range []*string{&r.file, &r.ledger} {
		if !blob.IsAddress(*name) {
			continue
		}
		local, err := r.download(ctx, *name)
		if err != nil {
			return err
		}
		*name = local
	}
	return nil
}

func (r *restoring) download(ctx context.Context, address string) (string, error) {
	folder, name, err := splitAddress(address)
	if err != nil {
		return "", err
	}
	h := &House{Settings: r.settings}
	defer h.Close()
	bucket, err := h.bucket(folder)
	if err != nil {
		return "", err
	}
	object, err := bucket.Open(ctx, name)
	if errors.Is(err, blob.ErrMissing) {
		return "", fmt.Errorf("there is no %s in %s: 'essaim backup --list' tells what there is", name, bucket)
	}
	if err != nil {
		return "", err
	}
	defer object.Close()
	all, err := object.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = object.Seek(0, io.SeekStart)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", bucket, err)
	}
	local, err := os.CreateTemp(filepath.Dir(filepath.Clean(r.settings.Data)), "essaim-restore-*.part")
	if err != nil {
		return "", err
	}
	r.brought = append(r.brought, local.Name())
	_, err = io.Copy(local, &watched{Reader: object, tell: progress(r.w.errs, "bringing"), all: all})
	if err := errors.Join(err, local.Close()); err != nil {
		return "", fmt.Errorf("bring %s from %s: %w", name, bucket, err)
	}
	return local.Name(), nil
}

// splitAddress tells the folder in a bucket from the object in it.
func splitAddress(address string) (folder, name string, err error) {
	if _, err := blob.ParseAddress(address); err != nil {
		return "", "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", "", err
	}
	name = path.Base(u.Path)
	u.Path = path.Dir(u.Path)
	return u.String(), name, nil
}
