package picture

import (
	"embed"
	"io/fs"

	"golang.org/x/image/font/gofont/gobold"
)

//go:embed locales/*.po
var locales embed.FS

// Locales returns the words of why an upload is not taken.
func Locales() fs.FS {
	sub, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// HeadlineFonts returns the TrueType files in which headlines are set, for other kinds of print: the first that knows a character
// draws it.
func HeadlineFonts() [][]byte { return [][]byte{bricolageLatin, bricolageLatinExt, gobold.TTF} }
