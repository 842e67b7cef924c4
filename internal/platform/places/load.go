package places

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// The files of a set. Those that end in .gz may also stand unpacked, without the ending.
const (
	fileDepartments    = "fr_departements.csv"
	fileConstituencies = "fr_circonscriptions.csv"
	filePostalCodes    = "fr_codes_postaux.csv"
	fileCommunes       = "fr_communes.csv.gz"
	fileSeatsAbroad    = "fr_circos_etranger.csv"  // may be absent
	fileCountries      = "eu_pays.csv"             // may be absent
	fileCodesAbroad    = "eu_codes_postaux.csv.gz" // may be absent
)

type need bool

const (
	required need = true
	optional need = false
)

// files is the whole set, in the order in which Update fetches it.
var files = [...]struct {
	name string
	need need
}{
	{fileDepartments, required}, {fileConstituencies, required}, {filePostalCodes, required}, {fileCommunes, required},
	{fileSeatsAbroad, optional}, {fileCountries, optional}, {fileCodesAbroad, optional},
}

// maxIndex is how many communes, postal codes and constituencies two bytes can tell apart.
const maxIndex = 1<<16 - 1

// Load reads the set that stands in a folder, or that Update has put there. The error is a *BadData when files were read and
// found wanting, fs.ErrNotExist when there is no set at all.
func Load(ctx context.Context, fsys fs.FS) (*Places, error) {
	fsys, err := current(fsys)
	if err != nil {
		return nil, err
	}
	if !present(fsys, fileDepartments) && !present(fsys, fileCommunes) {
		return nil, fmt.Errorf("load places: neither %s nor %s: %w", fileDepartments, fileCommunes, fs.ErrNotExist)
	}
	return load(ctx, fsys)
}

// Open loads the set that Update keeps in the folder dir, or the sample when dir is "" or holds none yet. For a folder that a host
// has named, use Load: a name mistyped should not bring the sample.
func Open(ctx context.Context, dir string) (*Places, error) {
	if dir == "" {
		return LoadSample(ctx)
	}
	p, err := Load(ctx, os.DirFS(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return LoadSample(ctx)
	}
	return p, err
}

func load(ctx context.Context, fsys fs.FS) (*Places, error) {
	l := &loader{fsys: fsys, bad: &flaws{}, places: &Places{}}
	l.departments(ctx)
	l.constituencies(ctx)
	l.countries(ctx)
	abroad := make(chan *flaws, 1) // half the bytes are codes abroad: the other core reads them meanwhile
	go func() {
		reader := &loader{fsys: fsys, bad: &flaws{}, places: l.places}
		reader.codesAbroad(ctx)
		abroad <- reader.bad
	}()
	l.loadFrance(ctx)
	l.bad.merge(<-abroad)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := l.bad.err(); err != nil {
		return nil, err
	}
	l.places.names = newIndex(&l.places.france)
	return l.places, nil
}

// loader reads a set file by file, and gathers what is wrong in all of them.
type loader struct {
	fsys   fs.FS
	bad    *flaws
	places *Places
}

// each hands every sound line of a file to row.
func (l *loader) each(ctx context.Context, name string, need need, columns []string, row func(*table)) {
	if ctx.Err() != nil {
		return
	}
	in, name, size, err := open(l.fsys, name)
	if errors.Is(err, fs.ErrNotExist) && need == optional {
		return
	}
	if err != nil {
		l.bad.add(name, 0, "%v", plain(err))
		return
	}
	defer in.Close()
	t := newTable(name, in, l.bad, columns...)
	for t.size = size; t.next(); {
		if row(t); t.line%4096 == 0 && ctx.Err() != nil {
			return
		}
	}
}

// open opens a file of the set, packed or not, and tells under which name it stands and how many bytes it has there.
func open(fsys fs.FS, name string) (in io.ReadCloser, as string, size int64, err error) {
	file, name, err := locate(fsys, name)
	if err != nil {
		return nil, name, 0, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNoFile
	}
	if err != nil {
		return nil, name, 0, errors.Join(err, file.Close())
	}
	if !strings.HasSuffix(name, packed) {
		return file, name, info.Size(), nil
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, name, 0, errors.Join(err, file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{unpacked, file}, name, info.Size(), nil
}

var errNoFile = errors.New("not a file")

// packed is the ending of a file that is compressed.
const packed = ".gz"

// locate opens a file under its name, or under its name without the ending.
func locate(fsys fs.FS, name string) (fs.File, string, error) {
	file, err := fsys.Open(name)
	if short, ok := strings.CutSuffix(name, packed); ok && errors.Is(err, fs.ErrNotExist) {
		if file, err := fsys.Open(short); err == nil {
			return file, short, nil
		}
	}
	return file, name, err
}

func present(fsys fs.FS, name string) bool {
	file, _, err := locate(fsys, name)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return file.Close() == nil
}

// plain takes the operation and the path off an error: the flaw names the file already.
func plain(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
