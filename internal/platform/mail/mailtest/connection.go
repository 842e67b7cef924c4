package mailtest

import (
	"net"
	"sync"
)

// Connections returns how many connections were made since the start.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Open returns how many connections are open.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

func (s *Server) counted(opened int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += opened
	if opened > 0 {
		s.connections++
	}
}

// counter counts the connections of a listener.
type counter struct {
	net.Listener
	server *Server
}

// Accept implements net.Listener.
func (c *counter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.server.counted(1)
	return &countedConn{Conn: conn, server: c.server}, nil
}

type countedConn struct {
	net.Conn
	server *Server
	once   sync.Once
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.once.Do(func() { c.server.counted(-1) })
	return c.Conn.Close()
}
