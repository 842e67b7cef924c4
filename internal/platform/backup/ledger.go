package backup

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Ledger is a file of what was erased, kept beside the key and outside of the database, so that a restore of an older backup does
// not bring back who has gone. It names people by blind indexes and rows by their ids: who has the file learns nothing of
// anybody. It is only ever added to, also by several processes at once.
type Ledger struct {
	path string
	mu   sync.Mutex
}

// Erasure is a line of the ledger.
type Erasure struct {
	At time.Time
	// Kind is what was erased, such as "signatory".
	Kind string
	// Index finds it.
	Index []byte
}

// NewLedger returns the ledger of a file, which is made with its first line.
func NewLedger(path string) *Ledger { return &Ledger{path: path} }

const ledgerIntro = "# Who was erased from this site, by blind indexes: a restore replays it. Keep a copy beside that of the key.\n"

// Record adds a line, and returns when it is on disk. It is called before the erasure is done: a line too many erases again what
// somebody asked to have erased.
func (l *Ledger) Record(e Erasure) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	file, err := os.OpenFile(l.path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("ledger of erasures: %w", err)
	}
	defer file.Close()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("ledger of erasures: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("ledger of erasures: %w", err)
	}
	line := fmt.Sprintf("%s %s %s\n", e.At.UTC().Format(time.RFC3339Nano), e.Kind, hex.EncodeToString(e.Index))
	if info.Size() == 0 {
		line = ledgerIntro + line
	} else if last := make([]byte, 1); !endsLine(file, info.Size(), last) {
		line = "\n" + line // a line that a power cut left half stays by itself
	}
	_, err = io.WriteString(file, line)
	if err = errors.Join(err, file.Sync()); err == nil && info.Size() == 0 {
		err = syncFolder(filepath.Dir(l.path))
	}
	if err != nil {
		return fmt.Errorf("ledger of erasures: %w", err)
	}
	return nil
}

func endsLine(file *os.File, size int64, last []byte) bool {
	_, err := file.ReadAt(last, size-1)
	return err == nil && last[0] == '\n'
}

// ReadLedger reads the lines of a ledger; none when there is no file. A line that a power cut left half was acknowledged to
// nobody, and is passed over.
func ReadLedger(path string) ([]Erasure, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseLedger(file)
}

func parseLedger(in io.Reader) (all []Erasure, err error) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, fields[0])
		index, err2 := hex.DecodeString(fields[2])
		if err != nil || err2 != nil || len(index) == 0 {
			continue
		}
		all = append(all, Erasure{At: at.UTC(), Kind: fields[1], Index: index})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("ledger of erasures: %w", err)
	}
	return all, nil
}

// Missing lists the lines of others that own does not have.
func Missing(own, others []Erasure) (missing []Erasure) {
	key := func(e Erasure) string { return e.At.String() + e.Kind + string(e.Index) }
	known := map[string]bool{}
	for _, e := range own {
		known[key(e)] = true
	}
	for _, e := range others {
		if !known[key(e)] {
			known[key(e)] = true
			missing = append(missing, e)
		}
	}
	return missing
}
