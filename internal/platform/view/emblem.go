package view

import (
	"context"
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

	"essaim/internal/platform/perm"
)

// Initials returns one or two capitals that stand for a name where no emblem can be drawn.
func Initials(name string) string { return initials(name) }

// initials returns one or two capitals that stand for a name: of its first two words, small ones left out.
func initials(name string) string {
	var letters []rune
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '’' || r == '\'' }) {
		first, _ := utf8.DecodeRuneInString(word)
		if small[strings.ToLower(word)] || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
			continue
		}
		letters = append(letters, unicode.ToUpper(first))
		if len(letters) == 2 {
			break
		}
	}
	return string(letters)
}

// small are words that a name is not known by, in French and English. Never written to.
var small = map[string]bool{
	"de": true, "du": true, "des": true, "d": true, "la": true, "le": true, "les": true, "l": true, "et": true, "en": true,
	"à": true, "au": true, "aux": true, "pour": true, "of": true, "the": true, "and": true, "for": true,
}

// colour returns the class of an emblem: always the same for one name.
func colour(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	return [...]string{"", "b", "c", "d"}[h.Sum32()%4]
}

// firstName returns what the person chose to be called by, or words for who chose nothing.
func firstName(ctx context.Context, actor perm.Actor) string {
	if name, _, _ := strings.Cut(strings.TrimSpace(actor.Name), " "); name != "" {
		return name
	}
	return tr(ctx, "view.account")
}
