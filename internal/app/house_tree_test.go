package app_test

// The house_ tests hold the house to ARCHITECTURE and style. They read the tree as it is, so that nothing has to be
// registered; each failure says what is wrong, where, and why the rule is there.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// modulePath is how import paths of the house begin.
const modulePath = "essaim"

// source is one Go file of the house.
type source struct {
	path    string // from the root, with slashes: "internal/account/link.go"
	dir     string
	lines   int
	file    *ast.File
	imports []string          // import paths
	names   map[string]string // name in this file → import path
}

// isTest tells whether a file stays out of the binary: tests, packages named for what they help to test, benchmarks.
func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(s.dir, "test") || s.dir == "internal/platform/view/gallery" || s.isBench()
}

// isBench tells whether a file measures. Benchmarks run their reference beside it, a bare driver for instance.
func (s source) isBench() bool {
	return strings.HasPrefix(s.dir, "bench/") || strings.HasSuffix(s.path, "_bench_test.go")
}

// isGenerated tells whether a tool wrote the file.
func (s source) isGenerated() bool { return strings.HasSuffix(s.path, "_templ.go") }

// pkg is the folder below internal: "account", "platform/web".
func (s source) pkg() string { return strings.TrimPrefix(s.dir, "internal/") }

// at writes the place of a node for a failure.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(fileSet.Position(n.Pos()).Line)
}

// fileSet places the nodes of every source.
var fileSet = token.NewFileSet()

// root is the folder of go.mod, as every test of this package runs in its own folder.
func root() string { return filepath.Join("..", "..") }

// paths lists the files of the tree, from the root, but what is built, fetched or kept by tools.
var paths = sync.OnceValues(func() ([]string, error) {
	var all []string
	err := filepath.WalkDir(root(), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && (base == "build" || base == "node_modules" || base == "essaim-data" || len(base) > 2 && base[0] == '.' && base != ".ci") {
			return filepath.SkipDir
		}
		if !entry.IsDir() {
			relative, err := filepath.Rel(root(), name)
			if err != nil {
				return err
			}
			all = append(all, filepath.ToSlash(relative))
		}
		return nil
	})
	return all, err
})

// files lists the paths of the tree that end in suffix.
func files(t *testing.T, suffix string) []string {
	t.Helper()
	all, err := paths()
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(p string) bool { return !strings.HasSuffix(p, suffix) })
	if len(all) == 0 {
		t.Fatalf("no file ends in %s: the test looks in the wrong place", suffix)
	}
	return all
}

// read returns a file of the tree.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var parsed = sync.OnceValues(func() ([]source, error) {
	all, err := paths()
	if err != nil {
		return nil, err
	}
	var sources []source
	for _, name := range all {
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "/testdata/") || strings.HasPrefix(name, "third_party/") {
			continue
		}
		s, err := parse(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
})

func parse(name string) (source, error) {
	file, err := parser.ParseFile(fileSet, filepath.Join(root(), filepath.FromSlash(name)), nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	s := source{path: name, dir: path.Dir(name), file: file, lines: fileSet.File(file.FileStart).LineCount(), names: map[string]string{}}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		called := path.Base(imported)
		if spec.Name != nil {
			called = spec.Name.Name
		}
		s.imports = append(s.imports, imported)
		s.names[called] = imported
	}
	return s, nil
}

// sources are all Go files of the house and of its tools.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// packages groups sources by folder.
func packages(t *testing.T) map[string][]source {
	t.Helper()
	byDir := map[string][]source{}
	for _, s := range sources(t) {
		byDir[s.dir] = append(byDir[s.dir], s)
	}
	return byDir
}
