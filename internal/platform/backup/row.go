package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// A value is a letter for what it is, and then: a whole number as a signed varint, a text or bytes as their length in a varint
// and themselves, a real number as eight bytes, the highest first.
const (
	tagNull  = 'n'
	tagInt   = 'i'
	tagText  = 't'
	tagBytes = 'b'
	tagReal  = 'r'
)

// appendRow writes the values of a row behind to. Rows have no mark between them: a table says how many columns it has.
func appendRow(to []byte, row []any) ([]byte, error) {
	for _, value := range row {
		switch v := value.(type) {
		case nil:
			to = append(to, tagNull)
		case int64:
			to = binary.AppendVarint(append(to, tagInt), v)
		case string:
			if !utf8.ValidString(v) {
				return to, errors.New("a text is not in UTF-8")
			}
			to = append(binary.AppendUvarint(append(to, tagText), uint64(len(v))), v...)
		case []byte:
			to = append(binary.AppendUvarint(append(to, tagBytes), uint64(len(v))), v...)
		case float64:
			to = binary.BigEndian.AppendUint64(append(to, tagReal), math.Float64bits(v))
		default:
			return to, fmt.Errorf("a value of the type %T has no place in a backup", value)
		}
	}
	return to, nil
}

// errRow is what bytes are that no row left.
var errRow = errors.New("rows that cannot be read")

// readRow fills row from the beginning of from, and returns what stands behind. Texts are copied; bytes are parts of from.
func readRow(from []byte, row []any) (rest []byte, err error) {
	for i := range row {
		if row[i], from, err = readValue(from); err != nil {
			return nil, err
		}
	}
	return from, nil
}

func readValue(from []byte) (value any, rest []byte, err error) {
	if len(from) == 0 {
		return nil, nil, errRow
	}
	tag, from := from[0], from[1:]
	switch tag {
	case tagNull:
		return nil, from, nil
	case tagInt:
		v, n := binary.Varint(from)
		if n <= 0 {
			return nil, nil, errRow
		}
		return v, from[n:], nil
	case tagReal:
		if len(from) < 8 {
			return nil, nil, errRow
		}
		return math.Float64frombits(binary.BigEndian.Uint64(from)), from[8:], nil
	case tagText, tagBytes:
		length, n := binary.Uvarint(from)
		if n <= 0 || length > uint64(len(from)-n) {
			return nil, nil, errRow
		}
		whole, rest := from[n:n+int(length):n+int(length)], from[n+int(length):]
		if tag == tagBytes {
			return whole, rest, nil
		}
		if !utf8.Valid(whole) {
			return nil, nil, errRow
		}
		return string(whole), rest, nil
	}
	return nil, nil, errRow
}
