package words

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
)

// Fault is what is wrong with a line of a list.
type Fault struct {
	Line int    // the first is 1; 0 for the whole
	Text string // of the line, cleaned and cut
	Key  string // of the message
	Args []any
}

// Reading is a list as it was read: what is right, and what is not.
type Reading struct {
	Entries []Entry
	Faults  []Fault // in the order of the lines, at most maxFaults
	More    int     // further ones
}

const maxFaults = 200

// Read reads a list: a line for each term, or columns between tabs. A first line with names says which columns there are: langue, terme,
// genre, effet or language, term, kind, effect; without one they are the term alone, or language and term, then kind and effect. What a
// line does not say is as in other. Empty lines and lines that begin with # say nothing. Every fault is found, not the first alone.
func Read(data []byte, other Entry) Reading {
	r := reader{other: other, seen: map[string]int{}}
	if key := unreadable(data); key != "" {
		r.fault(0, "", key)
		return r.Reading
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	n := 0
	for line := range strings.Lines(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))) {
		n++
		line = strings.TrimRight(line, "\n")
		if text := strings.TrimSpace(line); text == "" || text[0] == '#' {
			continue
		}
		r.line(n, line)
	}
	if len(r.Entries) == 0 && len(r.Faults) == 0 {
		r.fault(0, "", "words.file_empty")
	}
	return r.Reading
}

// unreadable returns the key of why bytes are no list at all.
func unreadable(data []byte) string {
	switch {
	case len(data) > MaxFile:
		return "words.file_large"
	case bytes.IndexByte(data, 0) >= 0: // UTF-16, a spreadsheet, a picture
		return "words.file_encoding"
	}
	return ""
}

type reader struct {
	Reading
	other   Entry
	columns []column       // nil before the first line
	seen    map[string]int // key of an entry → its line
}

func (r *reader) fault(line int, text, key string, args ...any) {
	if len(r.Faults) == maxFaults {
		r.More++
		return
	}
	text = prose.Line(strings.ToValidUTF8(text, "?"))
	if letters := []rune(text); len(letters) > MaxTerm {
		text = string(letters[:MaxTerm]) + "…"
	}
	r.Faults = append(r.Faults, Fault{Line: line, Text: text, Key: key, Args: args})
}

func (r *reader) line(n int, line string) {
	if !utf8.ValidString(line) {
		r.fault(n, line, "words.line_encoding")
		return
	}
	cells := strings.Split(line, "\t")
	if r.columns == nil {
		if r.columns = header(cells); r.columns != nil {
			return
		}
		r.columns = []column{}
	}
	for len(cells) > 1 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	columns := r.columns
	if len(columns) == 0 {
		columns = unnamed(len(cells))
	}
	if len(cells) > len(columns) {
		r.fault(n, line, "words.columns")
		return
	}
	e, err := entryOf(columns, cells, r.other).Clean()
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		for _, field := range f.Fields {
			r.fault(n, line, field.Key, field.Args...)
		}
		return
	}
	if first := r.seen[e.Key()]; first > 0 {
		r.fault(n, line, "words.line_twice", "first", first)
		return
	}
	if len(r.Entries) == MaxEntries {
		r.fault(n, line, "words.many", "max", MaxEntries)
		return
	}
	r.seen[e.Key()] = n
	r.Entries = append(r.Entries, e)
}

// column is what a column says of an entry.
type column string

const (
	termColumn   column = "term"
	langColumn   column = "lang"
	kindColumn   column = "kind"
	effectColumn column = "effect"
	noColumn     column = "" // a column of something else
)

// columnNames are what people call the columns, folded.
var columnNames = map[string]column{
	"terme": termColumn, "term": termColumn, "mot": termColumn, "word": termColumn,
	"langue": langColumn, "lang": langColumn, "language": langColumn,
	"genre": kindColumn, "kind": kindColumn, "type": kindColumn,
	"effet": effectColumn, "effect": effectColumn,
}

// header reads a line that names columns, nil when it does not. One name alone is a term: "mot" may be listed.
func header(cells []string) []column {
	var columns []column
	for _, cell := range cells {
		columns = append(columns, columnNames[prose.Fold(cell)])
	}
	known := len(columns) - count(columns, noColumn)
	if !slices.Contains(columns, termColumn) || known < 2 && (len(cells) > 1 || prose.Fold(cells[0]) != "terme" && prose.Fold(cells[0]) != "term") {
		return nil
	}
	return columns
}

func count(columns []column, of column) (n int) {
	for _, c := range columns {
		if c == of {
			n++
		}
	}
	return n
}

// unnamed are the columns of a line in a list that does not name them.
func unnamed(n int) []column {
	if n == 1 {
		return []column{termColumn}
	}
	return []column{langColumn, termColumn, kindColumn, effectColumn}
}

// kindNames and effectNamed are what people write for kinds and effects, folded.
var (
	kindNames = map[string]Kind{
		"mot": Word, "word": Word, "debut": Prefix, "prefixe": Prefix, "prefix": Prefix, "beginning": Prefix, "expression": Phrase, "phrase": Phrase,
		"motif": Pattern, "pattern": Pattern, "regex": Pattern,
	}
	effectNamed = map[string]Effect{
		"signaler": Tag, "marquer": Tag, "tag": Tag, "retenir": Hold, "hold": Hold, "refuser": Refuse, "refuse": Refuse,
	}
)

// entryOf reads a line's cells. A kind or an effect that has no such name becomes one that Clean refuses.
func entryOf(columns []column, cells []string, other Entry) Entry {
	e := Entry{List: other.List, Lang: other.Lang, Kind: other.Kind, Effect: other.Effect}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		switch columns[i] {
		case termColumn:
			e.Term = cell
		case langColumn:
			if e.Lang = cell; cell == "*" {
				e.Lang = ""
			}
		case kindColumn:
			if e.Kind = kindNames[prose.Fold(cell)]; e.Kind == "" {
				e.Kind = Kind(cell)
			}
		case effectColumn:
			e.Effect = effectNamed[prose.Fold(cell)]
		}
	}
	return e
}
