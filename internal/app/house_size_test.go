package app_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

const (
	longestFile     = 800 // lines; aim at 150, think above 400
	medianFile      = 150
	longestFunction = 60 // lines; aim at 40
	aimedFunction   = 40
)

// longFiles and longFunctions are exceptions, each with its reason: "internal/room/file.go" and "internal/room/file.go Name".
var (
	longFiles     = map[string]string{}
	longFunctions = map[string]string{}
)

func TestFilesAreShort(t *testing.T) {
	var lines []int
	for _, s := range sources(t) {
		if s.isGenerated() {
			continue
		}
		lines = append(lines, s.lines)
		_, allowed := longFiles[s.path]
		if s.lines > longestFile != allowed {
			t.Errorf("%s has %d lines, exception: %v; above %d a file holds more than one idea", s.path, s.lines, allowed, longestFile)
		}
	}
	slices.Sort(lines)
	if median := lines[len(lines)/2]; median > medianFile {
		t.Errorf("the median file has %d lines, above %d: one idea per file, named for it", median, medianFile)
	}
}

func TestFunctionsAreShort(t *testing.T) {
	over := 0
	for _, s := range sources(t) {
		if s.isGenerated() {
			continue
		}
		for _, d := range s.file.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			length := fileSet.Position(function.End()).Line - fileSet.Position(function.Pos()).Line + 1
			if length > aimedFunction {
				over++
				t.Logf("%s: %s has %d lines; aim at %d", s.at(function), function.Name.Name, length, aimedFunction)
			}
			_, allowed := longFunctions[s.path+" "+function.Name.Name]
			if length > longestFunction != allowed {
				t.Errorf("%s: %s has %d lines, exception: %v; above %d nobody holds it in the head", s.at(function), function.Name.Name, length, allowed, longestFunction)
			}
		}
	}
	t.Logf("%d functions are longer than %d lines", over, aimedFunction)
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for dir, files := range packages(t) {
		said, written := false, false
		for _, s := range files {
			if s.isGenerated() || strings.HasSuffix(s.path, "_test.go") {
				continue
			}
			written = true
			begin := "Package " + s.file.Name.Name + " "
			if s.file.Name.Name == "main" {
				begin = "Command " + dir[strings.LastIndex(dir, "/")+1:] + " "
			}
			if s.file.Doc == nil {
				continue
			}
			if said {
				t.Errorf("%s: a second package comment; keep one, in the file named for the package", s.path)
			}
			said = true
			if !strings.HasPrefix(s.file.Doc.Text(), begin) {
				t.Errorf("%s: the package comment begins with %q", s.path, begin)
			}
		}
		if written && !said {
			t.Errorf("%s has no package comment: what it is for, what it promises, where things are", dir)
		}
	}
}
