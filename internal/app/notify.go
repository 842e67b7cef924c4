package app

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"essaim/internal/platform/config"
)

// supervised tells systemd what becomes of the service (sd_notify(3)): one datagram a word, to the socket that it named. Where
// nobody listens it does nothing.
type supervised struct {
	house *House
	conn  net.Conn // nil for nobody
	every time.Duration
	stop  context.CancelFunc
	run   sync.WaitGroup
}

func (h *House) supervise(by config.Supervisor) *supervised {
	s := &supervised{house: h, every: by.Watchdog / 2}
	if by.Socket == "" {
		return s
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: by.Socket, Net: "unixgram"}) // "@…" is an abstract one
	if err != nil {
		h.Log.Warn("the service manager does not listen", "error", err)
		return s
	}
	s.conn = conn
	return s
}

func (s *supervised) say(words string) {
	if s.conn == nil {
		return
	}
	if _, err := s.conn.Write([]byte(words)); err != nil {
		s.house.Log.Warn("the service manager cannot be told", "error", err)
	}
}

// ready says that visitors are answered, and begins to give signs of life where they are wanted.
func (s *supervised) ready() {
	s.say("READY=1\nSTATUS=serves " + s.house.Origin())
	if s.conn == nil || s.every <= 0 {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.run.Go(func() { s.live(ctx) })
}

func (s *supervised) stopping() { s.say("STOPPING=1\nSTATUS=lets requests under way finish") }

func (s *supervised) close() {
	if s.stop != nil {
		s.stop()
	}
	s.run.Wait()
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// live gives a sign of life as long as the site answers itself in time. That the database is away is no reason to start again:
// the site says so to visitors, and goes on when it is back.
func (s *supervised) live(ctx context.Context) {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.answers(ctx) {
			s.say("WATCHDOG=1")
		}
	}
}

// answers tells whether the site gives any answer to a request for its health.
func (s *supervised) answers(ctx context.Context) bool {
	asking, cancel := context.WithTimeout(ctx, s.every)
	defer cancel()
	r, err := http.NewRequestWithContext(asking, http.MethodGet, s.house.Origin()+"/healthz", nil)
	if err != nil {
		return false
	}
	answered := make(chan struct{})
	go func() { // left behind when the site hangs: then the process ends
		defer close(answered)
		s.house.Web.ServeHTTP(deaf{http.Header{}}, r)
	}()
	select {
	case <-answered:
		return true
	case <-time.After(s.every):
		s.house.Log.Error("the site does not answer itself: no sign of life is given")
		return false
	}
}

// deaf takes an answer and forgets it.
type deaf struct{ header http.Header }

func (d deaf) Header() http.Header         { return d.header }
func (d deaf) Write(p []byte) (int, error) { return len(p), nil }
func (d deaf) WriteHeader(int)             {}
