package i18n

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Catalogue holds every message in every language. It is safe for concurrent use and never changes.
type Catalogue struct {
	tags     []string
	messages map[string]map[string]message // by tag, then by key
	locales  map[string]*Locale
	zone     *time.Location
	matcher  language.Matcher
}

// Load reads the .po files at the root of each folder. A key may be in one folder only: two packages that say different
// things under one name are an error. French comes first when it is there; dates are in the zone of Paris.
func Load(folders ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{messages: map[string]map[string]message{}}
	for _, folder := range folders {
		if err := readFolder(folder, c.add); err != nil {
			return nil, err
		}
	}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	c.zone = zone
	c.tags = slices.Sorted(maps.Keys(c.messages))
	return c.Prefer("fr"), nil
}

func (c *Catalogue) add(tag string, messages map[string]message) error {
	if c.messages[tag] == nil {
		c.messages[tag] = map[string]message{}
	}
	for key, m := range messages {
		if _, ok := c.messages[tag][key]; ok {
			return fmt.Errorf("%q is already in another folder", key)
		}
		c.messages[tag][key] = m
	}
	return nil
}

// In returns the same messages with dates in another zone.
func (c *Catalogue) In(zone *time.Location) *Catalogue {
	other := *c
	other.zone = zone
	other.build()
	return &other
}

// Prefer returns the same messages with another language first: the one of the host, whose URLs have no prefix. An
// unknown tag changes nothing.
func (c *Catalogue) Prefer(tag string) *Catalogue {
	other := *c
	other.tags = slices.Clone(c.tags)
	if i := slices.Index(other.tags, tag); i >= 0 {
		other.tags = slices.Insert(slices.Delete(other.tags, i, i+1), 0, tag)
	}
	other.build()
	return &other
}

// Only returns the same messages in these languages alone, the host's first. A tag without messages is an error.
func (c *Catalogue) Only(tags ...string) (*Catalogue, error) {
	other := *c
	other.tags = nil
	for _, tag := range tags {
		if !slices.Contains(c.tags, tag) {
			return nil, fmt.Errorf("there are no messages in the language %q; there are some in %s", tag, strings.Join(c.tags, ", "))
		}
		if !slices.Contains(other.tags, tag) {
			other.tags = append(other.tags, tag)
		}
	}
	other.build()
	return &other, nil
}

func (c *Catalogue) build() {
	c.locales = make(map[string]*Locale, len(c.tags))
	var first *Locale
	var tags []language.Tag
	for _, tag := range c.tags {
		l := &Locale{tag: tag, messages: c.messages[tag], fallback: first, words: wordsOf(tag), zone: c.zone}
		if first == nil {
			first = l
		}
		c.locales[tag] = l
		tags = append(tags, language.Make(tag))
	}
	c.matcher = language.NewMatcher(tags)
}

// Tags returns the tags of the languages, the host's first, the others in order. The slice is the caller's.
func (c *Catalogue) Tags() []string { return slices.Clone(c.tags) }

// Locale returns the locale of exactly this tag, and whether there is one.
func (c *Catalogue) Locale(tag string) (*Locale, bool) {
	l, ok := c.locales[tag]
	return l, ok
}

// Default returns the locale of the host's language, and the zero Locale of an empty catalogue.
func (c *Catalogue) Default() *Locale {
	if len(c.tags) == 0 {
		return new(Locale)
	}
	return c.locales[c.tags[0]]
}

// For returns the locale of a tag that was kept with somebody, the host's where there is none any more.
func (c *Catalogue) For(tag string) *Locale {
	if l, ok := c.locales[tag]; ok {
		return l
	}
	return c.Default()
}

// Prefix is what stands before the paths of a language: nothing for the host's own, "/en" for another.
func (c *Catalogue) Prefix(tag string) string {
	if len(c.tags) == 0 || tag == c.tags[0] {
		return ""
	}
	return "/" + tag
}

// Match returns the tag that suits an Accept-Language header best (RFC 9110 12.5.4), the host's when none does or the
// header makes no sense. Only the front door asks: every other URL says its language.
func (c *Catalogue) Match(acceptLanguage string) string {
	if len(c.tags) == 0 {
		return ""
	}
	const longest = 200 // bytes: a header longer than what browsers send is not worth the work
	if acceptLanguage == "" || len(acceptLanguage) > longest {
		return c.tags[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return c.tags[0]
	}
	_, i, confidence := c.matcher.Match(wanted...)
	if confidence == language.No {
		return c.tags[0]
	}
	return c.tags[i]
}

// Missing returns, by tag, the keys that another language has and this one lacks, sorted; empty when every message is in
// every language.
func (c *Catalogue) Missing() map[string][]string {
	missing := map[string][]string{}
	for _, key := range c.keys() {
		for _, tag := range c.tags {
			if _, ok := c.messages[tag][key]; !ok {
				missing[tag] = append(missing[tag], key)
			}
		}
	}
	return missing
}

// Uneven returns the keys whose languages do not have the same placeholders, or of which one counts and another does not,
// sorted: a translation that forgets a name.
func (c *Catalogue) Uneven() []string {
	var uneven []string
	for _, key := range c.keys() {
		var shapes []string
		for _, tag := range c.tags {
			if m, ok := c.messages[tag][key]; ok {
				shapes = append(shapes, m.shape())
			}
		}
		if len(slices.Compact(shapes)) > 1 {
			uneven = append(uneven, key)
		}
	}
	return uneven
}

func (c *Catalogue) keys() []string {
	all := map[string]bool{}
	for _, messages := range c.messages {
		for key := range messages {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// shape names the placeholders of all forms together; a singular may well spell its one out.
func (m message) shape() string {
	names := map[string]bool{}
	for _, form := range m.forms {
		for _, p := range form.parts {
			names[p.name] = true
		}
	}
	delete(names, "")
	return fmt.Sprint(m.plural != nil, slices.Sorted(maps.Keys(names)))
}
