package i18n

import (
	"fmt"
	"strings"
	"time"

	"github.com/leonelquinteros/gotext/plurals"
)

// message is what one language says for one key: one form, or one for each plural.
type message struct {
	forms  []text
	plural plurals.Expression // nil for a message that does not count
}

// form returns the form for n, the last one should the rule name a form that is not there.
func (m message) form(n int64) text {
	if m.plural == nil {
		return m.forms[0]
	}
	i := m.plural.Eval(counted(n))
	if i < 0 || i >= len(m.forms) {
		return m.forms[len(m.forms)-1]
	}
	return m.forms[i]
}

// counted folds n into the 32 bits of gettext's rules and keeps what they look at: the sign never matters, and above a
// million only the last six digits do (GNU gettext manual, 11.2.6).
func counted(n int64) uint32 {
	const million = 1_000_000
	if n < 0 {
		n = -n
	}
	if n < 0 { // the one int64 without an opposite
		n = million
	}
	if n > 2*million {
		n = n%million + million
	}
	return uint32(n) //nolint:gosec // at most two million
}

// text is one form, cut at its placeholders.
type text struct {
	raw   string
	parts []part // nil without placeholders
}

type part struct {
	words string // stands as it is
	name  string // of the placeholder after the words, empty at the end of the text
}

// cut finds the placeholders of a text. Braces around anything but a name are plain braces.
func cut(raw string) text {
	t := text{raw: raw}
	rest, from := raw, 0
	for {
		open := strings.IndexByte(rest[from:], '{')
		if open < 0 {
			break
		}
		open += from
		n := placeholder(rest[open:])
		if n == 0 {
			from = open + 1
			continue
		}
		t.parts = append(t.parts, part{words: rest[:open], name: rest[open+1 : open+n-1]})
		rest, from = rest[open+n:], 0
	}
	if t.parts != nil {
		t.parts = append(t.parts, part{words: rest})
	}
	return t
}

// placeholder returns the length of the placeholder with which s begins, braces included; 0 when it begins with none.
func placeholder(s string) int {
	if s == "" || s[0] != '{' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if c == '}' && i > 1 {
			return i + 1
		}
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return 0
		}
	}
	return 0
}

// fill writes the text with its placeholders replaced; n, when there is one, is the value of {n}. A placeholder without a
// value stays as it is, so that the mistake shows.
func (t text) fill(l *Locale, args []any, n *int64) string {
	if t.parts == nil {
		return t.raw
	}
	var b strings.Builder
	b.Grow(len(t.raw) + 32)
	for _, p := range t.parts {
		b.WriteString(p.words)
		if p.name == "" {
			continue
		}
		if value, ok := argument(args, p.name); ok {
			b.WriteString(l.write(value))
			continue
		}
		if n != nil && p.name == "n" {
			b.WriteString(l.Number(*n))
			continue
		}
		b.WriteString("{" + p.name + "}")
	}
	return b.String()
}

func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if key, ok := args[i].(string); ok && key == name {
			return args[i+1], true
		}
	}
	return nil, false
}

func (l *Locale) write(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return l.Number(int64(v))
	case int64:
		return l.Number(v)
	case int32:
		return l.Number(int64(v))
	case time.Time:
		return l.Date(v)
	}
	return fmt.Sprint(value)
}
