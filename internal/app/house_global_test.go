package app_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// Registration is data: what app cannot see being built, nobody can replace in a test.
func TestNobodyRunsCodeByBeingImported(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function; hand what it does to the assembly", s.at(f))
			}
		}
	}
}

// Tables, embedded files, error sentinels and compiled expressions are variables that nobody changes. What changes belongs to
// a value that app builds, or two tests of one process disturb each other.
func TestNobodyChangesAPackageVariable(t *testing.T) {
	for dir, all := range packages(t) {
		var files []*ast.File
		where := map[*ast.File]source{}
		for _, s := range all {
			if !strings.HasSuffix(s.path, "_test.go") {
				files = append(files, s.file)
				where[s.file] = s
			}
		}
		info := resolve(dir, files)
		for _, file := range files {
			for _, change := range changes(file, info) {
				t.Errorf("%s: %s is changed here; a variable of a package stays as it was declared", where[file].at(change), change.Name)
			}
			for _, name := range changing(file) {
				t.Errorf("%s: %s changes by nature; make it a field of what app builds", where[file].at(name), name.Name)
			}
		}
	}
}

// noImports lets a package be resolved alone: what it does with the names of others is of no interest here.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not looked at") }

// resolve tells which declaration each name of a package means.
func resolve(dir string, files []*ast.File) *types.Info {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	_, _ = config.Check(dir, fileSet, files, info) // always an error: nothing is imported
	return info
}

// changes lists the assignments of a file that change a variable of the package or a part of one.
func changes(file *ast.File, info *types.Info) []*ast.Ident {
	var found []*ast.Ident
	note := func(target ast.Expr) {
		name := rootOf(target)
		if name == nil {
			return
		}
		if v, ok := info.Uses[name].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
			found = append(found, name)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, target := range n.Lhs {
					note(target)
				}
			}
		case *ast.IncDecStmt:
			note(n.X)
		}
		return true
	})
	return found
}

// rootOf returns x of x, x[i], x.f and *x.
func rootOf(target ast.Expr) *ast.Ident {
	for {
		switch e := target.(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			target = e.X
		case *ast.SelectorExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		case *ast.ParenExpr:
			target = e.X
		default:
			return nil
		}
	}
}

// changing lists the package variables of a type that is there to be changed: locks, atomics, pools, channels.
func changing(file *ast.File) []*ast.Ident {
	var found []*ast.Ident
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			spec := spec.(*ast.ValueSpec)
			switch kind := spec.Type.(type) {
			case *ast.ChanType:
				found = append(found, spec.Names...)
			case *ast.SelectorExpr:
				if from, ok := kind.X.(*ast.Ident); ok && (from.Name == "sync" || from.Name == "atomic") {
					found = append(found, spec.Names...)
				}
			}
		}
	}
	return found
}

func TestTheRulesOfVariablesSeeWhatTheyAreFor(t *testing.T) {
	file, err := parser.ParseFile(fileSet, "made_up.go", `package front
		import "sync"
		var seen, table, mu = 0, map[string]int{}, 1
		var lock sync.Mutex
		func f(table map[string]int) { seen++; table["own"] = 1; mu := 2; mu = 3 }
		func g() { table["shared"] = 1 }`, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range append(changes(file, resolve("front", []*ast.File{file})), changing(file)...) {
		found = append(found, name.Name)
	}
	if want := []string{"seen", "table", "lock"}; !slices.Equal(found, want) {
		t.Errorf("saw %v, not %v", found, want)
	}
}
