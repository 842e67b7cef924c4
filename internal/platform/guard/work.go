package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/id"
)

// bucket is how long one challenge is handed out. It is taken as long again.
const bucket = 10 * time.Minute

// Challenge returns the present challenge of a subject: the same for everybody and on all nodes, impossible to know
// beforehand, so that no work can be hoarded.
func (g *Guard) Challenge(subject string) string {
	return g.challengeAt(subject, g.clock.Now())
}

func (g *Guard) challengeAt(subject string, t time.Time) string {
	sum := g.sign("challenge", subject, strconv.FormatInt(t.Unix()/int64(bucket/time.Second), 10))
	return id.Encode(sum[:16])
}

// workDone returns the bits of work in r's solution, -1 when its challenge is not ours or too old.
func (g *Guard) workDone(r Request, now time.Time) int {
	if len(r.Challenge) != id.TokenLen {
		return -1
	}
	for _, issued := range []time.Time{now, now.Add(-bucket)} {
		if hmac.Equal([]byte(g.challengeAt(r.Subject, issued)), []byte(r.Challenge)) {
			return Work(r.Challenge, r.Subject, r.Email, r.Solution)
		}
	}
	return -1
}

// Work returns the bits of work in a solution: the zero bits at the head of
//
//	SHA-256(SHA-256(challenge LF subject LF address) ‖ solution as 32 bits, big-endian)
//
// or -1 when the solution is no number of 32 bits. The inner hash makes each try one block of SHA-256, however long the
// address is. The script counts the same way; testdata/vectors.json binds the two.
func Work(challenge, subject, email, solution string) int {
	counter, err := strconv.ParseUint(solution, 10, 32)
	if err != nil {
		return -1
	}
	seed := sha256.Sum256([]byte(challenge + "\n" + subject + "\n" + Normal(email)))
	sum := sha256.Sum256(binary.BigEndian.AppendUint32(seed[:], uint32(counter)))
	zeros := 0
	for word := range 4 {
		n := bits.LeadingZeros64(binary.BigEndian.Uint64(sum[8*word:]))
		zeros += n
		if n < 64 {
			break
		}
	}
	return zeros
}

// Normal returns an address as the work binds it: trimmed and in lower case, both in ASCII only, since Go and
// JavaScript differ beyond.
func Normal(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.Trim(email, " \t\r\n\f\v"))
}

// sign returns the MAC of parts, told apart by their lengths.
func (g *Guard) sign(parts ...string) []byte {
	mac := hmac.New(sha256.New, g.key)
	mac.Write(joined(nil, parts))
	return mac.Sum(nil)
}

// joined appends parts to buffer, each behind its length, so that no two lists look alike.
func joined(buffer []byte, parts []string) []byte {
	for _, part := range parts {
		buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(part)))
		buffer = append(buffer, part...)
	}
	return buffer
}
