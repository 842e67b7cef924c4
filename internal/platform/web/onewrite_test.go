package web_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// lengths are below and above the buffers of net/http, and above what is held.
var lengths = []int{0, 1, 3000, 4096, 9000, 64 << 10, 200_000}

// writeTime is short for a test that waits for its end, and long for every other.
const writeTime = 2 * time.Second

// listening serves cached pages of several lengths, over TLS when there is a certificate, and returns their address.
func listening(t *testing.T, secure *tls.Config) string {
	t.Helper()
	s := webtest.New(t, clock.System())
	s.Serve(t, web.Route{Method: http.MethodGet, Path: "/page/{length}", Right: perm.Anyone, Cached: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var n int
			if _, err := fmt.Sscan(r.PathValue("length"), &n); err != nil {
				return err
			}
			_, err := io.WriteString(w, strings.Repeat("x", n))
			return err
		}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: s, TLSConfig: secure, WriteTimeout: writeTime}
	ended := make(chan error, 1)
	go func() { ended <- s.ServeOn(server, listener) }()
	t.Cleanup(func() {
		if err := server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func certificate(t *testing.T) *tls.Config {
	t.Helper()
	server := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(server.Close)
	return &tls.Config{Certificates: slices.Clone(server.TLS.Certificates)}
}

func TestPagesFromMemoryArriveWholeOnEveryKindOfConnection(t *testing.T) {
	for _, c := range []struct {
		name   string
		tls    *tls.Config
		second bool
	}{{"plain", nil, false}, {"tls", certificate(t), false}, {"http2", certificate(t), true}} {
		t.Run(c.name, func(t *testing.T) {
			scheme := "http"
			if c.tls != nil {
				scheme = "https"
			}
			url := scheme + "://" + listening(t, c.tls) + "/page/"
			client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
				TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: c.second, DisableCompression: true,
			}}
			defer client.CloseIdleConnections()
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					for range 20 {
						for _, n := range lengths {
							fetch(t, client, fmt.Sprint(url, n), n, c.second)
						}
					}
				})
			}
			group.Wait()
		})
	}
}

func fetch(t *testing.T, client *http.Client, url string, n int, second bool) {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || len(body) != n || answer.ContentLength != int64(n) || answer.ProtoAtLeast(2, 0) != second {
		t.Errorf("%s: %s, %d bytes, said %d: %v", url, answer.Proto, len(body), answer.ContentLength, err)
	}
}

func TestAPageFromMemoryIsSentAtOnce(t *testing.T) {
	conn, err := net.Dial("tcp", listening(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(clock.System().Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 1<<20)
	for i := range 20 {
		if _, err := io.WriteString(conn, "GET /page/9000 HTTP/1.1\r\nHost: essaim.example\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 { // made now, through the table of routes
			for n < 9000 {
				more, err := conn.Read(buffer[n:])
				if err != nil {
					t.Fatal(err)
				}
				n += more
			}
			continue
		}
		if n < 9000 {
			t.Fatalf("the first of several parts has %d bytes", n)
		}
	}
}

// A visitor who leaves in the middle must not harm the next one.
func TestAVisitorWhoLeavesHarmsNobody(t *testing.T) {
	addr := listening(t, nil)
	for range 50 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, strings.Repeat("GET /page/65536 HTTP/1.1\r\nHost: essaim.example\r\n\r\n", 3)); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	fetch(t, client, "http://"+addr+"/page/9000", 9000, false)
}

// What is left of an answer that took too long must not stand before the next one.
func TestHalfAnAnswerIsTheLastOfItsConnection(t *testing.T) {
	conn, err := net.Dial("tcp", listening(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const asked = 400 // more than the kernel holds
	if _, err := io.WriteString(conn, strings.Repeat("GET /page/65000 HTTP/1.1\r\nHost: essaim.example\r\n\r\n", asked)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * writeTime) // the reader stalls, then reads all that comes
	if err := conn.SetReadDeadline(clock.System().Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	whole, in := 0, bufio.NewReader(conn)
	for ; ; whole++ {
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			break
		}
		body, err := io.ReadAll(answer.Body)
		if strings.Trim(string(body), "x") != "" {
			t.Fatalf("answer %d holds another one", whole)
		}
		if err != nil {
			break
		}
	}
	if whole == asked {
		t.Fatal("the reader did not stall: the test tests nothing")
	}
}
