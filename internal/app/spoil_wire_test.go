package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/storage"
)

// program starts the real program on SQLite, without a guard, and returns where it listens.
func program(t *testing.T) (p *apptest.Process, listen string) {
	t.Helper()
	listen = apptest.FreeAddress(t)
	s := apptest.Settings(t, storage.Options{}, "http://"+listen)
	s.GuardOff, s.Verbose = true, true
	apptest.Plant(t, s)
	return apptest.Start(t, apptest.Args(s, listen)...), listen
}

// wire are requests as no browser writes them. What is between braces is replaced: {host}.
var wire = map[string]string{
	"nothing":                       "",
	"a line end":                    "\r\n\r\n",
	"noise":                         "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	"no host":                       "GET / HTTP/1.1\r\n\r\n",
	"two hosts":                     "GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
	"another host":                  "GET /m/val HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
	"a whole URL":                   "GET http://evil.example/m/val HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
	"an old version":                "GET /m/val\r\n\r\n",
	"HTTP/1.0":                      "GET /m/val HTTP/1.0\r\n\r\n",
	"HTTP/2 in clear":               "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"HTTP/9":                        "GET / HTTP/9.9\r\nHost: {host}\r\n\r\n",
	"no path":                       "GET  HTTP/1.1\r\nHost: {host}\r\n\r\n",
	"a star":                        "OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
	"a tunnel":                      "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
	"up and away":                   "GET /../../../etc/passwd HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
	"up and away in the assets":     "GET /static/../../../etc/passwd HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
	"backslashes":                   "GET /static/..\\..\\essaim.db HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
	"a NUL in the path":             "GET /m/\x00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
	"bytes in the path":             "GET /m/\xff\xfe HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
	"a broken escape":               "GET /m/%zz HTTP/1.1\r\nHost: {host}\r\n\r\n",
	"a long path":                   "GET /" + strings.Repeat("a", 60_000) + " HTTP/1.1\r\nHost: {host}\r\n\r\n",
	"a long query":                  "GET /?" + strings.Repeat("a=1&", 15_000) + " HTTP/1.1\r\nHost: {host}\r\n\r\n",
	"a huge header":                 "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: " + strings.Repeat("a", 1<<20) + "\r\n\r\n",
	"many headers":                  "GET / HTTP/1.1\r\nHost: {host}\r\n" + strings.Repeat("X-A: b\r\n", 20_000) + "\r\n",
	"a huge cookie":                 "GET /m/val HTTP/1.1\r\nHost: {host}\r\nCookie: essaim_session=" + strings.Repeat("a", 60_000) + "\r\n\r\n",
	"a NUL in a header":             "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: a\x00b\r\n\r\n",
	"a header without a name":       "GET / HTTP/1.1\r\nHost: {host}\r\n: a\r\n\r\n",
	"a folded header":               "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: a\r\n b\r\nConnection: close\r\n\r\n",
	"a bare line end":               "GET / HTTP/1.1\nHost: {host}\nConnection: close\n\n",
	"two lengths":                   "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
	"a negative length":             "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
	"a length like none":            "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999999999999\r\n\r\n",
	"a length and chunks":           "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
	"chunks twice":                  "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
	"an unknown transfer":           "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip\r\n\r\n",
	"a broken chunk":                "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\nabc\r\n",
	"a huge chunk":                  "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nffffffffffffffff\r\nabc\r\n",
	"less than was promised":        "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\nConnection: close\r\n\r\ngiven_name=A",
	"a form of twenty million":      "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000000\r\nConnection: close\r\n\r\nmessage=" + strings.Repeat("a", 200_000),
	"a form of no end":              "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + strings.Repeat("8000\r\n"+strings.Repeat("a", 0x8000)+"\r\n", 10),
	"a wait for leave":              "POST /m/val/sign HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nabcde",
	"a program of twenty million":   "POST /api/v1/mobilisations/val/signatures HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\nConnection: close\r\n\r\n{\"message\":\"" + strings.Repeat("a", 200_000),
	"another protocol":              "GET /m/val/count.sse HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
	"a second one behind the first": "GET /m/val/count.json HTTP/1.1\r\nHost: {host}\r\n\r\nGET /m/\x01 HTTP/1.1\r\n\r\n",
	"a mail":                        "HELO evil.example\r\nMAIL FROM:<a@b>\r\n",
}

