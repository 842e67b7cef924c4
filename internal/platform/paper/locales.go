package paper

import (
	"embed"
	"io/fs"
)

//go:embed locales/*.po
var locales embed.FS

// Locales returns the words of why a PDF is not taken.
func Locales() fs.FS {
	sub, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
