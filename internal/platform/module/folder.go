package module

import "io/fs"

// Folder returns a folder of embedded files. It panics where there is none, which shows at the first start.
func Folder(files fs.FS, name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err)
	}
	return sub
}
