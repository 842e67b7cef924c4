package app_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/app"
	"essaim/internal/platform/clock"
)

// doorway is a server behind a door.
type doorway struct {
	*httptest.Server
	addr    string
	clock   *clock.Manual
	log     bytes.Buffer
	streams atomic.Int64
}

// openDoor starts a server behind a door with these limits, whose proxies stand in 127.0.9.0/24.
func openDoor(t *testing.T, all, block, silent int) *doorway {
	t.Helper()
	d := &doorway{clock: clock.NewManual(time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC))}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a page") }))
	server.Config.ConnState = app.Door(all, block, silent, []netip.Prefix{netip.MustParsePrefix("127.0.9.0/24")}, d.clock,
		slog.New(slog.NewTextHandler(&d.log, nil)), func() int { return int(d.streams.Load()) })
	server.Start()
	t.Cleanup(server.Close)
	d.Server, d.addr = server, server.Listener.Addr().String()
	return d
}

// call opens a connection from an address of this machine, and sends words.
func (d *doorway) call(t *testing.T, from, words string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.Dial("tcp", d.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, _ = io.WriteString(conn, words) // whoever is turned away hears so below
	return conn
}

// served tells whether a connection gets a page, when it has asked for one.
func served(t *testing.T, conn net.Conn) bool {
	t.Helper()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return err == nil && string(body) == "a page"
}

const (
	asking     = "GET / HTTP/1.1\r\nHost: essaim.example\r\n\r\n"
	unfinished = "GET / HTTP/1.1\r\nHost: essaim.example\r\nX: "
)

func TestWhoSaysNothingKeepsOnlyTheirOwnNeighboursOut(t *testing.T) {
	d := openDoor(t, 100, 50, 5)
	first := d.call(t, "127.0.0.1", unfinished)
	for range 4 {
		d.call(t, "127.0.0.1", unfinished)
	}
	for range 20 {
		if served(t, d.call(t, "127.0.0.1", asking)) {
			t.Error("beyond the limit, one was let in")
		}
	}
	if !served(t, d.call(t, "127.0.0.2", asking)) {
		t.Error("a neighbour was turned away")
	}
	for range 10 {
		d.call(t, "127.0.9.1", unfinished)
	}
	if !served(t, d.call(t, "127.0.9.1", asking)) {
		t.Error("a trusted proxy was turned away")
	}
	if _, err := io.WriteString(first, "\r\n\r\n"); err != nil || !served(t, first) {
		t.Errorf("who ends the head late is not served: %v", err)
	}
	if !served(t, d.call(t, "127.0.0.1", asking)) {
		t.Error("there is room again, and nobody comes in")
	}
}

func TestNoBlockOfAddressesTakesAllConnections(t *testing.T) {
	d := openDoor(t, 100, 10, 5)
	for i := range 10 {
		if !served(t, d.call(t, "127.0.0.1", asking)) { // and stays
			t.Fatalf("connection %d was turned away", i)
		}
	}
	if served(t, d.call(t, "127.0.0.1", asking)) {
		t.Error("an eleventh was let in")
	}
	if !served(t, d.call(t, "127.0.0.2", asking)) {
		t.Error("a neighbour was turned away")
	}
}

func TestWhereAllIsFullWhoHasSaidNothingForLongestGoes(t *testing.T) {
	d := openDoor(t, 10, 100, 100)
	d.streams.Store(6)
	silent := d.call(t, "127.0.0.1", unfinished)
	for i := range 20 {
		if !served(t, d.call(t, fmt.Sprintf("127.0.1.%d", i+1), asking)) {
			t.Fatalf("visitor %d was turned away", i)
		}
	}
	_ = silent.SetReadDeadline(time.Now().Add(10 * time.Second))
	if n, err := silent.Read(make([]byte, 1)); n > 0 || err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("who says nothing was kept: %d, %v", n, err)
	}
}

func TestTheLogIsToldOfWhoWasTurnedAwayOnceAMinute(t *testing.T) {
	d := openDoor(t, 100, 1, 1)
	if !served(t, d.call(t, "127.0.0.1", asking)) {
		t.Fatal("the first was turned away")
	}
	for range 30 {
		served(t, d.call(t, "127.0.0.1", asking))
	}
	d.clock.Advance(2 * time.Minute)
	served(t, d.call(t, "127.0.0.1", asking))
	d.Close() // and then the log is ours
	lines := strings.Split(strings.TrimSpace(d.log.String()), "\n")
	// The last of the thirty hears that its connection is shut before the log is looked at, which may be after the clock has moved.
	thirty := regexp.MustCompile(`connections=(29|30)$`)
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "connections=1") || !thirty.MatchString(lines[1]) || strings.Contains(d.log.String(), "127.0") {
		t.Errorf("%q", lines)
	}
}

func TestTheDoorLeavesDescriptorsToTheHouse(t *testing.T) {
	for _, descriptors := range []int{256, 1024, 20_000, 1 << 20} {
		all, block, silent := app.DoorLimits(descriptors)
		if descriptors-all < 32 || all < descriptors*3/4 || block < 200 || silent > 200 || silent > all/8 {
			t.Errorf("of %d: %d, %d, %d", descriptors, all, block, silent)
		}
	}
}
