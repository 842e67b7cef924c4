package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leonelquinteros/gotext"
	"github.com/leonelquinteros/gotext/plurals"
)

// maxFile bounds a .po file, in bytes. Ours are a hundred times smaller.
const maxFile = 4 << 20

var (
	keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	tagShape = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// Keys returns the keys of each language of one folder of .po files, sorted, by tag.
func Keys(folder fs.FS) (map[string][]string, error) {
	keys := map[string][]string{}
	err := readFolder(folder, func(tag string, messages map[string]message) error {
		for key := range messages {
			keys[tag] = append(keys[tag], key)
		}
		slices.Sort(keys[tag])
		return nil
	})
	return keys, err
}

// readFolder hands the messages of each .po file at the root of folder to each.
func readFolder(folder fs.FS, each func(tag string, messages map[string]message) error) error {
	names, err := fs.Glob(folder, "*.po")
	if err != nil {
		return fmt.Errorf("list messages: %w", err)
	}
	for _, name := range names {
		tag := strings.TrimSuffix(path.Base(name), ".po")
		if !tagShape.MatchString(tag) {
			return fmt.Errorf("messages %s: the name is no language tag", name)
		}
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		messages, err := parse(tag, raw)
		if err != nil {
			return fmt.Errorf("messages %s: %w", name, err)
		}
		if err := each(tag, messages); err != nil {
			return fmt.Errorf("messages %s: %w", name, err)
		}
	}
	return nil
}

// parse reads one .po file. The library is forgiving (it skips what it cannot read); check is not, and comes first.
func parse(tag string, raw []byte) (map[string]message, error) {
	if len(raw) > maxFile {
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	if err := check(string(raw)); err != nil {
		return nil, err
	}
	po := gotext.NewPo()
	po.Parse(raw)
	rule, forms, err := pluralRule(po.PluralForms)
	if err != nil {
		return nil, err
	}
	messages := map[string]message{}
	for key, translation := range po.GetDomain().GetTranslations() {
		if key == "" {
			continue // the header
		}
		m, ok, err := compile(tag, translation, rule, forms)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if ok {
			messages[key] = m
		}
	}
	return messages, nil
}

// compile sets the typography of a message and finds its placeholders. An empty msgstr is a message still to translate: it
// is as if it were not there.
func compile(tag string, t *gotext.Translation, rule plurals.Expression, forms int) (message, bool, error) {
	if !keyShape.MatchString(t.ID) {
		return message{}, false, errors.New("a key is lower-case words joined by dots")
	}
	m := message{}
	want := 1
	if t.PluralID != "" {
		if rule == nil {
			return message{}, false, errors.New("a message that counts needs Plural-Forms in the header")
		}
		m.plural, want = rule, forms
	}
	if len(t.Trs) != want {
		return message{}, false, fmt.Errorf("%d forms, not %d", len(t.Trs), want)
	}
	for i := range want {
		if t.Trs[i] == "" {
			return message{}, false, nil
		}
		m.forms = append(m.forms, cut(Typography(tag, t.Trs[i])))
	}
	return m, true, nil
}

// pluralRule reads "nplurals=2; plural=(n > 1);". A rule that fails on any of many numbers is refused here, not in a page.
func pluralRule(header string) (rule plurals.Expression, forms int, err error) {
	if header == "" {
		return nil, 0, nil
	}
	expression := ""
	for field := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(field, "=")
		switch strings.TrimSpace(name) {
		case "nplurals":
			forms, _ = strconv.Atoi(strings.TrimSpace(value))
		case "plural":
			expression = strings.TrimSpace(value)
		}
	}
	if rule, err = compileRule(expression, forms); err != nil {
		return nil, 0, fmt.Errorf("Plural-Forms %q is no rule: %w", header, err)
	}
	return rule, forms, nil
}

// compileRule tries the rule, and turns the panics of the library (a division by zero, a broken expression) into errors.
func compileRule(expression string, forms int) (rule plurals.Expression, err error) {
	defer func() {
		if r := recover(); r != nil {
			rule, err = nil, fmt.Errorf("%v", r)
		}
	}()
	if len(expression) > 500 {
		return nil, errors.New("too long")
	}
	if rule, err = plurals.Compile(expression); err != nil {
		return nil, err
	}
	for n := range uint32(1100) {
		for _, m := range []uint32{n, 1_000_000 + n} {
			if form := rule.Eval(m); form < 0 || form >= forms {
				return nil, fmt.Errorf("%d asks for form %d of %d", m, form, forms)
			}
		}
	}
	return rule, nil
}
