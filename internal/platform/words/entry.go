package words

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
)

// Kind is how an entry meets a text.
type Kind string

// The kinds.
const (
	Word    Kind = "word"    // a whole word
	Prefix  Kind = "prefix"  // every word that begins so
	Phrase  Kind = "phrase"  // several words, one after the other
	Pattern Kind = "pattern" // a regular expression (RE2) over the folded text
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Word, Prefix, Phrase, Pattern} }

// Effect is what becomes of a text that meets an entry. They are ordered: of several, the greatest counts.
type Effect int

// The effects.
const (
	None   Effect = iota
	Tag           // whoever reads the text in the queue sees what it met
	Hold          // the text waits for a moderator, or is shown to one
	Refuse        // its writer is asked to find another word
)

// effectNames are the effects as they are kept and read.
var effectNames = [...]string{"none", "tag", "hold", "refuse"}

// Effects lists every effect that an entry may have.
func Effects() []Effect { return []Effect{Tag, Hold, Refuse} }

func (e Effect) String() string {
	if e < None || e > Refuse {
		return effectNames[None]
	}
	return effectNames[e]
}

// ParseEffect reads the name of an effect, None for what is no name.
func ParseEffect(name string) Effect {
	for _, e := range Effects() {
		if e.String() == name {
			return e
		}
	}
	return None
}

// Entry is one term of a list.
type Entry struct {
	ID     string // for who keeps it; not read here
	List   string // the name of its list; not read here
	Lang   string // of the texts that it is for: "fr", "fr-CA"; empty for all
	Term   string // as somebody wrote it
	Kind   Kind
	Effect Effect
}

// langLike is the shape of a language: two or three letters, and a country.
var langLike = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)

const (
	leastWord   = 2 // letters
	leastPrefix = 3
	leastPhrase = 3 // in all its words together
)

// Clean returns the entry as it is kept, with its kind when it has none: `encul*` is a beginning, `/…/` a pattern, what holds several
// words a phrase. The fault is Invalid with the fields term, lang, kind or effect.
func (e Entry) Clean() (Entry, error) {
	e.Term, e.Lang = prose.Line(e.Term), strings.TrimSpace(e.Lang)
	e.guess()
	var fields []fault.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, fault.Field{Name: name, Key: key, Args: args})
	}
	switch n := utf8.RuneCountInString(e.Term); {
	case n == 0:
		wrong("term", "words.term_missing")
	case n > MaxTerm:
		wrong("term", "words.term_long", "max", MaxTerm)
	case e.Kind == Pattern:
		if _, key := compilePattern(e.Term); key != "" {
			wrong("term", key)
		}
	default:
		if key := e.checkTerm(); key != "" {
			wrong("term", key)
		}
	}
	if !slices.Contains(Kinds(), e.Kind) {
		wrong("kind", "words.kind_unknown")
	}
	if fields = append(fields, e.Faults()...); len(fields) > 0 {
		return e, fault.InvalidForm(fields...)
	}
	return e, nil
}

// Faults says what is wrong with language and effect alone, which may stand for many terms.
func (e Entry) Faults() (fields []fault.Field) {
	if e.Lang != "" && !langLike.MatchString(e.Lang) {
		fields = append(fields, fault.Field{Name: "lang", Key: "words.lang_unknown"})
	}
	if e.Effect < Tag || e.Effect > Refuse {
		fields = append(fields, fault.Field{Name: "effect", Key: "words.effect_unknown"})
	}
	return fields
}

// guess reads the kind from the term, and takes its signs off.
func (e *Entry) guess() {
	term := e.Term
	for (e.Kind == "" || e.Kind == Pattern) && len(e.Term) > 2 && e.Term[0] == '/' && e.Term[len(e.Term)-1] == '/' {
		e.Kind, e.Term = Pattern, strings.TrimSpace(e.Term[1:len(e.Term)-1])
	}
	switch {
	case e.Kind == Pattern:
	case (e.Kind == "" || e.Kind == Prefix) && strings.HasSuffix(term, "*"):
		e.Kind, e.Term = Prefix, strings.TrimRight(term, "* ")
	case (e.Kind == "" || e.Kind == Word) && len(tokensOf(term)) > 1:
		e.Kind = Phrase
	case e.Kind == "" || e.Kind == Phrase && len(tokensOf(term)) == 1:
		e.Kind = Word
	}
}

// checkTerm returns the key of what is wrong with a term that is no pattern, empty for nothing.
func (e Entry) checkTerm() string {
	tokens := tokensOf(e.Term)
	if len(tokens) == 0 {
		return "words.term_signs"
	}
	letters := 0
	for _, token := range tokens {
		for _, run := range token {
			letters += int(run.n)
		}
	}
	alone := len(tokens) == 1 && len(tokens[0]) == 1 && unicode.In(tokens[0][0].r, unicode.So)
	switch {
	case e.Kind == Prefix && len(tokens) > 1:
		return "words.prefix_words"
	case e.Kind == Prefix && letters < leastPrefix, e.Kind == Phrase && letters < leastPhrase, letters < leastWord && !alone:
		return "words.term_short"
	}
	return ""
}

// Key is the same for two entries that meet the same texts, whatever their accents and capitals.
func (e Entry) Key() string {
	if e.Kind == Pattern {
		return e.Lang + " " + string(Pattern) + " " + e.Term
	}
	var b strings.Builder
	for _, token := range tokensOf(e.Term) {
		b.WriteByte(' ')
		for _, run := range token {
			for range run.n {
				b.WriteRune(run.r)
			}
		}
	}
	kind := e.Kind
	if kind == Phrase {
		kind = Word
	}
	return e.Lang + " " + string(kind) + b.String()
}
