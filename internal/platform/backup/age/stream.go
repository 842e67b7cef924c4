package age

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	chunkSize = 64 << 10 // bytes of text in each chunk but the last
	overhead  = chacha20poly1305.Overhead
)

// counter is the nonce of a chunk: its number in eleven bytes, and one that says whether it is the last.
type counter [chacha20poly1305.NonceSize]byte

func (c *counter) next() {
	for i := len(c) - 2; i >= 0; i-- {
		if c[i]++; c[i] != 0 {
			return
		}
	}
}

func (c *counter) last() { c[len(c)-1] = 1 }

func payload(fileKey, nonce []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, fileKey, nonce, "payload", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.New(key)
}

// sealer writes chunks.
type sealer struct {
	out    io.Writer
	seal   cipher.AEAD
	number counter
	text   []byte
	sealed []byte
	err    error
}

func newSealer(out io.Writer, fileKey, nonce []byte) (*sealer, error) {
	seal, err := payload(fileKey, nonce)
	return &sealer{out: out, seal: seal, text: make([]byte, 0, chunkSize)}, err
}

// Write implements io.Writer. A full chunk waits until there is more, for it may be the last.
func (s *sealer) Write(p []byte) (n int, err error) {
	for len(p) > 0 && s.err == nil {
		if len(s.text) == chunkSize {
			s.flush()
		}
		some := min(len(p), chunkSize-len(s.text))
		s.text = append(s.text, p[:some]...)
		p, n = p[some:], n+some
	}
	return n, s.err
}

func (s *sealer) flush() {
	if s.err != nil {
		return
	}
	s.sealed = s.seal.Seal(s.sealed[:0], s.number[:], s.text, nil)
	_, s.err = s.out.Write(s.sealed)
	s.text = s.text[:0]
	s.number.next()
}

// Close writes the last chunk. It does not close what it writes to.
func (s *sealer) Close() error {
	s.number.last()
	s.flush()
	if s.err != nil {
		return s.err
	}
	s.err = errors.New("age: closed")
	return nil
}

// opener reads chunks.
type opener struct {
	in     io.Reader
	open   cipher.AEAD
	number counter
	chunk  []byte // sealed
	ahead  int    // bytes of the next chunk that are in chunk already
	text   []byte // opened, not read yet
	first  bool
	done   bool
	err    error
}

func newOpener(in io.Reader, fileKey, nonce []byte) (*opener, error) {
	open, err := payload(fileKey, nonce)
	return &opener{in: in, open: open, chunk: make([]byte, chunkSize+overhead+1), first: true}, err
}

// Read implements io.Reader.
func (o *opener) Read(p []byte) (int, error) {
	for len(o.text) == 0 {
		if o.err != nil {
			return 0, o.err
		}
		if o.done {
			return 0, io.EOF
		}
		o.err = o.next()
	}
	n := copy(p, o.text)
	o.text = o.text[n:]
	return n, nil
}

// next opens one chunk. One byte more than a chunk is read, to know whether it is the last.
func (o *opener) next() error {
	n, err := io.ReadFull(o.in, o.chunk[o.ahead:])
	n += o.ahead
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	whole := o.chunk[:min(n, chunkSize+overhead)]
	if n <= chunkSize+overhead {
		o.number.last()
		o.done = true
	}
	text, err := o.open.Open(nil, o.number[:], whole, nil)
	if err != nil || len(text) == 0 && !o.first {
		return ErrDamaged
	}
	o.text, o.first, o.ahead = text, false, 0
	if !o.done {
		o.chunk[0], o.ahead = o.chunk[chunkSize+overhead], 1
		o.number.next()
	}
	return nil
}
