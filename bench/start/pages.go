package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"essaim/bench/figure"
	"essaim/bench/stand"
)

// readersWord is the first argument of the program when it is to be the open pages.
const readersWord = "readers"

// heard is when each number came, in nanoseconds since 1970: one list for each number that was told.
type heard map[int64][]int64

// openPages has somebody sign and confirm each second, and measures how long after the confirmation is on disk its number is on
// each of the open pages. The pages live in a process of their own, so that their memory is not the site's.
func (b *bench) openPages(ctx context.Context) error {
	data, err := b.empty("pages")
	if err != nil {
		return err
	}
	site, err := stand.Start(ctx, stand.Options{Data: data, Places: b.places, GuardOff: true, Workers: true})
	if err != nil {
		return err
	}
	defer site.Kill()
	before, err := settled(site)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	others := exec.CommandContext(ctx, program, readersWord, "-addr", site.Addr(), "-pages", strconv.Itoa(b.pages))
	others.Stderr = os.Stderr
	end, err := others.StdinPipe()
	if err != nil {
		return err
	}
	said, err := others.StdoutPipe()
	if err != nil {
		return err
	}
	if err := others.Start(); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(said, 1<<20)
	if _, err := lines.ReadString('\n'); err != nil { // all pages are open
		return fmt.Errorf("the pages do not open: %w", err)
	}
	told, err := b.tell(ctx, site)
	if err != nil {
		return err
	}
	after, err := settled(site)
	if err != nil {
		return err
	}
	if err := end.Close(); err != nil {
		return err
	}
	var times heard
	if err := json.NewDecoder(lines).Decode(&times); err != nil {
		return err
	}
	b.compare(told, times, float64(after-before)/float64(b.pages))
	return others.Wait()
}

// tell has a new number counted each second, and returns when each was on disk, in nanoseconds since 1970.
func (b *bench) tell(ctx context.Context, site *stand.Site) (map[int64]int64, error) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	told := map[int64]int64{}
	for range b.seconds {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
		pair, err := site.Lines("/count")
		if err != nil {
			return nil, err
		}
		number, err := strconv.ParseInt(pair[0], 10, 64)
		if err != nil {
			return nil, err
		}
		if told[number], err = strconv.ParseInt(pair[1], 10, 64); err != nil {
			return nil, err
		}
	}
	time.Sleep(2 * time.Second) // for the last number
	return told, nil
}

// settled returns the site's memory after its garbage was collected.
func settled(site *stand.Site) (int64, error) {
	if _, err := site.Ask("/collect"); err != nil {
		return 0, err
	}
	return stand.Memory(site.PID())
}

func (b *bench) compare(told map[int64]int64, times heard, bytes float64) {
	var late []time.Duration
	missed := 0
	for number, since := range told {
		for _, at := range times[number] {
			late = append(late, time.Duration(at-since))
		}
		missed += b.pages - len(times[number])
	}
	slices.Sort(late)
	name := fmt.Sprintf("counter on %d open pages, 99 of 100 within", b.pages)
	b.table.Most(name, milliseconds(figure.Percentile(late, 99)), "ms", 250)
	b.table.Note("  half of them within", milliseconds(figure.Percentile(late, 50)), "ms")
	b.table.Most("  numbers that did not come", 100*float64(missed)/float64(len(told)*b.pages), "%", 0)
	b.table.Most("  memory of the site for one", bytes/1000, "kB", 30)
}

// readers is the other process: it opens the pages, notes what comes until its input ends, and tells. It returns the exit code.
func readers(args []string) int {
	var addr string
	var pages int
	flags := flag.NewFlagSet(readersWord, flag.ContinueOnError)
	flags.StringVar(&addr, "addr", "", "")
	flags.IntVar(&pages, "pages", 0, "")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := read(addr, pages); err != nil {
		fmt.Fprintln(os.Stderr, "the open pages:", err)
		return 1
	}
	return 0
}

func read(addr string, pages int) error {
	conns := make([]net.Conn, pages)
	for i := range conns {
		conn, err := open(addr, i)
		if err != nil {
			return fmt.Errorf("page %d: %w", i, err)
		}
		conns[i] = conn
	}
	times, mu := heard{}, sync.Mutex{}
	var ready atomic.Int64
	var group sync.WaitGroup
	all := make(chan struct{})
	for _, conn := range conns {
		group.Go(func() {
			listen(conn, func(number, at int64) {
				mu.Lock()
				defer mu.Unlock()
				times[number] = append(times[number], at)
			}, func() {
				if ready.Add(1) == int64(pages) {
					close(all)
				}
			})
		})
	}
	<-all
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark has told all
	for _, conn := range conns {
		_ = conn.Close()
	}
	group.Wait()
	return json.NewEncoder(os.Stdout).Encode(times)
}

// open is one browser that asks for the counter, from an address of its own network.
func open(addr string, i int) (net.Conn, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, byte(1+i/40_000), byte(1+i/200%200), byte(1+i%200))}}
	conn, err := dialer.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(conn, "GET /m/"+stand.Slug+"/count.sse HTTP/1.1\r\nHost: "+addr+"\r\nUser-Agent: Mozilla/5.0\r\n"+
		"Accept: text/event-stream\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nCache-Control: no-cache\r\n\r\n")
	return conn, err
}

// listen notes each number of a stream, until the connection ends. It calls opened at the end of the answer's head.
func listen(conn net.Conn, note func(number, at int64), opened func()) {
	lines, head := bufio.NewReaderSize(conn, 1<<10), true
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		at := time.Now().UnixNano()
		if head && strings.TrimSpace(line) == "" {
			head = false
			opened()
		}
		var word struct{ Count int64 }
		if text, ok := strings.CutPrefix(line, "data: "); ok && json.Unmarshal([]byte(text), &word) == nil {
			note(word.Count, at)
		}
	}
}
