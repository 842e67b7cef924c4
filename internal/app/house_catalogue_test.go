package app_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// entry is one message of one .po file.
type entry struct {
	key    string
	counts bool // has a plural
	forms  []string
}

// hole is a placeholder such as {name}, or the edge of a part such as {link} and {/link}.
var hole = regexp.MustCompile(`\{(/?[a-z_0-9]+)\}`)

// holes lists the placeholders of all forms, sorted.
func (e entry) holes() []string {
	var all []string
	for _, form := range e.forms {
		for _, found := range hole.FindAllStringSubmatch(form, -1) {
			all = append(all, found[1])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// readPO reads the messages of a .po file. i18n refuses what is broken; this reads what is whole.
func readPO(text string) (map[string]entry, error) {
	entries := map[string]entry{}
	var current entry
	number := 0
	for line := range strings.Lines(text) {
		number++
		word, quoted, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		if strings.HasPrefix(word, `"`) {
			word, quoted = "", strings.TrimSpace(line)
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		switch {
		case word == "msgid":
			if _, twice := entries[value]; twice && value != "" {
				return nil, fmt.Errorf("line %d: %s a second time", number, value)
			}
			current = entry{key: value}
		case word == "msgid_plural":
			current.counts = true
		case strings.HasPrefix(word, "msgstr"):
			current.forms = append(current.forms, value)
		case len(current.forms) > 0:
			current.forms[len(current.forms)-1] += value
		}
		if current.key != "" {
			entries[current.key] = current
		}
	}
	return entries, nil
}

// catalogue is what the house says in one language, by key, with the folder that says it.
type catalogue struct {
	entries map[string]entry
	owner   map[string]string
}

// languages are those that a feature is not complete without.
var languages = []string{"fr", "en"}

// catalogues reads every .po file beside the code.
func catalogues(t *testing.T) map[string]catalogue {
	t.Helper()
	all := map[string]catalogue{}
	for _, name := range files(t, ".po") {
		if path.Base(path.Dir(name)) != "locales" {
			continue // TestAKeyBeginsWithItsPackage tells
		}
		lang := strings.TrimSuffix(path.Base(name), ".po")
		if all[lang].entries == nil {
			all[lang] = catalogue{entries: map[string]entry{}, owner: map[string]string{}}
		}
		entries, err := readPO(read(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, e := range entries {
			all[lang].entries[key], all[lang].owner[key] = e, path.Dir(path.Dir(name))
		}
	}
	return all
}

func TestEveryMessageIsInEveryLanguage(t *testing.T) {
	all := catalogues(t)
	for _, lang := range languages {
		for _, other := range languages {
			for key, e := range all[lang].entries {
				translated, there := all[other].entries[key]
				switch {
				case !there:
					t.Errorf("%s: %s is not in %s.po: who reads %s would see the key", all[lang].owner[key], key, other, other)
				case e.counts != translated.counts:
					t.Errorf("%s: %s counts in one language only", all[lang].owner[key], key)
				case !slices.Equal(e.holes(), translated.holes()):
					t.Errorf("%s: %s holds %v in %s and %v in %s", all[lang].owner[key], key, e.holes(), lang, translated.holes(), other)
				}
			}
		}
		for key, e := range all[lang].entries {
			if len(e.forms) == 0 || slices.Contains(e.forms, "") {
				t.Errorf("%s: %s says nothing in %s.po", all[lang].owner[key], key, lang)
			}
		}
	}
}

// sharedKeys begin messages that several packages say: their owner holds them for all.
var sharedKeys = map[string]string{"fault.": "internal/platform/web"}

func TestAKeyBeginsWithItsPackage(t *testing.T) {
	for _, name := range files(t, ".po") {
		if path.Base(path.Dir(name)) != "locales" {
			t.Errorf("%s: words are kept in the folder locales of the package that says them", name)
		}
	}
	for lang, all := range catalogues(t) {
		for key, owner := range all.owner {
			begin, _, _ := strings.Cut(key, ".")
			if begin != path.Base(owner) && sharedKeys[begin+"."] != owner {
				t.Errorf("%s/locales/%s.po: %s does not begin with %q; a key tells where its words are", owner, lang, key, path.Base(owner)+".")
			}
		}
	}
}
