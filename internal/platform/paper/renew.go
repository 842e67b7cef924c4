package paper

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// What a PDF of strangers may weigh, in bytes, and how many pages it may have.
const (
	MaxUpload = 10 << 20
	maxSheets = 500
	maxRenew  = 20 << 20 // as it is written anew
)

// Renewed is a PDF of strangers made anew.
type Renewed struct {
	Content []byte
	Pages   int
}

// refusal is why a PDF is not taken, as a message.
type refusal struct{ key string }

func (r refusal) Error() string { return r.key }

// renew reads a PDF and writes what its pages show anew: what stands before, behind or beside its objects is gone, and so is what names
// its author and their programs (ISO 32000-2, 14.3). It refuses what can act, hold files or hide: scripts, actions that start
// programs or send, files within, encryption. Whatever stops the reader, also by a panic, is a damaged file.
func renew(ctx context.Context, raw []byte) (out Renewed, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = refusal{"paper.damaged"}
		}
	}()
	if !bytes.HasPrefix(raw, []byte("%PDF-")) {
		return out, refusal{"paper.unknown"}
	}
	file, err := pdfcpu.ReadWithContext(ctx, bytes.NewReader(raw), settings())
	if file != nil && (file.Encrypt != nil || file.E != nil) || isLocked(err) {
		return out, refusal{"paper.encrypted"}
	}
	if err != nil {
		return out, refusal{"paper.damaged"}
	}
	if err := strip(file); err != nil {
		return out, err
	}
	if err := file.EnsurePageCount(); err != nil || file.PageCount < 1 {
		return out, refusal{"paper.damaged"}
	}
	if file.PageCount > maxSheets {
		return out, refusal{"paper.long"}
	}
	var fresh bytes.Buffer
	if err := write(file, &fresh); err != nil || fresh.Len() > maxRenew {
		return out, refusal{"paper.damaged"}
	}
	return Renewed{fresh.Bytes(), file.PageCount}, nil
}

// alone keeps the library from reading settings of its own on this machine.
var alone = sync.OnceFunc(func() { model.ConfigPath = "disable" })

// settings bound what reading takes; nothing is read from this machine or fetched from elsewhere.
func settings() *model.Configuration {
	alone()
	c := model.NewDefaultConfiguration()
	c.ValidationMode, c.Offline, c.DecodeAllStreams, c.OptimizeBeforeWriting = model.ValidationRelaxed, true, false, false
	c.Limits = model.ResourceLimits{
		MaxStreamBytes: MaxUpload, MaxDecodeBytes: 32 << 20, MaxImagePixels: 50 << 20, MaxImageBytes: 200 << 20, MaxObjectCount: 200_000,
		MaxObjectStreamCount: 20_000, MaxObjectStreamFirst: 1 << 20, MaxXRefEntries: 200_000, MaxRecursionDepth: 60,
	}
	return c
}

// isLocked tells whether it was for a password that a file could not be read.
func isLocked(err error) bool {
	return errors.Is(err, pdfcpu.ErrWrongPassword) || errors.Is(err, pdfcpu.ErrMalformedEncryption) || errors.Is(err, pdfcpu.ErrUnsupportedEncryptionFeature)
}

// strip takes away what names somebody, and refuses what can act.
func strip(file *model.Context) error {
	file.Info, file.ID = nil, nil
	for _, entry := range file.Table {
		if entry == nil || entry.Free || entry.Object == nil {
			continue
		}
		if err := look(entry.Object, 0); err != nil {
			return err
		}
	}
	return nil
}

// acting are the keys under which a PDF keeps what runs, what it sends and what it holds beside its pages.
var acting = []string{"JS", "JavaScript", "AA", "EmbeddedFiles", "EmbeddedFile", "EF", "AF", "XFA", "RichMediaContent", "RichMediaSettings", "Movie", "Sound", "Collection"}

// acts are the kinds of action (ISO 32000-2, 12.6.4) that stay within the pages. Links to pages of the web are looked at by themselves.
var acts = []string{"GoTo", "Named", "URI", "Hide", "SetOCGState", "Trans", "Thread"}

// actions and annotations are those that are refused, also where they do not say that they are one.
var (
	actions     = []string{"JavaScript", "Launch", "SubmitForm", "ImportData", "GoToR", "GoToE", "GoTo3DView", "Rendition", "RichMediaExecute", "Movie", "Sound"}
	annotations = []string{"FileAttachment", "RichMedia", "Screen", "Movie", "Sound", "3D"}
)

// naming are the keys that tell of authors and programs.
var naming = []string{"Metadata", "PieceInfo", "LastModified", "Thumb"}

// look walks an object.
func look(o types.Object, depth int) error {
	if depth > 60 {
		return refusal{"paper.damaged"}
	}
	switch o := o.(type) {
	case types.Array:
		for _, one := range o {
			if err := look(one, depth+1); err != nil {
				return err
			}
		}
	case types.Dict:
		return lookDict(o, depth)
	case types.StreamDict:
		return lookDict(o.Dict, depth)
	case *types.StreamDict:
		return lookDict(o.Dict, depth)
	case types.ObjectStreamDict, *types.ObjectStreamDict, types.XRefStreamDict, *types.XRefStreamDict:
		return nil // what they hold is in the table; they are not written
	case types.LazyObjectStreamObject:
		return refusal{"paper.damaged"} // nothing may come later that was not looked at
	}
	return nil
}

func lookDict(d types.Dict, depth int) error {
	for _, key := range naming {
		delete(d, key)
	}
	for key, value := range d {
		if slices.Contains(acting, key) {
			return refusal{"paper.active"}
		}
		if err := look(value, depth+1); err != nil {
			return err
		}
	}
	act, named := nameOf(d["S"])
	shown, told := nameOf(d["Subtype"])
	action := d.NameEntry("Type") != nil && *d.NameEntry("Type") == "Action"
	if !named || !told || slices.Contains(actions, act) || slices.Contains(annotations, shown) || action && !slices.Contains(acts, act) || !plainLink(d["URI"]) {
		return refusal{"paper.active"}
	}
	return nil
}

// nameOf returns a name, empty where there is none; ok is false for one that stands elsewhere in the file, as no program writes it.
func nameOf(o types.Object) (name string, ok bool) {
	switch o := o.(type) {
	case types.Name:
		return o.Value(), true
	case types.IndirectRef, *types.IndirectRef:
		return "", false
	}
	return "", true
}

// plainLink tells whether an address leads to a page of the web or to a mailbox, or whether there is none. An address that stands
// elsewhere in the file is not followed: an indirect one is refused.
func plainLink(o types.Object) bool {
	var text string
	switch o := o.(type) {
	case nil, types.Dict: // the catalog's URI is a dictionary
		return true
	case types.StringLiteral:
		text = o.Value()
	case types.HexLiteral:
		raw, err := o.Bytes()
		if err != nil {
			return false
		}
		text = string(raw)
	default:
		return false
	}
	address, err := url.Parse(text)
	return err == nil && slices.Contains([]string{"http", "https", "mailto", ""}, address.Scheme)
}

// write writes what is left.
func write(file *model.Context, to io.Writer) error {
	file.Write = model.NewWriteContext(types.EolLF)
	file.Write.Writer = bufio.NewWriter(to)
	file.Configuration.WriteObjectStream, file.Configuration.WriteXRefStream = false, false
	if err := pdfcpu.WriteContext(file); err != nil {
		return fmt.Errorf("write a PDF: %w", err)
	}
	return file.Write.Flush()
}
