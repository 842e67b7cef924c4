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

// descriptors returns how many files and sockets the process may hold.
func descriptors() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(limit.Cur, 1<<20))
}
