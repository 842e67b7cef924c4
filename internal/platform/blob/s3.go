package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"sync"
	"time"
)

// S3 is a Store of objects: Folder/ab/abcd… in a bucket, for sites of several machines. Times are the server's.
//
// Put and Remove of one key do not meet in this process. On two machines they might, within the milliseconds between the look and the
// deletion: of a picture that nobody has used for a day, and somebody sends again in that moment. It must then be sent once more.
type S3 struct {
	bucket *Bucket
	folder string
	mu     sync.Mutex
}

// NewS3 returns the store in a folder of a bucket.
func NewS3(bucket *Bucket, folder string) *S3 { return &S3{bucket: bucket, folder: folder} }

func (s *S3) name(key string) string { return path.Join(s.folder, key[:2], key) }

// Put implements Store. It is always sent: so what was there gets young.
func (s *S3) Put(ctx context.Context, content []byte) (string, error) {
	key := Key(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.bucket.Put(ctx, s.name(key), content); err != nil {
		return "", fmt.Errorf("keep a blob: %w", err)
	}
	return key, nil
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if !ValidKey(key) {
		return nil, ErrMissing
	}
	object, err := s.bucket.Open(ctx, s.name(key))
	if err != nil && !errors.Is(err, ErrMissing) {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	return object, err
}

// List implements Store.
func (s *S3) List(ctx context.Context, before time.Time) (keys []string, err error) {
	all, err := s.bucket.List(ctx, s.folder+"/")
	for _, object := range all {
		if key := path.Base(object.Name); ValidKey(key) && object.Name == s.name(key) && object.Changed.Before(before) {
			keys = append(keys, key)
		}
	}
	return keys, err
}

// Remove implements Store.
func (s *S3) Remove(ctx context.Context, key string, before time.Time) error {
	if !ValidKey(key) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	object, err := s.bucket.stat(ctx, s.name(key))
	if errors.Is(err, ErrMissing) || err == nil && !object.Changed.Before(before) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.bucket.Remove(ctx, s.name(key))
}
