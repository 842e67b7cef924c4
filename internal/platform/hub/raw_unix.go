//go:build unix

package hub

import "syscall"

const canWriteRaw = true

// writeRaw writes what the socket takes at once, and tells whether the connection still stands.
func writeRaw(raw syscall.RawConn, data []byte) (n int, ok bool) {
	var failure error
	err := raw.Write(func(fd uintptr) bool {
		for {
			n, failure = syscall.Write(int(fd), data)
			if failure != syscall.EINTR {
				return true // never wait
			}
		}
	})
	if failure == syscall.EAGAIN {
		return 0, err == nil
	}
	return max(n, 0), err == nil && failure == nil
}

// isOpen tells whether the peer has not closed the connection. What the peer says is thrown away: it has nothing to say.
func isOpen(raw syscall.RawConn) bool {
	var n int
	var failure error
	var words [64]byte
	err := raw.Read(func(fd uintptr) bool {
		for {
			n, failure = syscall.Read(int(fd), words[:])
			if failure != syscall.EINTR {
				return true // never wait
			}
		}
	})
	return err == nil && (n > 0 || failure == syscall.EAGAIN)
}

// Descriptors returns how many files and sockets the process may hold.
func Descriptors() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(limit.Cur, 1<<20))
}
