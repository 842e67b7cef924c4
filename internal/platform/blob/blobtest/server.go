package blobtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"essaim/internal/platform/blob"
	"essaim/internal/platform/clock"
)

// Bucket is the one bucket of a Server.
const Bucket = "essaim"

// Server speaks S3 on this machine's loopback, and keeps all in memory.
type Server struct {
	host string
	mu   sync.Mutex
	code string // what it answers to everything; empty for the truth
	why  int
	seen []string // what was asked: method and path
}

// New starts a server whose times are those of a clock. It ends with the test.
func New(t testing.TB, c clock.Clock) *Server {
	t.Helper()
	memory := s3mem.New(s3mem.WithTimeSource(source{c}))
	if err := memory.CreateBucket(Bucket); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(memory, gofakes3.WithTimeSource(source{c}), gofakes3.WithTimeSkewLimit(0), gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	s := &Server{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		code, why := s.code, s.why
		s.seen = append(s.seen, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		if code == "" {
			fake.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(why)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
	}))
	t.Cleanup(server.Close)
	s.host = strings.TrimPrefix(server.URL, "http://")
	return s
}

// Address is that of a folder in the bucket.
func (s *Server) Address(folder string) string {
	return "s3://" + s.host + "/" + Bucket + "/" + folder + "?plain=yes&private=yes"
}

// KeyText is a file of keys that fits.
func (s *Server) KeyText() string { return "# of a test\n" + s.host + " essaim-access essaim-secret\n" }

// Refuse answers with an error from now on, such as 403, "InvalidAccessKeyId"; an empty code ends that.
func (s *Server) Refuse(status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code, s.why = code, status
}

// Seen tells what was asked: method and path.
func (s *Server) Seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// Open opens a folder in the bucket.
func (s *Server) Open(t testing.TB, folder string) *blob.Bucket {
	t.Helper()
	keys, err := blob.ParseKeys(s.KeyText())
	if err != nil {
		t.Fatal(err)
	}
	b, err := blob.OpenBucket(s.Address(folder), keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// source gives gofakes3 the time.
type source struct{ clock.Clock }

// Since implements gofakes3.TimeSource.
func (s source) Since(t time.Time) time.Duration { return s.Now().Sub(t) }
