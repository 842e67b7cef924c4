//go:build !unix

package hub

import "syscall"

const canWriteRaw = false

func writeRaw(syscall.RawConn, []byte) (int, bool) { return 0, false }

func descriptors() int { return 16_384 }
