package web

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// net/http hands an answer to the connection four kilobytes at a time, and TLS cuts it smaller still. For a page from memory
// each of these writes costs the kernel more than all of our own work. So a connection can be told to hold what it is given
// until the page is whole, and then sends it in one write.

// maxHeld is the longest page that is copied together, in bytes; net/http writes what is longer in few parts by itself.
const maxHeld = 64 << 10

// ServeOn answers on l, which has no TLS yet, until server is shut down: as server.Serve does, or as server.ServeTLS when it
// has a TLSConfig with a certificate. The caller has made server with s as its handler.
func (s *Server) ServeOn(server *http.Server, l net.Listener) error {
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if secure, ok := c.(*tls.Conn); ok {
			c = secure.NetConn()
		}
		return context.WithValue(ctx, connKey{}, c)
	}
	if server.TLSConfig != nil {
		return server.ServeTLS(holdingListener{l}, "", "")
	}
	return server.Serve(holdingListener{l})
}

type connKey struct{}

type holdingListener struct{ net.Listener }

func (l holdingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &holdingConn{TCPConn: tcp}, err
	}
	return c, err // a Unix socket: as it is
}

// holdingConn is a connection that can wait for a whole answer.
type holdingConn struct {
	*net.TCPConn
	mu   sync.Mutex // TLS may answer its peer while a page is being written
	held *[]byte    // nil while it does not wait
}

var heldBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

// Write keeps p while the connection waits, else sends it.
func (c *holdingConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		return c.TCPConn.Write(p)
	}
	*c.held = append(*c.held, p...)
	return len(p), nil
}

func (c *holdingConn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = heldBuffers.Get().(*[]byte)
}

// release sends what was held. When not all of it can be sent, the connection is closed: net/http takes it for sent, and would
// put the next answer behind half of this one.
func (c *holdingConn) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.held
	c.held = nil
	if _, err := c.TCPConn.Write(*held); err != nil {
		_ = c.TCPConn.Close()
	}
	*held = (*held)[:0]
	heldBuffers.Put(held)
}

// writeWhole writes the body of an answer whose header is set, with the header in one write where the connection can. Over
// HTTP/2 the connection has other answers under way, and net/http gathers by itself.
func writeWhole(w http.ResponseWriter, r *http.Request, body []byte) {
	c, ours := r.Context().Value(connKey{}).(*holdingConn)
	flusher, direct := w.(http.Flusher)
	if !ours || !direct || r.ProtoMajor != 1 || len(body) > maxHeld {
		_, _ = w.Write(body) // the visitor has gone: nothing to do
		return
	}
	c.hold()
	defer c.release() // also when Write panics
	_, _ = w.Write(body)
	flusher.Flush()
}
