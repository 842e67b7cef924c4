// Package search finds what rooms publish: by words, by nearness, and in lists.
//
// It is the one place where the engines' SQL differs: full text is an FTS5 table on SQLite and a GIN index on PostgreSQL. Neither
// sees a word as people write it: folding, common words and endings are this package's, so that both find the same.
//
// What it promises:
//   - a document is found as soon as the transaction is committed that put it here, and not before;
//   - orders are stated and the same for everybody: the nearest, the newest, words of the title before others, what is open before
//     what has ended; nothing here knows how much a thing is signed or seen;
//   - any text is a query: wildcards, quotes and operators are not understood, only letters and digits are;
//   - an answer goes on where the last one ended (Hit.After), however many documents there are;
//   - the whole can be made anew from the rooms: a new version of the program does so, and every night what differs is mended.
//
// Where things are: document.go writes, word.go makes words, engine.go is what the engines do differently, query.go finds by words,
// alike.go what resembles a title, list.go by list, cell.go is the globe in cells, near.go finds by nearness, hit.go is an answer and where the next begins, mend.go
// makes the index anew.
package search

import (
	"context"
	"embed"
	"io/fs"
	"iter"
	"log/slog"
	"time"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/places"
	"essaim/internal/platform/storage"
)

// Document is one thing that can be found. Rooms make it from their own tables.
type Document struct {
	Kind      string // the room's word for it: "mobilisation"
	Subject   string // id within the kind
	Path      string // of its page, without language prefix
	Published time.Time
	Open      bool         // one can still take part
	Theme     string       // key, empty for none
	Title     []string     // in every language that there is
	Text      []string     // whatever else is to be found, in every language
	Point     places.Point // where it is; unknown for what is nowhere, or has ended
	Lists     []string     // in which it stands, beside All: "department:67"
}

// All is the list of all documents of a kind.
const All = ""

// Source is a kind of document as its room knows it.
type Source struct {
	Kind string
	// Subjects walks over the ids of all documents.
	Subjects func(ctx context.Context) iter.Seq2[string, error]
	// Read makes one document within a transaction, and holds its row until the end of it. ok is false for what is not to be found.
	Read func(ctx context.Context, tx *storage.Tx, subject string) (d Document, ok bool, err error)
}

// Index is what can be found on an instance. It is safe for concurrent use.
type Index struct {
	db      *storage.DB
	queue   *jobs.Queue
	log     *slog.Logger
	sources []Source
}

// New returns the index in db. Start must be called before it is used.
func New(db *storage.DB, queue *jobs.Queue, log *slog.Logger) *Index {
	return &Index{db: db, queue: queue, log: log}
}

// SetSources says from what the index is made anew. It is called before Start.
func (x *Index) SetSources(sources []Source) { x.sources = sources }

//go:embed migrations/*.sql
var migrations embed.FS

// Schema returns the tables of the index.
func Schema() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
