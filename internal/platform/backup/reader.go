package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"

	"essaim/internal/platform/storage"
)

// Sink is told what a backup holds, in the order of the file.
type Sink interface {
	// Header comes first.
	Header(h Header) error
	// Table begins a table, Rows brings some of its rows. They are the sink's to keep.
	Table(t storage.Table) error
	Rows(rows [][]any) error
	// File begins a file, whose path stays within the folder; Data brings some of its bytes, which are the reader's again afterwards.
	File(f FileInfo) error
	Data(part []byte) error
}

// Read reads a backup to its end and tells sink what it holds. Everything is checked on the way, and the end is checked last: who
// must not act on half a backup reads it twice, the first time into Nobody.
func Read(in io.Reader, sink Sink) (Trailer, error) {
	r := &reader{in: bufio.NewReaderSize(in, blockSize), sink: sink, seen: Trailer{Rows: map[string]int64{}}}
	unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(blockLimit+1))
	if err != nil {
		return Trailer{}, err
	}
	defer unpack.Close()
	r.unpack = unpack
	if err := r.begin(); err != nil {
		return Trailer{}, err
	}
	for !r.ended {
		if err := r.next(); err != nil {
			return Trailer{}, err
		}
	}
	return r.seen, nil
}

// Nobody is a Sink that wants nothing: reading into it checks a file.
type Nobody struct{}

// Header wants nothing.
func (Nobody) Header(Header) error { return nil }

// Table wants nothing.
func (Nobody) Table(storage.Table) error { return nil }

// Rows wants nothing.
func (Nobody) Rows([][]any) error { return nil }

// File wants nothing.
func (Nobody) File(FileInfo) error { return nil }

// Data wants nothing.
func (Nobody) Data([]byte) error { return nil }

type reader struct {
	in     *bufio.Reader
	unpack *zstd.Decoder
	sink   Sink
	at     int64 // bytes before the present block
	past   int64 // bytes behind it
	sum    [sha256.Size]byte
	seen   Trailer
	table  *storage.Table
	file   bool // data may follow
	headed bool
	ended  bool
}

// ageIntro begins what the age format encrypts.
const ageIntro = "age-encryption.org/"

// begin reads the words at the beginning.
func (r *reader) begin() error {
	start, err := r.in.Peek(max(len(magic)+1, len(ageIntro)))
	if err != nil && err != io.EOF {
		return err
	}
	if bytes.HasPrefix(start, []byte(ageIntro)) {
		return ErrEncrypted
	}
	if !bytes.HasPrefix(start, []byte(magic)) {
		if len(start) > 0 && strings.HasPrefix(magic, string(start)) {
			return ErrCut
		}
		return ErrForeign
	}
	if len(start) == len(magic) {
		return ErrCut
	}
	if version := int(start[len(magic)]); version > Version {
		return &NewerFormat{version}
	} else if version < 1 {
		return r.damaged("the format")
	}
	n, err := r.in.Discard(len(magic) + 1)
	r.past = int64(n)
	return err
}

func (r *reader) damaged(what string) error { return &Damaged{Offset: r.at, What: what} }

// next reads one block, checks its sum before anything else, and hands on what is in it.
func (r *reader) next() error {
	r.at = r.past
	k, raw, err := r.block()
	if err != nil {
		return err
	}
	if !r.headed && k != headerBlock {
		return r.damaged("no header")
	}
	if k != dataBlock {
		r.file = false
	}
	switch k {
	case headerBlock:
		return r.header(raw)
	case tableBlock:
		return r.begins(raw)
	case rowsBlock:
		return r.rows(raw)
	case fileBlock:
		return r.beginsFile(raw)
	case dataBlock:
		if !r.file {
			return r.damaged("bytes of no file")
		}
		r.seen.Bytes += int64(len(raw))
		return r.sink.Data(raw)
	case trailerBlock:
		return r.end(raw)
	}
	return r.damaged("a block of no kind")
}

