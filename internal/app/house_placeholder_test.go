package app_test

import (
	"go/ast"
	"go/parser"
	"slices"
	"strings"
	"testing"
)

// saying tells where a function that speaks takes its key, and where its names and values begin.
type saying struct {
	key, args int
	counts    bool
}

var sayings = map[string]saying{
	"T": {0, 1, false}, "N": {0, 2, true}, "t": {1, 2, false}, "tr": {1, 2, false}, "tn": {1, 3, true},
	"Sentence": {0, 2, false}, "New": {1, 2, false}, "Wrap": {2, 3, false}, "invalid": {0, 1, false},
}

// spoken is one call that says a message, with the placeholders that it fills.
type spoken struct {
	key    string
	counts bool
	fills  []string
}

// heard reads a call; ok is false when it says nothing, or what it fills cannot be read off the code.
func heard(call *ast.CallExpr) (_ spoken, ok bool) {
	var name string
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	how, known := sayings[name]
	if !known || len(call.Args) <= how.key || call.Ellipsis.IsValid() {
		return spoken{}, false
	}
	key, ok := text(call.Args[how.key])
	said := spoken{key: key, counts: how.counts}
	if how.counts {
		said.fills = append(said.fills, "n")
	}
	for i := how.args; i < len(call.Args) && ok; i += 2 {
		var filled string
		filled, ok = text(call.Args[i])
		said.fills = append(said.fills, filled)
	}
	if name == "Sentence" && len(call.Args) > 1 {
		ast.Inspect(call.Args[1], func(n ast.Node) bool {
			if part, ok := text(n); ok {
				said.fills = append(said.fills, part, "/"+part)
			}
			return true
		})
	}
	return said, ok
}

// unfilled tells what is wrong with a call, "" when nothing is.
func unfilled(said spoken, e entry) string {
	var missing []string
	for _, hole := range e.holes() {
		if !slices.Contains(said.fills, hole) {
			missing = append(missing, "{"+hole+"}")
		}
	}
	if len(missing) > 0 {
		return "a visitor would read " + strings.Join(missing, ", ")
	}
	if e.counts && !said.counts {
		return "it has a plural, which only N can choose"
	}
	return ""
}

func TestEveryPlaceholderIsFilled(t *testing.T) {
	messages := catalogues(t)["fr"].entries
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			said, ok := heard(call)
			if !ok {
				return true
			}
			if wrong := unfilled(said, messages[said.key]); wrong != "" {
				t.Errorf("%s: %s: %s", s.at(n), said.key, wrong)
			}
			return true
		})
	}
}

func TestTheRulesOfPlaceholdersSeeWhatTheyAreFor(t *testing.T) {
	for code, fine := range map[string]bool{
		`l.T("k", "name", x, "place", y)`:                             true,
		`tr(ctx, "k", "name", x)`:                                     false,
		`fault.New(kind, "k")`:                                        false,
		`l.N("k", 3, "name", x)`:                                      false,
		`view.Sentence("k", []view.Part{{Name: "place"}}, "name", x)`: true,
	} {
		call, err := parser.ParseExpr(code)
		if err != nil {
			t.Fatal(err)
		}
		said, ok := heard(call.(*ast.CallExpr))
		if wrong := unfilled(said, entry{forms: []string{"{name} of {place}"}}); !ok || (wrong == "") != fine {
			t.Errorf("%s: heard %v, wrong: %q", code, ok, wrong)
		}
	}
	if unfilled(spoken{fills: []string{"n"}}, entry{counts: true, forms: []string{"{n}"}}) == "" {
		t.Error("a plural may be said by T")
	}
}
