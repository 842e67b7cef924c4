package organisation

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
)

// Lengths, in characters.
const (
	maxName    = 80
	maxLetters = 3
	maxLine    = 100
	maxLede    = 300
	maxAbout   = 10_000
	maxSlug    = 60
)

// Profile is an organisation as its page shows it.
type Profile struct {
	ID      string
	Slug    string
	Name    string
	Emblem  Emblem
	Lang    string // of the original text
	Texts   map[string]Text
	Links   []Link
	Created time.Time
}

// Path is the public page, without language prefix.
func (p Profile) Path() string { return "/organisation/" + p.Slug }

// Tag is what cached pages bear that show the organisation.
func (p Profile) Tag() string { return tagOf(p.ID) }

func tagOf(id string) string { return "organisation:" + id }

// listTag is what the cached list bears.
const listTag = "organisations"

// Text is what an organisation says of itself in one language, in one version. A version is never changed.
type Text struct {
	Lang    string
	Version int64  // 1 is the first, 0 for none yet
	Line    string // what it is, and where: "Association loi 1901, Valbrune"
	Lede    string // one or two sentences
	About   string // Markdown
}

// Empty tells whether there is nothing to read.
func (t Text) Empty() bool { return t.Line == "" && t.Lede == "" && t.About == "" }

func (t Text) sameWords(other Text) bool {
	return t.Line == other.Line && t.Lede == other.Lede && t.About == other.About
}

// TextIn returns the words in lang, or the original when there are none; ok tells which.
func (p Profile) TextIn(lang string) (text Text, ok bool) {
	if text := p.Texts[lang]; !text.Empty() {
		return text, true
	}
	return p.Texts[p.Lang], false
}

// LineIn returns what the organisation is and where, in lang or in the original.
func (p Profile) LineIn(lang string) string {
	if line := p.Texts[lang].Line; line != "" {
		return line
	}
	return p.Texts[p.Lang].Line
}

// Missing returns those of the languages in which there is nothing to read.
func (p Profile) Missing(langs []string) []string {
	return slices.DeleteFunc(slices.Clone(langs), func(lang string) bool { return !p.Texts[lang].Empty() })
}

// Emblem is one to three letters on a colour.
type Emblem struct {
	Letters string
	Colour  Colour
}

// Colour is one of the emblem's grounds.
type Colour string

// The colours, as the design has them.
const (
	Petrol Colour = "petrol"
	Poppy  Colour = "poppy"
	Leaf   Colour = "leaf"
	Honey  Colour = "honey"
)

// Colours lists them; the first is the usual one.
func Colours() []Colour { return []Colour{Petrol, Poppy, Leaf, Honey} }

// class is the colour's name in the style sheet.
func (c Colour) class() string {
	switch c {
	case Poppy:
		return "b"
	case Leaf:
		return "c"
	case Honey:
		return "d"
	}
	return ""
}

// letters returns up to two capitals that stand for a name: "Rail du Val" is RV; without capitals, its first letter.
func letters(name string) string {
	var all []rune
	first := rune(0)
	for word := range strings.FieldsFuncSeq(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		c, _ := utf8.DecodeRuneInString(word)
		if first == 0 {
			first = unicode.ToUpper(c)
		}
		if unicode.IsUpper(c) && len(all) < 2 {
			all = append(all, c)
		}
	}
	if len(all) == 0 && first != 0 {
		all = []rune{first}
	}
	return string(all)
}

// validSlug tells whether s is words of small letters and digits joined by hyphens.
func validSlug(s string) bool {
	if s == "" || len(s) > maxSlug || strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") || strings.Contains(s, "--") {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// reserved are the words that stand, or may stand, in the place of a slug. Never written to.
var reserved = map[string]bool{
	"new": true, "edit": true, "list": true, "search": true, "feed": true, "near": true, "admin": true, "api": true,
	"fr": true, "en": true, "organisation": true, "essaim": true, "static": true,
}

func validName(name string) bool {
	return !prose.Longer(name, maxName) && strings.ContainsFunc(name, unicode.IsLetter)
}

// checkFace looks at what is the same in every language.
func checkFace(f *fault.Flaws, name string, emblem Emblem) {
	f.When(!validName(name), "name", "organisation.name_shape", "max", maxName)
	f.When(prose.Longer(emblem.Letters, maxLetters) || strings.ContainsFunc(emblem.Letters, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }),
		"letters", "organisation.letters_shape", "max", maxLetters)
	f.When(!slices.Contains(Colours(), emblem.Colour), "colour", "organisation.colour_choose")
}

// checkText looks at the words of one language. The original must say something.
func checkText(f *fault.Flaws, t Text, original bool) {
	f.When(prose.Longer(t.Line, maxLine), "line", "organisation.line_long", "max", maxLine)
	f.When(original && t.Lede == "", "lede", "organisation.lede_missing")
	f.When(prose.Longer(t.Lede, maxLede), "lede", "organisation.lede_long", "max", maxLede)
	f.When(prose.Longer(t.About, maxAbout), "about", "organisation.about_long", "max", maxAbout)
}

// clean takes what does not belong out of the words.
func (t Text) clean() Text {
	t.Line, t.Lede, t.About = prose.Line(t.Line), prose.Line(t.Lede), prose.Text(t.About)
	return t
}

// clean fills in what was left empty.
func (e Emblem) clean(name string) Emblem {
	if e.Letters = prose.Line(e.Letters); e.Letters == "" {
		e.Letters = letters(name)
	}
	if e.Colour == "" {
		e.Colour = Petrol
	}
	return e
}
