package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
)

type restoreCommand struct {
	config.Settings
	File     string `arg:"" help:"The backup, or its address in a bucket (s3://server/bucket/folder/name)."`
	Identity string `help:"File of the secret key that opens an encrypted copy, as age-keygen makes it." placeholder:"FILE" env:"-"`
	Erased   string `help:"A copy of the ledger of erasures that is newer than the one beside the key." placeholder:"FILE" env:"-"`
}

// errHalf is what is said of a database that is not whole.
var errHalf = errors.New("a restore into this database was cut short: run 'essaim restore' again, which begins anew")

// Run brings a site back from a backup.
func (c *restoreCommand) Run(w *world) error {
	r := &restoring{w: w, settings: c.Settings, file: c.File, identity: c.Identity, ledger: c.Erased}
	defer r.close()
	for _, step := range []func(context.Context) error{r.bring, r.check, r.prepare, r.load, r.finish} {
		if err := step(w.ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(w.out, "The site of %s is back: %d rows, %d files, %d erasures replayed. Start it with: essaim serve\n",
		r.header.Made.Format("2 January 2006, 15:04 MST"), rowsOf(r.trailer), r.trailer.Files, r.replayed)
	return nil
}

// restoring is a restore under way.
type restoring struct {
	w        *world
	settings config.Settings
	file     string
	identity string
	ledger   string
	header   backup.Header
	trailer  backup.Trailer
	house    *House
	into     *storage.Restore
	replayed int
	brought  []string // files that came from a bucket, removed at the end
}

func (r *restoring) close() {
	for _, name := range r.brought {
		_ = os.Remove(name)
	}
	if r.house != nil {
		r.house.Close()
	}
}

// read reads the whole file.
func (r *restoring) read(words string, sink backup.Sink) (backup.Trailer, error) {
	file, err := os.Open(r.file)
	if err != nil {
		return backup.Trailer{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return backup.Trailer{}, err
	}
	var in io.Reader = &watched{Reader: file, tell: progress(r.w.errs, words), all: info.Size()}
	if in, err = r.opened(in); err != nil {
		return backup.Trailer{}, err
	}
	t, err := backup.Read(in, sink)
	if err != nil {
		return t, fmt.Errorf("%s: %w", r.file, err)
	}
	return t, nil
}

// opened decrypts with the key that was named. A backup that is not encrypted needs none.
func (r *restoring) opened(in io.Reader) (io.Reader, error) {
	if r.identity == "" {
		return in, nil
	}
	text, err := os.ReadFile(r.identity)
	if err != nil {
		return nil, fmt.Errorf("--identity: %w", err)
	}
	plain, err := backup.Decrypt(in, string(text))
	if errors.Is(err, backup.ErrIdentity) {
		return nil, fmt.Errorf("--identity %s: %w", r.identity, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.file, err)
	}
	return plain, nil
}

// watched tells how much of a file was read.
type watched struct {
	io.Reader
	tell      func(done, all int64)
	done, all int64
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	w.done += int64(n)
	w.tell(w.done, w.all)
	return n, err
}

// check reads the file from beginning to end before anything is written.
func (r *restoring) check(context.Context) (err error) {
	r.trailer, err = r.read("checking", &headed{header: &r.header})
	return err
}

// headed keeps the header alone.
type headed struct {
	backup.Nobody
	header *backup.Header
}

// Header implements backup.Sink.
func (s *headed) Header(h backup.Header) error {
	*s.header = h
	return nil
}

// prepare opens an empty instance under the right key, and marks it as half restored.
func (r *restoring) prepare(ctx context.Context) error {
	s := r.settings
	s.Workers = false
	if s.VaultKey == "" && !exists(s.KeyFile()) {
		return fmt.Errorf("the key is missing, without which nobody reads what this backup holds of people: put the copy of the key %s into %s first (chmod 600)",
			r.header.Key, s.KeyFile())
	}
	h, err := Build(r.w.ctx, s, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	r.house = h
	if err := h.claim(); err != nil {
		return err
	}
	if mine := h.Vault.Fingerprint(); mine != r.header.Key {
		return fmt.Errorf("another key lies in %s: this backup was made under the key %s, and that one is %s", h.KeyFile(), r.header.Key, mine)
	}
	if err := storage.CheckSchema(h.schemas(), r.header.Schema); err != nil {
		return r.newer(err)
	}
	half, err := h.DB.HalfRestored(ctx)
	if err != nil {
		return err
	}
	if there := h.strangers(); len(there) > 0 && !half {
		return fmt.Errorf("%s is not empty (%s): a restore never writes over a site; choose another --data, or move it away", h.Data, there[0])
	}
	r.into, err = h.DB.BeginRestore(ctx)
	if errors.Is(err, storage.ErrNotEmpty) {
		return errors.New("there is a site in this database: a restore never writes over one; choose an empty one with --data or --database")
	}
	return err
}

// newer tells what to do about a schema that this program does not have.
func (r *restoring) newer(err error) error {
	if _, newer := errors.AsType[*storage.NewerSchema](err); newer {
		return fmt.Errorf("this backup was made by another version of Essaim (%s; this one is %s): install that version, or a newer one (%w)",
			r.header.Program, version(), err)
	}
	return err
}

// strangers names what lies in the data folder and is neither the database nor a lock.
func (h *House) strangers() (names []string) {
	entries, _ := os.ReadDir(h.Data) // Build has made it
	for _, entry := range entries {
		whole := filepath.Join(h.Data, entry.Name())
		own := []string{h.DatabaseFile(), h.DatabaseFile() + "-wal", h.DatabaseFile() + "-shm", h.KeyFile(), h.erasedFile()}
		if filepath.Ext(whole) != ".lock" && !slices.Contains(own, whole) {
			names = append(names, entry.Name())
		}
	}
	return names
}

// load fills the tables and the data folder.
func (r *restoring) load(ctx context.Context) error {
	if err := r.into.Schema(ctx, r.house.schemas(), r.header.Schema); err != nil {
		return r.newer(err)
	}
	l := &loading{ctx: ctx, into: r.into, files: r.house.files(ctx)}
	if _, err := r.read("restoring", l); err != nil {
		return err
	}
	if err := l.flush(); err != nil {
		return err
	}
	return r.into.Indexes(ctx)
}

// finish brings the schema up to date, erases again who was erased since, and takes the mark away.
func (r *restoring) finish(ctx context.Context) (err error) {
	h := r.house
	if _, err := h.DB.Migrate(ctx, h.schemas()); err != nil {
		return err
	}
	if r.replayed, err = h.replayErasures(ctx, r.ledger); err != nil {
		return fmt.Errorf("erasures cannot be replayed: %w", err)
	}
	return r.into.Done(ctx)
}

// schemas are the migrations of all rooms.
func (h *House) schemas() (all []storage.Migrations) {
	for _, m := range h.Modules {
		all = append(all, m.Migrations()...)
	}
	return all
}

// loading writes what a backup holds into an instance.
type loading struct {
	ctx    context.Context
	into   *storage.Restore
	files  backup.Files
	table  storage.Table
	rows   [][]any
	blocks int // blocks of rows that wait
	file   io.WriteCloser
}

// loadBlocks is how many blocks are loaded in one transaction.
const loadBlocks = 8

// Header implements backup.Sink.
func (l *loading) Header(backup.Header) error { return nil }

// Table implements backup.Sink.
func (l *loading) Table(t storage.Table) error {
	err := l.flush()
	l.table = t
	return err
}

// Rows implements backup.Sink.
func (l *loading) Rows(rows [][]any) error {
	l.rows = append(l.rows, rows...)
	if l.blocks++; l.blocks < loadBlocks {
		return nil
	}
	return l.flush()
}

// flush ends what is under way.
func (l *loading) flush() error {
	if l.file != nil {
		err := l.file.Close()
		l.file = nil
		if err != nil {
			return err
		}
	}
	if len(l.rows) == 0 {
		return nil
	}
	err := l.into.Load(l.ctx, l.table, l.rows)
	l.rows, l.blocks = nil, 0
	return err
}

// File implements backup.Sink.
func (l *loading) File(f backup.FileInfo) (err error) {
	if err := l.flush(); err != nil {
		return err
	}
	l.file, err = l.files.Create(f)
	return err
}

// Data implements backup.Sink.
func (l *loading) Data(part []byte) error {
	_, err := l.file.Write(part)
	return err
}
