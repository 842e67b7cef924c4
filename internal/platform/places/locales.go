package places

import (
	"embed"
	"io/fs"
)

//go:embed locales/*.po
var locales embed.FS

// Locales holds the words for people, in fr.po and en.po.
func Locales() fs.FS {
	folder, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return folder
}
