package age

import (
	"errors"
	"strings"
)

// Bech32 as BIP 173 has it, without its limit of 90 characters.

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

var errBech = errors.New("age: not in Bech32")

// polymod is the checksum of five-bit values (BIP 173, "Checksum").
func polymod(prefix string, values []byte) uint32 {
	check := uint32(1)
	step := func(v byte) {
		top := check >> 25
		check = check&0x1ffffff<<5 ^ uint32(v)
		for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				check ^= g
			}
		}
	}
	for i := range len(prefix) {
		step(prefix[i] >> 5)
	}
	step(0)
	for i := range len(prefix) {
		step(prefix[i] & 31)
	}
	for _, v := range values {
		step(v)
	}
	return check
}

// bech writes data behind a prefix in lower case.
func bech(prefix string, data []byte) string {
	values := regroup(data, 8, 5, true)
	sum := polymod(prefix, append(append([]byte{}, values...), 0, 0, 0, 0, 0, 0)) ^ 1
	for i := range 6 {
		values = append(values, byte(sum>>(5*(5-i))&31))
	}
	var text strings.Builder
	text.WriteString(prefix + "1")
	for _, v := range values {
		text.WriteByte(alphabet[v])
	}
	return text.String()
}

// unbech reads what stands behind a prefix, which says the case.
func unbech(prefix, text string) ([]byte, error) {
	rest, ok := strings.CutPrefix(text, prefix+"1")
	if !ok || len(rest) < 6 {
		return nil, errBech
	}
	if prefix == strings.ToUpper(prefix) {
		if rest != strings.ToUpper(rest) {
			return nil, errBech
		}
		prefix, rest = strings.ToLower(prefix), strings.ToLower(rest)
	}
	values := make([]byte, len(rest))
	for i := range len(rest) {
		v := strings.IndexByte(alphabet, rest[i])
		if v < 0 {
			return nil, errBech
		}
		values[i] = byte(v)
	}
	if polymod(prefix, values) != 1 {
		return nil, errBech
	}
	data := regroup(values[:len(values)-6], 5, 8, false)
	if data == nil {
		return nil, errBech
	}
	return data, nil
}

// regroup turns groups of from bits into groups of to bits. Without fill, nil when what is left over is not zeros, or a group.
func regroup(data []byte, from, to uint, fill bool) []byte {
	var out []byte
	var held, bits uint
	for _, v := range data {
		held = (held<<from | uint(v)) & 0xfff
		for bits += from; bits >= to; {
			bits -= to
			out = append(out, byte(held>>bits)&(1<<to-1))
		}
	}
	switch {
	case fill && bits > 0:
		out = append(out, byte(held<<(to-bits))&(1<<to-1))
	case !fill && (bits >= from || held&(1<<bits-1) != 0):
		return nil
	}
	return out
}
