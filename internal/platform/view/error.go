package view

import (
	"context"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Failure is a page that could not be given.
type Failure struct {
	Status      int    // HTTP; shown large
	Title       string // what happened
	Text        string // what is safe, what to do
	Suggestions []Row  // likely pages
	Ways        []NavItem
}

// searched returns the words of the address that was followed, for the search field of the error page.
func searched(ctx context.Context) string {
	const longest = 80 // bytes; an address longer than that is not made of words
	path, err := url.PathUnescape(RequestFrom(ctx).Path)
	if err != nil || !utf8.ValidString(path) {
		return ""
	}
	words := strings.FieldsFunc(path, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = removeShort(words)
	if text := strings.Join(words, " "); len(text) <= longest {
		return text
	}
	return ""
}

// removeShort drops the steps of addresses that are no words, such as the m of /m/.
func removeShort(words []string) []string {
	var long []string
	for _, word := range words {
		if len(word) > 2 {
			long = append(long, word)
		}
	}
	return long
}
