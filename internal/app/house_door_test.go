package app_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// door is something that one package alone may do.
type door struct {
	imports []string            // import paths, with everything below them
	uses    map[string][]string // import path → names that may not be used
	owners  []string            // folders below internal
	exempt  func(source) bool
	why     string
}

func never(source) bool { return false }

// doors are the single doors of ARCHITECTURE.
var doors = []door{
	{
		imports: []string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx"},
		owners:  []string{"platform/storage"}, exempt: source.isBench,
		why: "one package knows that there are two engines; everybody else writes the SQL that both take",
	}, {
		imports: []string{"github.com/a-h/templ"},
		owners:  []string{"platform/view"}, exempt: source.isGenerated,
		why: "pages are components of view, so that the library can be changed in one place",
	}, {
		imports: []string{"net/smtp", "github.com/wneessen/go-mail", "github.com/emersion/go-smtp"},
		owners:  []string{"platform/mail", "platform/mail/mailtest"}, exempt: never,
		why: "one package speaks SMTP and knows what became of a mail",
	}, {
		uses:   map[string][]string{"net/http": {"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport"}},
		owners: []string{"platform/fetch"}, exempt: source.isTest,
		why: "only fetch refuses private addresses",
	}, {
		uses:   map[string][]string{"os": {"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv", "Clearenv"}},
		owners: []string{"platform/config"}, exempt: source.isTest,
		why: "a setting that is read elsewhere is in no documentation",
	}, {
		uses:   map[string][]string{"time": {"Now", "Since", "Until"}},
		owners: []string{"platform/clock"}, exempt: source.isTest,
		why: "a test that cannot set the time must sleep",
	},
}

// opens tells what in s belongs behind the door.
func (d door) opens(s source) []string {
	var found []string
	for _, imported := range s.imports {
		if slices.ContainsFunc(d.imports, func(p string) bool { return imported == p || strings.HasPrefix(imported, p+"/") }) {
			found = append(found, s.path+" imports "+imported)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		selected, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if name, ok := selected.X.(*ast.Ident); ok && slices.Contains(d.uses[s.names[name.Name]], selected.Sel.Name) {
			found = append(found, s.at(n)+" uses "+name.Name+"."+selected.Sel.Name)
		}
		return true
	})
	return found
}

func TestEachDoorHasOneOwner(t *testing.T) {
	for _, d := range doors {
		behind := 0
		for _, s := range sources(t) {
			found := d.opens(s)
			if slices.Contains(d.owners, s.pkg()) {
				behind += len(found)
				continue
			}
			if d.exempt(s) || strings.HasPrefix(s.dir, "tools") {
				continue
			}
			for _, what := range found {
				t.Errorf("%s, which is for %s alone: %s", what, strings.Join(d.owners, " and "), d.why)
			}
		}
		if behind == 0 {
			t.Errorf("%v does nothing of %v%v: the rule looks for what is not there", d.owners, d.imports, d.uses)
		}
	}
}
