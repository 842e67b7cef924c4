package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"essaim/internal/platform/storage"
)

// Writer writes the blocks of a backup. It is not safe for concurrent use; after an error it is of no use.
type Writer struct {
	out     io.Writer
	pack    *zstd.Encoder
	packed  []byte
	sum     [sha256.Size]byte // of the latest block, and so of all before it
	table   string
	rows    []byte
	trailer Trailer
}

// headLen is the length of what stands before a block's bytes: kind, length unpacked, length packed.
const headLen = 1 + 4 + 4

// NewWriter begins a backup.
func NewWriter(out io.Writer, h Header) (*Writer, error) {
	pack, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	w := &Writer{out: out, pack: pack, trailer: Trailer{Rows: map[string]int64{}}}
	h.Format = Version
	if _, err := fmt.Fprintf(out, "%s%c", magic, Version); err != nil {
		return nil, err
	}
	return w, w.text(headerBlock, h)
}

// Table begins a table: the rows that follow are its.
func (w *Writer) Table(t storage.Table) error {
	if err := w.flush(); err != nil {
		return err
	}
	w.table = t.Name
	w.trailer.Rows[t.Name] = 0
	return w.text(tableBlock, t)
}

// Row adds a row of the latest table.
func (w *Writer) Row(row []any) (err error) {
	if w.rows, err = appendRow(w.rows, row); err != nil {
		return fmt.Errorf("%s: %w", w.table, err)
	}
	w.trailer.Rows[w.table]++
	if len(w.rows) < blockSize {
		return nil
	}
	return w.flush()
}

func (w *Writer) flush() error {
	if len(w.rows) == 0 {
		return nil
	}
	err := w.block(rowsBlock, w.rows)
	w.rows = w.rows[:0]
	return err
}

// File adds a file with all that r has.
func (w *Writer) File(f FileInfo, r io.Reader) error {
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.text(fileBlock, f); err != nil {
		return err
	}
	w.trailer.Files++
	part := make([]byte, blockSize)
	for {
		n, err := io.ReadFull(r, part)
		if n > 0 {
			w.trailer.Bytes += int64(n)
			if err := w.block(dataBlock, part[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
}

// Close writes the last block, and returns what was counted. It does not close what it writes to.
func (w *Writer) Close() (Trailer, error) {
	if err := w.flush(); err != nil {
		return w.trailer, err
	}
	return w.trailer, w.text(trailerBlock, w.trailer)
}

func (w *Writer) text(k kind, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.block(k, text)
}

// block writes one block: head, packed bytes, sum.
func (w *Writer) block(k kind, raw []byte) error {
	if len(raw) > blockLimit {
		return fmt.Errorf("a row of %d bytes is more than a backup takes", len(raw))
	}
	w.packed = append(w.packed[:0], byte(k))
	w.packed = binary.BigEndian.AppendUint32(w.packed, uint32(len(raw)))
	w.packed = append(w.packed, 0, 0, 0, 0)
	w.packed = w.pack.EncodeAll(raw, w.packed)
	binary.BigEndian.PutUint32(w.packed[5:], uint32(len(w.packed)-headLen))
	w.sum = chain(w.sum, w.packed)
	if _, err := w.out.Write(w.packed); err != nil {
		return err
	}
	_, err := w.out.Write(w.sum[:])
	return err
}

// chain is the sum of a block behind one with the sum before: blocks that were exchanged or left out are noticed, too.
func chain(before [sha256.Size]byte, block []byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	h.Write(before[:])
	h.Write(block)
	h.Sum(sum[:0])
	return sum
}
