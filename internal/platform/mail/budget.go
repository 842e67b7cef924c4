package mail

import (
	"errors"
	"net"
	"sync/atomic"
)

// maxReply is how many bytes a server may say in answer to one command, or before the first: a hundred times what any says. The
// library keeps an answer whole, however long it is.
const maxReply = 64 << 10

var errTalkative = errors.New("the server says more than 64 kB at once")

// budgeted is a connection of which no more than maxReply bytes are read between two writes. After that it reads nothing more.
type budgeted struct {
	net.Conn
	left atomic.Int64 // bytes
}

func newBudgeted(conn net.Conn) *budgeted {
	b := &budgeted{Conn: conn}
	b.left.Store(maxReply)
	return b
}

// Read reads as far as the budget reaches.
func (b *budgeted) Read(p []byte) (int, error) {
	left := b.left.Load()
	if left <= 0 {
		return 0, errTalkative
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), left)])
	b.left.Add(-int64(n))
	return n, err
}

// Write opens a new budget, unless the last one was spent.
func (b *budgeted) Write(p []byte) (int, error) {
	if b.left.Load() <= 0 {
		return 0, errTalkative
	}
	b.left.Store(maxReply)
	return b.Conn.Write(p)
}
