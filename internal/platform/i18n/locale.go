// Package i18n speaks to people in their language: messages, numbers, dates and the spaces that typography wants.
//
// Messages live in .po files beside the code that uses them, fr.po and en.po in a folder named locales, because every
// translator's tool knows that format. The msgid is a key, "mobilisation.signed", never a sentence: a sentence that is
// corrected does not orphan its translations. A placeholder is a name in braces, {name}; a message that counts has a
// msgid_plural, and its {n} is the number, written as the language writes it.
//
// It promises that a message costs a map look-up and one pass over its parts, that everything it returns is plain text
// (the caller escapes), and that French typography is right although the files were typed with plain spaces.
//
// Load reads the files into a Catalogue (catalogue.go, po.go); a Locale speaks one language of it (locale.go, number.go,
// date.go); Typography sets spaces and apostrophes (typography.go); what a language calls its days is in words.go.
package i18n

import (
	"context"
	"time"
)

// Locale speaks one language, in one time zone. It is safe for concurrent use and never changes. The zero Locale is of no
// language: its messages are their keys, its dates are numbers.
type Locale struct {
	tag      string
	messages map[string]message
	fallback *Locale // the host's language, for what a third language has not translated yet; nil for none
	words    *words
	zone     *time.Location
}

// Tag returns the BCP 47 tag of the language, such as "fr", fit for the lang attribute.
func (l *Locale) Tag() string { return l.tag }

// Name returns what the language calls itself, such as "Français".
func (l *Locale) Name() string { return Name(l.tag) }

// Zone returns the time zone in which dates are written.
func (l *Locale) Zone() *time.Location {
	if l.zone == nil {
		return time.UTC
	}
	return l.zone
}

// Has tells whether the language itself has a message of this key.
func (l *Locale) Has(key string) bool {
	_, ok := l.messages[key]
	return ok
}

// T returns the message of this key, its placeholders filled from args: name, value, name, value… A string stands as it
// is, an integer is written as the language writes numbers (hand over a year as a string), a time.Time as a date.
// A message that this language lacks comes from the host's language; one that nobody has is its key.
func (l *Locale) T(key string, args ...any) string {
	m, from, ok := l.find(key)
	if !ok {
		return key
	}
	return m.forms[0].fill(from, args, nil)
}

// N returns the message of this key in the plural form of n, with {n} as the number and the other placeholders from args.
func (l *Locale) N(key string, n int64, args ...any) string {
	m, from, ok := l.find(key)
	if !ok {
		return key
	}
	return m.form(n).fill(from, args, &n)
}

// find returns the message and the locale whose language it is in.
func (l *Locale) find(key string) (message, *Locale, bool) {
	if m, ok := l.messages[key]; ok {
		return m, l, true
	}
	if l.fallback != nil {
		m, ok := l.fallback.messages[key]
		return m, l.fallback, ok
	}
	return message{}, nil, false
}

type contextKey struct{}

// With returns a context that carries the locale of the page being made.
func With(ctx context.Context, l *Locale) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From returns the locale that With left in ctx, and the zero Locale when there is none: never nil.
func From(ctx context.Context) *Locale {
	if l, ok := ctx.Value(contextKey{}).(*Locale); ok && l != nil {
		return l
	}
	return new(Locale)
}
