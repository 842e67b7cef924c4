package view

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// assetRoot is the first step of every asset's address.
const assetRoot = "/static/"

//go:embed static
var staticFiles embed.FS

// An asset is a file that never changes under its address, which bears a hash of its bytes.
type asset struct {
	name string // as in the folder static: "motif/rail.svg"
	url  string // "/static/motif/rail.3f2a91c04b7d.svg"
	hash string
	kind string // media type
	body []byte

	packed [len(codings)]func() []byte // compressed when first asked for, nil where compression gains nothing
}

// assets reads the embedded files once, when the first page or file is asked for.
var assets = sync.OnceValue(func() map[string]*asset {
	all := map[string]*asset{}
	var sheets []*asset
	err := fs.WalkDir(staticFiles, "static", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		a := &asset{name: strings.TrimPrefix(file, "static/"), body: body}
		all[a.name] = a
		if path.Ext(file) == ".css" {
			sheets = append(sheets, a)
			return nil // sealed below, once the fonts have their addresses
		}
		a.seal()
		return nil
	})
	if err != nil {
		panic(fmt.Errorf("read embedded assets: %w", err)) // the program was built wrong
	}
	for _, sheet := range sheets {
		sheet.body = linkFonts(sheet.body, all)
		sheet.seal()
	}
	return all
})

// Asset returns the address of a file of the folder static, such as "public.css" or "motif/rail.svg". The address changes
// when the file does. It panics when there is no such file: the name stands in our own code.
func Asset(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic("view: no asset named " + name)
	}
	return a.url
}

// seal computes what depends on the bytes.
func (a *asset) seal() {
	sum := sha256.Sum256(a.body)
	a.hash = hex.EncodeToString(sum[:6]) // 48 bits: two versions of one file never meet
	ext := path.Ext(a.name)
	a.url = assetRoot + strings.TrimSuffix(a.name, ext) + "." + a.hash + ext
	a.kind = kindOf(ext)
	if !strings.HasPrefix(a.kind, "font/") { // WOFF2 is compressed already
		a.pack()
	}
}

var fontAddress = regexp.MustCompile(`url\("?(fonts/[a-z0-9-]+\.woff2)"?\)`)

// linkFonts replaces the addresses of fonts in a style sheet by hashed ones.
func linkFonts(sheet []byte, all map[string]*asset) []byte {
	return fontAddress.ReplaceAllFunc(sheet, func(match []byte) []byte {
		font, ok := all[string(fontAddress.FindSubmatch(match)[1])]
		if !ok {
			return match // a test looks for addresses that lead nowhere
		}
		return bytes.Join([][]byte{[]byte("url("), []byte(font.url), []byte(")")}, nil)
	})
}

// kindOf knows every kind of file that we ship: the table of the machine is not asked, for it may say otherwise.
func kindOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8" // RFC 9239
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2" // RFC 8081
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
