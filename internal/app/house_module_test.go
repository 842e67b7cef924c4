package app_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dependenciesPage lists every module that others wrote, with its owner and the reason.
const dependenciesPage = "docs/dependencies.md"

// mostOwners is how many packages may import one module.
const mostOwners = 3

// licences go together with ours, AGPL-3.0-or-later.
var licences = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "ISC"}

// dependency is one line of the page.
type dependency struct {
	module  string
	owners  []string // folders below internal; "tests" or "tools" alone
	licence string
	brings  []string // modules that it drags in
	wayOut  string
	reason  string
}

var ticked = regexp.MustCompile("`([^`]+)`")

// dependencies reads the tables of the page: module, owner, licence, what for, brings, way out.
func dependencies(t *testing.T) map[string]dependency {
	t.Helper()
	all := map[string]dependency{}
	for line := range strings.Lines(read(t, dependenciesPage)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 6 || !strings.HasPrefix(strings.TrimSpace(cells[0]), "`") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		d := dependency{
			module: strings.Trim(cells[0], "`"), owners: names(cells[1]), licence: cells[2], reason: cells[3], brings: names(cells[4]), wayOut: cells[5],
		}
		if _, twice := all[d.module]; twice {
			t.Errorf("%s lists %s twice", dependenciesPage, d.module)
		}
		all[d.module] = d
	}
	return all
}

// names lists what stands between back quotes.
func names(cell string) []string {
	var all []string
	for _, found := range ticked.FindAllStringSubmatch(cell, -1) {
		all = append(all, found[1])
	}
	return all
}

// required reads a go.mod: modules asked for by us, and those that came with them. golang.org/x is free.
func required(t *testing.T, file string) (direct, indirect []string) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^(?:require)?\s+([a-z0-9.-]+\.[a-z]+/\S+) v\S+( // indirect)?$`)
	tool := regexp.MustCompile(`(?m)^(?:tool)?\s+([a-z0-9.-]+\.[a-z]+/\S+)$`)
	text := read(t, file)
	for _, found := range line.FindAllStringSubmatch(text, -1) {
		module := found[1]
		isTool := slices.ContainsFunc(tool.FindAllStringSubmatch(text, -1), func(m []string) bool { return strings.HasPrefix(m[1], module+"/") })
		switch {
		case strings.HasPrefix(module, "golang.org/x/"):
		case found[2] == "" || isTool:
			direct = append(direct, module)
		default:
			indirect = append(indirect, module)
		}
	}
	return direct, indirect
}

func TestEveryModuleIsExplained(t *testing.T) {
	page := dependencies(t)
	house, dragged := required(t, "go.mod")
	tools, draggedByTools := required(t, "tools/go.mod")
	if len(house) == 0 || len(tools) == 0 {
		t.Fatal("no module is required: the test reads go.mod wrongly")
	}
	for _, module := range append(house, tools...) {
		if _, ok := page[module]; !ok {
			t.Errorf("%s does not list %s: say what it is for, what it brings and how to get rid of it", dependenciesPage, module)
		}
	}
	brought := map[string]bool{}
	for module, d := range page {
		if !slices.Contains(house, module) && !slices.Contains(tools, module) {
			t.Errorf("%s lists %s, which no go.mod asks for", dependenciesPage, module)
		}
		if !slices.Contains(licences, d.licence) {
			t.Errorf("%s: %s has the licence %q; known to go together with ours are %v", dependenciesPage, module, d.licence, licences)
		}
		if len(d.owners) == 0 || len(d.owners) > mostOwners || d.wayOut == "" || d.reason == "" {
			t.Errorf("%s: %s needs one owner, three at most where it cannot be otherwise, a reason and a way out", dependenciesPage, module)
		}
		for _, name := range d.brings {
			brought[name] = true
		}
	}
	for _, module := range append(dragged, draggedByTools...) {
		if _, ours := page[module]; !ours && !brought[module] {
			t.Errorf("%s does not say who brings %s", dependenciesPage, module)
		}
	}
}

// moduleOf finds the module of an import path among those of the page; "" for the standard library, golang.org/x and ours.
func moduleOf(imported string, page map[string]dependency) string {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") || strings.HasPrefix(imported, "golang.org/x/") {
		return ""
	}
	for module := range page {
		if imported == module || strings.HasPrefix(imported, module+"/") {
			return module
		}
	}
	return imported
}

func TestEachModuleHasItsOwner(t *testing.T) {
	page := dependencies(t)
	used := map[string][]string{}
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			module := moduleOf(imported, page)
			if module == "" || s.isGenerated() {
				continue
			}
			d, listed := page[module]
			who := s.pkg()
			switch {
			case strings.HasPrefix(s.dir, "tools"):
				who = "tools"
			case s.isBench() && listed:
				continue // a reference is measured with what the house uses
			case slices.Contains(d.owners, "tests") && s.isTest():
				who = "tests"
			}
			used[module] = append(used[module], who)
			if !listed {
				t.Errorf("%s imports %s, which %s does not list", s.path, imported, dependenciesPage)
			} else if !slices.Contains(d.owners, who) {
				t.Errorf("%s imports %s, which is for %v alone: two users of a library are two to change with it", s.path, imported, d.owners)
			}
		}
	}
	for module, d := range page {
		for _, owner := range d.owners {
			if !slices.Contains(used[module], owner) && owner != "tools" {
				t.Errorf("%s: %s does not import %s; take the line or the owner away", dependenciesPage, owner, module)
			}
		}
	}
}