// block reads a block. What its head claims is believed only as far as bytes are there: the packed bytes are read part by part.
func (r *reader) block() (kind, []byte, error) {
	var head [headLen]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return 0, nil, cut(err)
	}
	size, length := binary.BigEndian.Uint32(head[1:]), binary.BigEndian.Uint32(head[5:])
	if size > blockLimit || length > blockLimit+blockLimit/64 {
		return 0, nil, r.damaged("the length of a block")
	}
	whole := bytes.NewBuffer(head[:])
	if n, err := io.CopyN(whole, r.in, int64(length)); err != nil || n < int64(length) {
		return 0, nil, cut(err)
	}
	var sum [sha256.Size]byte
	if _, err := io.ReadFull(r.in, sum[:]); err != nil {
		return 0, nil, cut(err)
	}
	if r.sum = chain(r.sum, whole.Bytes()); r.sum != sum {
		return 0, nil, r.damaged("a sum")
	}
	r.past += int64(whole.Len() + len(sum))
	raw, err := r.unpack.DecodeAll(whole.Bytes()[headLen:], make([]byte, 0, min(size, 4*blockSize)))
	if err != nil || len(raw) != int(size) {
		return 0, nil, r.damaged("packed bytes")
	}
	return kind(head[0]), raw, nil
}

// cut tells a file that ends from one that cannot be read.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrCut
	}
	return err
}

func (r *reader) header(raw []byte) error {
	var h Header
	if r.headed || json.Unmarshal(raw, &h) != nil {
		return r.damaged("the header")
	}
	r.headed = true
	return r.sink.Header(h)
}

func (r *reader) begins(raw []byte) error {
	var t storage.Table
	if json.Unmarshal(raw, &t) != nil || t.Name == "" || len(t.Columns) == 0 {
		return r.damaged("a table")
	}
	if _, twice := r.seen.Rows[t.Name]; twice {
		return r.damaged("a table that comes twice")
	}
	r.seen.Rows[t.Name], r.table = 0, &t
	return r.sink.Table(t)
}

func (r *reader) rows(raw []byte) error {
	if r.table == nil {
		return r.damaged("rows of no table")
	}
	var rows [][]any
	for len(raw) > 0 {
		row := make([]any, len(r.table.Columns))
		var err error
		if raw, err = readRow(raw, row); err != nil {
			return r.damaged(err.Error())
		}
		if !fits(row, r.table.Columns) {
			return r.damaged("a value of another kind than its column")
		}
		if rows = append(rows, row); len(rows) == handful || len(raw) == 0 {
			r.seen.Rows[r.table.Name] += int64(len(rows))
			if err := r.sink.Rows(rows); err != nil {
				return err
			}
			rows = nil
		}
	}
	return nil
}

// handful is how many rows a sink is told at most: a block of nothing but NULLs would be millions.
const handful = 10_000

// fits tells whether values are of the kinds of their columns.
func fits(row []any, columns []storage.Column) bool {
	for i, value := range row {
		var is storage.Kind
		switch value.(type) {
		case nil:
			continue
		case int64:
			is = storage.Integer
		case string:
			is = storage.Text
		case []byte:
			is = storage.Bytes
		case float64:
			is = storage.Real
		}
		if is != columns[i].Kind {
			return false
		}
	}
	return true
}

func (r *reader) beginsFile(raw []byte) error {
	var f FileInfo
	if json.Unmarshal(raw, &f) != nil || !local(f.Path) || f.Mode > 0o777 {
		return r.damaged("a file's name")
	}
	r.seen.Files++
	r.file, r.table = true, nil
	return r.sink.File(f)
}

// local tells a path that stays within its folder, on every system.
func local(name string) bool {
	return name != "." && name == path.Clean(name) && !strings.HasPrefix(name, "/") && name != ".." && !strings.HasPrefix(name, "../") &&
		!strings.ContainsAny(name, "\\:\x00")
}

func (r *reader) end(raw []byte) error {
	var t Trailer
	if json.Unmarshal(raw, &t) != nil {
		return r.damaged("the last block")
	}
	if t.Files != r.seen.Files || t.Bytes != r.seen.Bytes || !maps.Equal(t.Rows, r.seen.Rows) {
		return r.damaged("not as much is there as was written")
	}
	if _, err := r.in.ReadByte(); err != io.EOF {
		return r.damaged("something stands behind the end")
	}
	r.ended = true
	return nil
}
