package hub_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/hub"
)

// The benchmark's pages live in a process of their own, so that their memory is not counted, and each process has its
// own descriptors. The flags are how the benchmark speaks to it.
var (
	clientOf    = flag.String("hub.to", "", "open pages on this address (set by the benchmark)")
	clientPages = flag.Int("hub.pages", 0, "how many (set by the benchmark)")
	clientTLS   = flag.Bool("hub.tls", false, "over TLS (set by the benchmark)")
)

const rounds = 15 // seconds, at one word a second

// BenchmarkOpenPages measures how late a counter arrives on open pages at 1 Hz, and what a page costs the server.
// It wants `-benchtime 1x` and two descriptors a page.
func BenchmarkOpenPages(b *testing.B) {
	for _, secure := range []bool{false, true} {
		for _, pages := range []int{1000, 5000, 9000} {
			b.Run(fmt.Sprintf("tls=%v/pages=%d", secure, pages), func(b *testing.B) {
				for b.Loop() {
					openPages(b, pages, secure)
				}
			})
		}
	}
}

func openPages(b *testing.B, pages int, secure bool) {
	h := hub.New(hub.Options{MaxPages: pages})
	defer h.Close()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeSSE(w, r, "t") }))
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	defer server.Close()
	before := resident(b)
	client := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestClientProcess$", "-test.v=false",
		"-hub.to="+server.Listener.Addr().String(), "-hub.pages="+strconv.Itoa(pages), "-hub.tls="+strconv.FormatBool(secure))
	var out bytes.Buffer
	client.Stdout, client.Stderr = &out, os.Stderr
	if err := client.Start(); err != nil {
		b.Fatal(err)
	}
	for end := time.Now().Add(2 * time.Minute); h.Pages() < pages; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("%d of %d pages are open", h.Pages(), pages)
		}
	}
	b.ReportMetric(float64(resident(b)-before)/float64(pages), "B/page-at-once")
	for range rounds {
		time.Sleep(time.Second)
		h.Publish("t", strconv.AppendInt(nil, time.Now().UnixNano(), 10))
	}
	after := resident(b)
	time.Sleep(time.Second)
	h.Close()
	if err := client.Wait(); err != nil {
		b.Fatal(err)
	}
	report(b, out.String(), pages, after-before)
}

// resident returns the resident memory of this process, in bytes.
func resident(b *testing.B) int {
	runtime.GC()
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("no /proc: ", err)
	}
	n, err := strconv.Atoi(strings.Fields(string(raw))[1])
	if err != nil {
		b.Fatal(err)
	}
	return n * os.Getpagesize()
}

// result is what the client's process prints.
type result struct {
	Heard         int
	P50, P99, Max time.Duration
}

func report(b *testing.B, out string, pages, bytes int) {
	var r result
	line, _, _ := strings.Cut(out[strings.Index(out, "{"):], "\n")
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		b.Fatal(err, out)
	}
	if r.Heard < pages*rounds*99/100 {
		b.Errorf("%d of %d words were heard", r.Heard, pages*rounds)
	}
	b.ReportMetric(float64(bytes)/float64(pages), "B/page")
	b.ReportMetric(r.P50.Seconds()*1000, "ms-p50")
	b.ReportMetric(r.P99.Seconds()*1000, "ms-p99")
	b.ReportMetric(r.Max.Seconds()*1000, "ms-max")
	b.ReportMetric(0, "ns/op")
}

// TestClientProcess is the other process of BenchmarkOpenPages, and nothing else.
func TestClientProcess(t *testing.T) {
	if *clientOf == "" {
		t.Skip("the benchmark's own")
	}
	var all sync.WaitGroup
	late := make([][]time.Duration, *clientPages)
	doors := make(chan struct{}, 64)
	for i := range late {
		doors <- struct{}{}
		all.Go(func() {
			conn, err := dial()
			<-doors
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			late[i] = hear(conn)
		})
	}
	all.Wait()
	sorted := slices.Concat(late...)
	slices.Sort(sorted)
	if len(sorted) == 0 {
		t.Fatal("nothing was heard")
	}
	raw, err := json.Marshal(result{Heard: len(sorted), P50: sorted[len(sorted)/2], P99: sorted[len(sorted)*99/100], Max: sorted[len(sorted)-1]})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(string(raw))
}

func dial() (conn net.Conn, err error) {
	if *clientTLS {
		conn, err = tls.Dial("tcp", *clientOf, &tls.Config{InsecureSkipVerify: true})
	} else {
		conn, err = net.Dial("tcp", *clientOf)
	}
	if err == nil {
		_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/event-stream\r\n\r\n")
	}
	return conn, err
}

// hear returns how late each word came, until the connection ends.
func hear(conn net.Conn) (late []time.Duration) {
	buffer := make([]byte, 512)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return late
		}
		now := time.Now()
		if _, text, ok := bytes.Cut(buffer[:n], []byte("data: ")); ok {
			stamp, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
			if err == nil {
				late = append(late, now.Sub(time.Unix(0, stamp)))
			}
		}
	}
}
