// Package backup keeps a whole site in one file, whichever engine it runs on, and brings it back on either.
//
// What it promises:
//   - a file is whole or it is told to be damaged: every block has its sum, which covers all blocks before it, and the last block
//     says how much there must be. Check reads everything before anything is restored;
//   - damage, a cut, a foreign file and a newer version are told apart, in words (fault.go);
//   - it holds what the database and the data folder hold, so personal data are sealed in it as they are there, and never the
//     vault's key: only the key's fingerprint, by which a restore says that it found the wrong one;
//   - it is the site as it was at one moment, and writing it leaves most of the machine to the site;
//   - memory does not grow with the site, nor with what a foreign file claims to hold.
//
// Where things are: DESIGN.md tells the format; writer.go and reader.go are its blocks, row.go its rows, site.go what a site is
// made of, folder.go the files of the data folder, file.go a file that is there whole or not at all, ledger.go the erasures that
// a restore replays, copies.go the copies that are kept, age the encryption for one who is elsewhere.
package backup

import (
	"time"

	"essaim/internal/platform/storage"
)

// Version is the format's. A reader refuses higher ones.
const Version = 1

// magic begins every file, whatever its version, so that `head -1` tells what it is.
const magic = "essaim backup\n"

// Limits of a block, in bytes. A writer closes a block at blockSize; one row may be larger than that, up to blockLimit, above
// which a reader believes nothing.
const (
	blockSize  = 1 << 20
	blockLimit = 64 << 20
)

// Header says what a file is, before all else.
type Header struct {
	Format  int               `json:"format"`
	Program string            `json:"program"` // version of the program that wrote it
	Made    time.Time         `json:"made"`    // the moment that it shows
	Engine  string            `json:"engine"`  // for the curious: any engine reads it
	Key     string            `json:"key"`     // fingerprint of the vault's keys; empty when the site had none yet
	Schema  []storage.Applied `json:"schema"`
	Rows    int64             `json:"rows"` // in all tables
}

// Trailer says what a file must hold. It is the last block.
type Trailer struct {
	Rows  map[string]int64 `json:"rows"` // by table
	Files int              `json:"files"`
	Bytes int64            `json:"bytes"` // of all files
}

// kind is what a block holds.
type kind byte

const (
	headerBlock  kind = 'H' // a Header
	tableBlock   kind = 'T' // a storage.Table, whose rows follow
	rowsBlock    kind = 'R' // rows of the latest table
	fileBlock    kind = 'F' // a FileInfo, whose bytes follow
	dataBlock    kind = 'D' // bytes of the latest file
	trailerBlock kind = 'E' // a Trailer
)

// FileInfo is a file of the data folder.
type FileInfo struct {
	Path string `json:"path"` // from the folder, with slashes
	Mode uint32 `json:"mode"` // its nine bits of rights
}
