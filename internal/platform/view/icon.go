package view

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
)

// The drawings are files of the Lucide set (ISC licence beside them), kept as they come: to add one, copy it there.
//
//go:embed icon/*.svg
var iconFiles embed.FS

// icons holds the shapes of each drawing, without the <svg> around them, by name.
var icons = sync.OnceValue(func() map[string]string {
	entries, err := iconFiles.ReadDir("icon")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	all := make(map[string]string, len(entries))
	for _, entry := range entries {
		file, err := iconFiles.ReadFile("icon/" + entry.Name())
		if err != nil {
			panic(err)
		}
		all[strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))] = shapes(file)
	}
	return all
})

// shapes returns what stands inside the <svg> element, on one line.
func shapes(file []byte) string {
	_, after, _ := bytes.Cut(file, []byte("<svg"))
	_, after, _ = bytes.Cut(after, []byte(">"))
	inside, _, _ := bytes.Cut(after, []byte("</svg>"))
	var b strings.Builder
	for line := range bytes.Lines(inside) {
		b.Write(bytes.TrimSpace(line))
	}
	return strings.ReplaceAll(b.String(), " />", "/>")
}

// Icon draws a Lucide icon by its name, such as "map-pin". It is hidden from screen readers: it always stands beside a
// word. Classes, such as "lg", are added to its own.
func Icon(name string, classes ...string) Component {
	return component(func(_ context.Context, w io.Writer) error {
		inside, ok := icons()[name]
		if !ok {
			return fmt.Errorf("view: no icon named %q", name)
		}
		class := strings.Join(append([]string{"i"}, classes...), " ")
		_, err := io.WriteString(w, `<svg class="`+class+`" viewBox="0 0 24 24" aria-hidden="true">`+inside+`</svg>`)
		return err
	})
}
