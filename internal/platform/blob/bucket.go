package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"essaim/internal/platform/fetch"
)

// Bucket is a place for named objects on a server that speaks S3. An object is there whole or not at all. It is safe for concurrent
// use. Errors are *Trouble, ErrMissing, or the context's.
type Bucket struct {
	address Address
	client  *minio.Client
	http    *fetch.Client
}

// Object is something in a bucket.
type Object struct {
	Name    string // below the prefix of the address
	Bytes   int64
	Changed time.Time
}

const (
	// partSize is how much of a stream is held in memory, in bytes: of 10,000 parts, 160 GB.
	partSize = 16 << 20
	// answerTime is how long a server may be silent.
	answerTime = time.Minute
	// tries is how often a request is made, with some hundred milliseconds between.
	tries = 4
)

// OpenBucket asks nobody anything yet.
func OpenBucket(address string, keys Keys) (*Bucket, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	b := &Bucket{address: a}
	key, ok := keys.find(a)
	if !ok {
		told := noKey
		told.Place = a.String()
		return nil, &told
	}
	b.http = fetch.New(fetch.Options{AllowPrivate: a.Private, Ports: []int{a.port()}, Timeout: answerTime})
	b.client, err = minio.New(a.Host, &minio.Options{
		Creds: credentials.NewStaticV4(key.access, key.secret, ""), Secure: !a.Plain, Region: a.Region, Transport: b.http.HTTP().Transport, MaxRetries: tries,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	return b, nil
}

// String is the address, without what only the program needs.
func (b *Bucket) String() string { return b.address.String() }

// Close lets go of the connections.
func (b *Bucket) Close() { b.http.Close() }

// Put makes an object, in place of one that has that name.
func (b *Bucket) Put(ctx context.Context, name string, content []byte) error {
	_, err := b.client.PutObject(ctx, b.address.Bucket, b.address.name(name), bytes.NewReader(content), int64(len(content)), putOptions())
	return b.trouble(err)
}

// putOptions ask for the oldest of sums, which all servers check, and which is signed with the request.
func putOptions() minio.PutObjectOptions {
	return minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableContentSha256: true, PartSize: partSize}
}

// Write makes an object of what write writes, of any length. When write fails, there is no object.
func (b *Bucket) Write(ctx context.Context, name string, write func(io.Writer) error) error {
	in, out := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := write(out)
		if err != nil {
			_ = out.CloseWithError(errNotWritten) // an end of file would be taken for the end
		} else {
			_ = out.Close()
		}
		wrote <- err
	}()
	_, err := b.client.PutObject(ctx, b.address.Bucket, b.address.name(name), in, -1, putOptions())
	_ = in.CloseWithError(errNotSent) // who writes learns that nobody reads any more
	if failed := <-wrote; failed != nil && (err == nil || errors.Is(err, errNotWritten)) {
		return failed
	}
	return b.trouble(err) // who wrote was only the first to notice
}

var (
	errNotWritten = errors.New("what was to be kept could not be written")
	errNotSent    = errors.New("the server takes no more")
)

// Open returns an object; ErrMissing when there is none.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	object, err := b.client.GetObject(ctx, b.address.Bucket, b.address.name(name), minio.GetObjectOptions{})
	if err != nil {
		return nil, b.trouble(err)
	}
	if _, err := object.Stat(); err != nil {
		_ = object.Close()
		return nil, b.trouble(err)
	}
	return object, nil
}

// stat tells about one object.
func (b *Bucket) stat(ctx context.Context, name string) (Object, error) {
	info, err := b.client.StatObject(ctx, b.address.Bucket, b.address.name(name), minio.StatObjectOptions{})
	if err != nil {
		return Object{}, b.trouble(err)
	}
	return Object{Name: name, Bytes: info.Size, Changed: info.LastModified}, nil
}

// List tells of all objects whose names begin with begin.
func (b *Bucket) List(ctx context.Context, begin string) (all []Object, err error) {
	for info := range b.client.ListObjectsIter(ctx, b.address.Bucket, minio.ListObjectsOptions{Prefix: b.address.name(begin), Recursive: true}) {
		if info.Err != nil {
			return nil, b.trouble(info.Err)
		}
		name := info.Key
		if b.address.Prefix != "" {
			name = strings.TrimPrefix(name, b.address.Prefix+"/")
		}
		all = append(all, Object{Name: name, Bytes: info.Size, Changed: info.LastModified})
	}
	return all, ctx.Err()
}

// Remove deletes an object. That there is none is no error.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	err := b.trouble(b.client.RemoveObject(ctx, b.address.Bucket, b.address.name(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrMissing) {
		return nil
	}
	return err
}

// Tidy deletes what Write had begun before a time, and a crash left half sent: nobody sees it, and it takes room.
func (b *Bucket) Tidy(ctx context.Context, before time.Time) error {
	for half := range b.client.ListIncompleteUploads(ctx, b.address.Bucket, b.address.name(""), true) {
		if half.Err != nil {
			return b.trouble(half.Err)
		}
		if !half.Initiated.Before(before) {
			continue
		}
		if err := b.client.RemoveIncompleteUpload(ctx, b.address.Bucket, half.Key); err != nil {
			return b.trouble(err)
		}
	}
	return ctx.Err()
}

// Check tries what is needed: list, write, read, delete. The object that it makes is gone afterwards.
func (b *Bucket) Check(ctx context.Context) error {
	const name = "essaim-check.part"
	if err := b.Put(ctx, name, []byte(name)); err != nil {
		return err
	}
	object, err := b.Open(ctx, name)
	if err == nil {
		err = object.Close()
	}
	if err == nil {
		_, err = b.List(ctx, name)
	}
	return errors.Join(err, b.Remove(ctx, name))
}