// TestBrokenBytesOnTheWireHarmNobody sends what never becomes a request, and looks whether the program goes on as before.
func TestBrokenBytesOnTheWireHarmNobody(t *testing.T) {
	t.Parallel()
	p, listen := program(t)
	var all sync.WaitGroup
	for name, raw := range wire {
		all.Go(func() {
			for i, line := range statusLines(exchange(t, listen, strings.ReplaceAll(raw, "{host}", listen))) {
				status, err := strconv.Atoi(line)
				if err != nil || status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported {
					t.Errorf("%s: answer %d is %s", name, i+1, line)
				}
			}
		})
	}
	all.Wait()
	apptest.NewPerson(t, p.URL, nil).MustGet(t, http.StatusOK, "/m/"+apptest.Slug)
	for _, never := range []string{"panic", "request failed", "smuggled"} {
		if strings.Contains(p.Output(), never) {
			t.Errorf("logged %q:\n%s", never, p.Output())
		}
	}
	p.Stop()
}

// exchange sends bytes and returns what comes back before the connection ends, or is silent for a moment.
func exchange(t *testing.T, listen, raw string) string {
	t.Helper()
	conn, err := net.Dial("tcp", listen)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
	go func() {
		_, _ = io.WriteString(conn, raw) // the server may have hung up
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	back, _ := io.ReadAll(conn) // hung up, or silent
	return string(back)
}

// statusLines returns the status of each answer in what came back.
func statusLines(back string) []string {
	var all []string
	for line := range strings.Lines(back) {
		if rest, ok := strings.CutPrefix(line, "HTTP/1."); ok && len(rest) > 5 {
			all = append(all, rest[2:5])
		}
	}
	return all
}

const (
	slowSenders = 150                    // of each kind
	slowStep    = 500 * time.Millisecond // between two bytes
	headersGone = 15 * time.Second       // within which a connection without whole headers is let go
	bodiesGone  = 40 * time.Second       // and one without its whole form
	promptly    = time.Second            // for everybody else
)

// TestSlowSendersHoldNobodyUp keeps hundreds of connections at a byte now and then. Others are answered as ever; those who never
// end their headers are let go, and those who never end their form are told.
func TestSlowSendersHoldNobodyUp(t *testing.T) {
	t.Parallel()
	p, listen := program(t)
	post := "POST /en/m/val/sign HTTP/1.1\r\nHost: " + listen + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"
	var all sync.WaitGroup
	var mu sync.Mutex
	told := map[string]int{}
	send := func(begin string, gone time.Duration) {
		answer, took := dribble(t, listen, begin, gone)
		mu.Lock()
		defer mu.Unlock()
		told[answer]++
		if took > gone {
			t.Errorf("a slow sender held a connection for %s", took)
		}
	}
	for range slowSenders {
		all.Go(func() { send("GET /m/val HTTP/1.1\r\nHost: "+listen+"\r\nX-A: ", headersGone) })
		all.Go(func() { send(post, bodiesGone) })
	}
	over := make(chan struct{})
	go func() {
		all.Wait()
		close(over)
	}()
	visitor, slowest := apptest.NewPerson(t, p.URL, nil), time.Duration(0)
	for waiting := true; waiting; {
		began := time.Now()
		visitor.MustGet(t, http.StatusOK, "/m/"+apptest.Slug)
		visitor.MustGet(t, http.StatusOK, "/signin")
		slowest = max(slowest, time.Since(began))
		select {
		case <-over:
			waiting = false
		case <-time.After(200 * time.Millisecond):
		}
	}
	if slowest > promptly {
		t.Errorf("somebody else waited %s", slowest)
	}
	t.Logf("slow senders were told %v; everybody else waited %s at most", told, slowest)
	if told["408 with words"] < slowSenders*9/10 {
		t.Errorf("slow senders of forms were told %v", told)
	}
}

// senders counts the connections of dribble.
var senders atomic.Uint32

// dribble sends the beginning at once and then a byte at a time, until an answer comes or the connection ends.
func dribble(t *testing.T, listen, begin string, gone time.Duration) (answer string, took time.Duration) {
	// Each comes from an address of its own: the door lets only so many of one say nothing.
	n := senders.Add(1)
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n>>8), byte(n))}}
	conn, err := dialer.DialContext(t.Context(), "tcp", listen)
	if err != nil {
		t.Error(err)
		return "", 0
	}
	defer conn.Close()
	began := time.Now()
	_ = conn.SetReadDeadline(began.Add(gone + 5*time.Second))
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		_, _ = io.WriteString(conn, begin)
		for {
			select {
			case <-stop:
				return
			case <-time.After(slowStep):
				_, _ = io.WriteString(conn, "a") // until the server has hung up
			}
		}
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "nothing", time.Since(began)
	}
	body, _ := io.ReadAll(response.Body) // the connection ends in the middle, for the sender goes on
	_ = response.Body.Close()
	answer = fmt.Sprint(response.StatusCode)
	if strings.Contains(string(body), `<html lang="en"`) && strings.Contains(string(body), "<h1") {
		answer += " with words"
	}
	return answer, time.Since(began)
}
