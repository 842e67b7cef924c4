// Package id makes identifiers and secrets.
//
// Identifiers are time-ordered, so that a busy table grows at one end of its index (random keys halve the rate of
// insertion); secrets are not. Both are lower-case letters and digits that can be read aloud: Crockford's base 32, without
// i, l, o and u.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math/big"
	"time"
)

const (
	// Len is the length of an identifier, in bytes.
	Len = 24
	// TokenLen is the length of a token, in bytes.
	TokenLen = 26
)

var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// New returns an identifier of Len characters: 48 bits of milliseconds of t, then 72 random bits. Identifiers of
// different milliseconds sort by time.
func New(t time.Time) string {
	var raw [15]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(t.UnixMilli())<<16)
	rand.Read(raw[6:]) // never fails: crypto/rand.Read
	return encoding.EncodeToString(raw[:])
}

// Valid tells whether s has the shape of an identifier. It says nothing of whether such a thing exists.
func Valid(s string) bool {
	if len(s) != Len {
		return false
	}
	for _, c := range []byte(s) {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool {
	switch {
	case '0' <= c && c <= '9':
		return true
	case 'a' <= c && c <= 'z':
		return c != 'i' && c != 'l' && c != 'o' && c != 'u'
	}
	return false
}

// Token returns a secret of 128 random bits, in TokenLen characters.
func Token() string {
	var raw [16]byte
	rand.Read(raw[:])
	return encoding.EncodeToString(raw[:])
}

// Encode writes bytes in the alphabet of identifiers.
func Encode(raw []byte) string { return encoding.EncodeToString(raw) }

// Code returns six random decimal digits, each value as likely as any other.
func Code() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("id: the system's random source failed: " + err.Error())
	}
	return fmt.Sprintf("%06d", n.Int64())
}
