// Package prose cleans what people type, and turns their Markdown into HTML that can be trusted.
//
// It promises that an HTML it returns holds no script, no style, no image, no foreign tag and no link but http, https and
// mailto, whatever was typed; that a cleaned line has no character that hides, reverses or commands; and that its work is
// bounded by the length of its input.
//
// Markdown and Plain read what people write at length (markdown.go, plain.go); Line and Text clean what they type in a
// field (clean.go); SuspectName tells a name from an advertisement or a formula (name.go); Fold is the one way in which
// text is folded for searching (fold.go).
package prose

// HTML is markup that may stand in a page as it is. Only this package makes it from what people wrote.
type HTML string

// MaxMarkdown is how much of a Markdown text is read, in bytes. Forms refuse more; this bound is the last door.
const MaxMarkdown = 50_000
