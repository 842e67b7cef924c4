//go:build !unix

package hub

import "syscall"

const canWriteRaw = false

func writeRaw(syscall.RawConn, []byte) (int, bool) { return 0, false }

func isOpen(syscall.RawConn) bool { return true }

// Descriptors returns how many files and sockets the process may hold.
func Descriptors() int { return 16_384 }
