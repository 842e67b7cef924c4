// Package guardtest solves guard's challenges, for tests and load generators.
package guardtest

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strconv"

	"essaim/internal/platform/guard"
)

// Solve returns the first solution that brings difficulty bits of work (0 to 32) for this challenge, subject and address:
// 2^difficulty hashes on average, 5 ms for 16 bits on one core.
func Solve(challenge, subject, email string, difficulty int) string {
	seed := sha256.Sum256([]byte(challenge + "\n" + subject + "\n" + guard.Normal(email)))
	try := make([]byte, len(seed)+4)
	copy(try, seed[:])
	for counter := uint32(0); ; counter++ {
		binary.BigEndian.PutUint32(try[len(seed):], counter)
		sum := sha256.Sum256(try)
		if bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:4])) >= difficulty {
			return strconv.FormatUint(uint64(counter), 10)
		}
	}
}
