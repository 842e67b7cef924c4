package vault

import "bytes"

// Pad makes plain up to a whole number of steps, in bytes, so that what is sealed says little of how long it is. What is padded
// must not end in a zero byte.
func Pad(plain []byte, step int) []byte {
	return append(bytes.Clone(plain), make([]byte, (step-len(plain)%step)%step)...)
}

// Unpad takes off what Pad added; what was never padded stays as it is.
func Unpad(padded []byte) []byte { return bytes.TrimRight(padded, "\x00") }
