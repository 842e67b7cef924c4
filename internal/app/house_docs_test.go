package app_test

import (
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"essaim/internal/platform/config"
)

var (
	link     = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	fence    = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	inTicks  = regexp.MustCompile("`[^`\n]*`")
	headline = regexp.MustCompile(`(?m)^#+ +(.+)$`)
)

// anchors lists what a link into a page of Markdown may name after #.
func anchors(text string) []string {
	var all []string
	for _, found := range headline.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		all = append(all, anchor(found[1]))
	}
	return all
}

// anchor is a headline as browsers of Markdown name it: lower case, letters and digits, hyphens for spaces.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return '-'
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

func TestEveryLinkInTheDocumentsLeadsSomewhere(t *testing.T) {
	for _, page := range files(t, ".md") {
		text := read(t, page)
		prose := inTicks.ReplaceAllString(fence.ReplaceAllString(text, ""), "")
		for _, found := range link.FindAllStringSubmatch(prose, -1) {
			target, name, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, ":") {
				continue // somebody else's page
			}
			whole := page
			if target != "" {
				whole = path.Join(path.Dir(page), target)
			}
			if _, err := os.Stat(filepath.Join(root(), filepath.FromSlash(whole))); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", page, found[1])
				continue
			}
			if name != "" && !slices.Contains(anchors(read(t, whole)), name) {
				t.Errorf("%s: %s has no headline #%s", page, whole, name)
			}
		}
	}
}

// example is one line of a document that a reader may type.
type example struct{ page, line string }

// examples lists the lines of ```sh blocks that begin with a word.
func examples(t *testing.T, word string) []example {
	t.Helper()
	var all []example
	for _, page := range files(t, ".md") {
		for _, block := range fence.FindAllStringSubmatch(read(t, page), -1) {
			if block[1] != "sh" {
				continue
			}
			for line := range strings.Lines(block[2]) {
				line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
				if strings.HasPrefix(line, word+" ") {
					all = append(all, example{page, strings.TrimSpace(line)})
				}
			}
		}
	}
	return all
}

// target is a line of the Makefile that says what it makes.
var target = regexp.MustCompile(`(?m)^([a-z0-9-]+):( .*)?$`)

func TestEveryTargetSaysWhatItMakes(t *testing.T) {
	for _, found := range target.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		if !strings.Contains(found[2], "## ") {
			t.Errorf("make %s says nothing about itself: make would not list it", found[1])
		}
	}
}

func TestEveryMakeInTheDocumentsExists(t *testing.T) {
	var known []string
	for _, found := range target.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		known = append(known, found[1])
	}
	for _, e := range examples(t, "make") {
		for _, word := range strings.Fields(e.line)[1:] {
			if !strings.Contains(word, "=") && !slices.Contains(known, word) {
				t.Errorf("%s: %q: the Makefile makes no %s", e.page, e.line, word)
			}
		}
	}
	page := read(t, "CONTRIBUTING.md")
	for _, name := range known {
		if !strings.Contains(page, "make "+name) && name != "help" {
			t.Errorf("CONTRIBUTING.md does not say what make %s is good for", name)
		}
	}
}

// settingRows reads the table of settings: flag, variable, default, meaning, by flag.
func settingRows(t *testing.T, page string) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for line := range strings.Lines(read(t, page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) == 4 && strings.HasPrefix(cells[0], "`--") {
			rows[cells[0]] = cells
		}
	}
	return rows
}

func TestEverySettingIsDocumented(t *testing.T) {
	const page = "docs/configuration.md"
	rows := settingRows(t, page)
	kind := reflect.TypeFor[config.Settings]()
	for i := range kind.NumField() {
		field := kind.Field(i)
		flag := field.Tag.Get("name")
		if flag == "" {
			flag = dashes(field.Name)
		}
		shown, fallback := "`--"+flag+"`", field.Tag.Get("default")
		if _, ok := field.Tag.Lookup("negatable"); ok {
			shown = "`--[no-]" + flag + "`"
		}
		if fallback != "" {
			fallback = "`" + fallback + "`"
		}
		row, there := rows[shown]
		delete(rows, shown)
		variable := "`ESSAIM_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) + "`"
		if !there || row[3] == "" {
			t.Errorf("%s does not say what %s is for", page, shown)
		} else if row[1] != variable || row[2] != fallback {
			t.Errorf("%s: %s: variable and default are %s and %q, not %s and %q", page, shown, variable, fallback, row[1], row[2])
		}
	}
	for flag := range rows {
		t.Errorf("%s tells of %s, which is no setting", page, flag)
	}
}

// dashes writes a field's name as its flag: TrustedProxy is trusted-proxy, SMTP is smtp, VaultFile is vault-file.
func dashes(name string) string {
	var out strings.Builder
	before := 'A'
	for _, c := range name {
		if unicode.IsUpper(c) && !unicode.IsUpper(before) {
			out.WriteByte('-')
		}
		out.WriteRune(unicode.ToLower(c))
		before = c
	}
	return out.String()
}
