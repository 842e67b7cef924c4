package age

import (
	"bufio"
	"crypto/sha256"
	"strings"
)

// header is what stands before the payload.
type header struct {
	stanzas []stanza // those of our kind
	signed  []byte   // what mac is of
	mac     []byte
}

// readHeader reads the lines of a header, and leaves in behind them.
func readHeader(in *bufio.Reader) (h header, err error) {
	line, err := h.line(in)
	if err != nil || line != intro {
		return h, ErrDamaged
	}
	for {
		if line, err = h.line(in); err != nil {
			return h, err
		}
		if foot, ok := strings.CutPrefix(line, footWord); ok {
			h.signed = h.signed[:len(h.signed)-len(foot)-2] // with "---", without the space
			h.mac, err = encoding.DecodeString(foot)
			if err != nil || len(h.mac) != sha256.Size {
				return h, ErrDamaged
			}
			return h, nil
		}
		if !strings.HasPrefix(line, "-> ") || strings.Contains(line, "  ") || strings.HasSuffix(line, " ") {
			return h, ErrDamaged
		}
		if err := h.stanza(in, line); err != nil {
			return h, err
		}
	}
}

// stanza reads the body behind a stanza's first line, and keeps it when it is of our kind.
func (h *header) stanza(in *bufio.Reader, first string) error {
	var body strings.Builder
	for {
		line, err := h.line(in)
		if err != nil || len(line) > columns {
			return ErrDamaged
		}
		body.WriteString(line)
		if len(line) < columns {
			break
		}
	}
	arguments, ours := strings.CutPrefix(first, stanzaWord)
	raw, err := encoding.DecodeString(body.String())
	if err != nil {
		return ErrDamaged
	}
	if !ours {
		return nil
	}
	share, err := encoding.DecodeString(arguments)
	if err != nil || len(share) != 32 || len(raw) != fileKeySize+overhead {
		return ErrDamaged
	}
	h.stanzas = append(h.stanzas, stanza{share, raw})
	return nil
}

// line reads one line without its end. The strict alphabet leaves no room for a carriage return.
func (h *header) line(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if err != nil || len(h.signed)+len(line) > maxHeader {
		return "", ErrDamaged
	}
	h.signed = append(h.signed, line...)
	for _, c := range line[:len(line)-1] {
		if c < 0x20 || c > 0x7e {
			return "", ErrDamaged
		}
	}
	return string(line[:len(line)-1]), nil
}
