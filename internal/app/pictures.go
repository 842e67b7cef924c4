package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"time"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/blob"
)

// picturesFolder is where pictures are, in the data folder, in a bucket and in a backup.
const picturesFolder = "pictures"

// pictures keep photos in the place that the settings say, and what comes before it is known to be one on this machine.
type pictures struct {
	blob.Store
	here *blob.Folder
}

// Spool implements mobilisation.Pictures.
func (p pictures) Spool() (*os.File, error) { return p.here.Spool() }

// openPictures asks nobody anything yet.
func (h *House) openPictures() error {
	folder := blob.NewFolder(filepath.Join(h.Data, picturesFolder), h.Clock)
	if h.Blobs == "" {
		h.pictures = folder
		return nil
	}
	bucket, err := h.bucket(h.Blobs)
	if err != nil {
		return fmt.Errorf("--blobs: %w", err)
	}
	h.pictures = pictures{Store: blob.NewS3(bucket, picturesFolder), here: folder}
	return nil
}

// bucket opens a bucket with the keys of the settings. It is closed with the house.
func (h *House) bucket(address string) (*blob.Bucket, error) {
	text, err := h.S3KeyText()
	if err != nil {
		return nil, err
	}
	keys, err := blob.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("--s3-keys: %w", err)
	}
	b, err := blob.OpenBucket(address, keys)
	if err == nil {
		h.closers = append(h.closers, b.Close)
	}
	return b, err
}

// pictureFiles are the files of a site whose pictures lie in a bucket: in a backup they have the names that they have in a data
// folder, so that it comes back into either.
type pictureFiles struct {
	backup.Folder
	ctx   context.Context
	store blob.Store
}

// Each implements backup.Files.
func (p pictureFiles) Each(fn func(backup.FileInfo, io.Reader) error) error {
	if err := p.Folder.Each(fn); err != nil {
		return err
	}
	keys, err := p.store.List(p.ctx, time.Unix(math.MaxInt32, 0))
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := p.one(key, fn); err != nil {
			return err
		}
	}
	return nil
}

func (p pictureFiles) one(key string, fn func(backup.FileInfo, io.Reader) error) error {
	content, err := p.store.Open(p.ctx, key)
	if errors.Is(err, blob.ErrMissing) {
		return nil // removed meanwhile
	}
	if err != nil {
		return err
	}
	defer content.Close()
	return fn(backup.FileInfo{Path: path.Join(picturesFolder, key[:2], key), Mode: 0o600}, content)
}

// Create implements backup.Files.
func (p pictureFiles) Create(f backup.FileInfo) (io.WriteCloser, error) {
	if key := path.Base(f.Path); blob.ValidKey(key) && f.Path == path.Join(picturesFolder, key[:2], key) {
		return &arriving{files: p}, nil
	}
	return p.Folder.Create(f)
}

// arriving is a picture that is put into the store when it is whole.
type arriving struct {
	bytes.Buffer
	files pictureFiles
}

// Close implements io.Closer.
func (a *arriving) Close() error {
	_, err := a.files.store.Put(a.files.ctx, a.Bytes())
	return err
}
