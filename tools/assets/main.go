// Command assets builds what browsers load: the style sheets and the scripts, bundled and minified.
//
// It promises the same bytes for the same sources, so that its output can be committed and a plain `go build` needs no tool.
// An entry path=name is written under another name than its own.
// Run it through `go generate ./internal/platform/view`.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	out := flag.String("out", "", "folder that receives one file per entry")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: assets -out folder entry.css entry.js=name.js …")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	for _, arg := range flag.Args() {
		entry, name, named := strings.Cut(arg, "=")
		if !named {
			name = filepath.Base(entry)
		}
		if err := build(entry, filepath.Join(*out, name)); err != nil {
			fmt.Fprintln(os.Stderr, "assets:", err)
			os.Exit(1)
		}
	}
}

// build writes entry, with everything that it imports, to target.
func build(entry, target string) error {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{entry},
		Bundle:      true,
		Write:       false,
		// Fonts keep their address: the server replaces it by a hashed one.
		External:          []string{"*.woff2"},
		Format:            api.FormatESModule,
		Charset:           api.CharsetUTF8,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		LegalComments:     api.LegalCommentsNone,
		Engines:           oldest(),
		LogLevel:          api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("build %s: %s", entry, result.Errors[0].Text)
	}
	if len(result.Warnings) > 0 {
		return fmt.Errorf("build %s: %s", entry, result.Warnings[0].Text)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, result.OutputFiles[0].Contents, 0o644)
}

// oldest lists the browsers below which a page stays readable without being beautiful: those that came before cascade layers
// and container queries. Newer syntax, such as nested rules, is lowered for them.
func oldest() []api.Engine {
	return []api.Engine{
		{Name: api.EngineChrome, Version: "105"},
		{Name: api.EngineFirefox, Version: "110"},
		{Name: api.EngineSafari, Version: "16"},
		{Name: api.EngineIOS, Version: "16"},
	}
}
