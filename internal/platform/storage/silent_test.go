package storage_test

import (
	"context"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// relay stands between us and a server, and can fall silent as a network does that loses a cable: nothing is refused, nothing
// comes.
type relay struct {
	net.Listener
	to     string
	silent atomic.Bool
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: listener, to: to}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			other, err := net.Dial("tcp", r.to)
			if err != nil {
				_ = conn.Close()
				continue
			}
			group.Go(func() { r.carry(conn, other) })
			group.Go(func() { r.carry(other, conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); group.Wait() })
	return r
}

// carry copies until one side ends; what comes while the relay is silent is lost.
func (r *relay) carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if r.silent.Load() {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func TestASilentDatabaseIsAnErrorAndNotAWait(t *testing.T) {
	o := storagetest.Postgres(t)
	address, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	between := newRelay(t, address.Host)
	address.Host = between.Addr().String()
	o.URL, o.Patience = address.String(), 200*time.Millisecond
	db := storagetest.Open(t, o, migrations())
	if err := db.InTx(t.Context(), insert("before")); err != nil {
		t.Fatal(err)
	}
	between.silent.Store(true)
	failed := make(chan error, 1)
	go func() { failed <- db.InTx(context.Background(), insert("meanwhile")) }()
	select {
	case err := <-failed:
		if !storage.Unavailable(err) {
			t.Errorf("it says: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting")
	}
	between.silent.Store(false)
	if err := db.InTx(t.Context(), insert("after")); err != nil {
		t.Errorf("the server is back: %v", err)
	}
}

func TestAConnectionThatWaitedLongIsStillGood(t *testing.T) {
	o := storagetest.Postgres(t)
	o.Patience = time.Second
	db := storagetest.Open(t, o, migrations())
	for _, key := range []string{"one", "two", "three"} {
		if err := db.InTx(t.Context(), insert(key)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(o.Patience + o.Patience/10) // the deadline of the last transaction passes
	}
	if _, _, reruns := db.Stats(); reruns != 0 {
		t.Errorf("%d batches ran again: the deadline outlived its transaction", reruns)
	}
}
