package i18n

import (
	"strings"
	"unicode"
)

// Typography sets the apostrophes and, in French, the spaces of a text that was typed with plain ones: narrow no-break
// (U+202F) before ; ! ? % ‰ € and between thousands, no-break (U+00A0) before a colon, inside « » and around the h of an
// hour (Lexique des règles typographiques en usage à l’Imprimerie nationale). It leaves URLs, {placeholders}, <tags> and
// 10:30 alone, adds no space where none was typed but inside « », and changes nothing the second time.
func Typography(lang, s string) string {
	t := typesetter{in: []rune(s), french: lang == "fr" || strings.HasPrefix(lang, "fr-")}
	t.out = make([]rune, 0, len(t.in)+8)
	for t.at < len(t.in) {
		t.step()
	}
	return string(t.out)
}

type typesetter struct {
	in, out []rune
	at      int
	french  bool
}

// step reads one thing: a stretch that is not prose, a run of spaces, or one character.
func (t *typesetter) step() {
	if n := t.foreign(); n > 0 {
		t.out = append(t.out, t.in[t.at:t.at+n]...)
		t.at += n
		return
	}
	r := t.in[t.at]
	switch {
	case r == '\'' && t.apostrophe():
		r = '’'
	case t.french && isSpace(r):
		t.spaces()
		return
	case t.french && r == '«':
		t.open()
		return
	case t.french && r == '»' && !isSpace(t.before(1)) && t.before(1) != 0 && t.before(1) != '\n':
		t.out = append(t.out, '\u00a0')
	}
	t.out = append(t.out, r)
	t.at++
}

// before returns the n-th character from the end of what is written, 0 when there is none.
func (t *typesetter) before(n int) rune {
	if n > len(t.out) {
		return 0
	}
	return t.out[len(t.out)-n]
}

// after returns the n-th character from where we read, 0 when there is none.
func (t *typesetter) after(n int) rune {
	if t.at+n >= len(t.in) {
		return 0
	}
	return t.in[t.at+n]
}

// foreign returns the length of the placeholder, tag or URL that begins here, 0 when none does.
func (t *typesetter) foreign() int {
	switch r := t.in[t.at]; {
	case r == '{':
		return t.until('}')
	case r == '<' && (unicode.IsLetter(t.after(1)) || t.after(1) == '/'):
		return t.until('>')
	case unicode.IsLetter(t.before(1)) || unicode.IsDigit(t.before(1)):
		return 0
	}
	for _, scheme := range []string{"http://", "https://", "mailto:", "tel:", "www."} {
		if t.begins(scheme) {
			return t.url()
		}
	}
	return 0
}

func (t *typesetter) begins(prefix string) bool {
	for i, r := range []rune(prefix) {
		if t.after(i) != r {
			return false
		}
	}
	return true
}

// until returns the length up to and with the closing character, on this line; 0 when it is not there.
func (t *typesetter) until(closing rune) int {
	const longest = 2000 // so that a text of nothing but opening marks costs no square
	for n := 1; n < longest && t.after(n) != 0 && t.after(n) != '\n'; n++ {
		if t.after(n) == closing {
			return n + 1
		}
	}
	return 0
}

func (t *typesetter) url() int {
	n := 1
	for t.after(n) != 0 && !unicode.IsSpace(t.after(n)) && !strings.ContainsRune("<>«»\"", t.after(n)) {
		n++
	}
	return n
}

// apostrophe tells whether the mark we read joins two parts of a word: l'adresse, d'{name}, don't.
func (t *typesetter) apostrophe() bool {
	next := t.after(1)
	return unicode.IsLetter(t.before(1)) &&
		(unicode.IsLetter(next) || unicode.IsDigit(next) || (next != 0 && strings.ContainsRune("{<«“", next)))
}

// open writes « and the space after it, whatever was typed.
func (t *typesetter) open() {
	t.out = append(t.out, '«')
	t.at++
	for t.at < len(t.in) && isSpace(t.in[t.at]) {
		t.at++
	}
	if t.at < len(t.in) && t.in[t.at] != '\n' {
		t.out = append(t.out, '\u00a0')
	}
}

// spaces writes a run of spaces as one of the right kind, or as it was typed where no rule speaks.
func (t *typesetter) spaces() {
	start := t.at
	for t.at < len(t.in) && isSpace(t.in[t.at]) {
		t.at++
	}
	if space := t.space(); space != 0 {
		t.out = append(t.out, space)
		return
	}
	t.out = append(t.out, t.in[start:t.at]...)
}

// space returns the space that belongs between what is written and what comes, 0 when any will do.
func (t *typesetter) space() rune {
	previous := t.before(1)
	if previous == 0 || previous == '\n' {
		return 0
	}
	counted := unicode.IsDigit(previous) || previous == '}'
	switch next := t.after(0); {
	case next == ';' || next == '!' || next == '?':
		return '\u202f'
	case (next == '%' || next == '‰' || next == '€') && counted:
		return '\u202f'
	case next == ':' && (t.after(1) == 0 || t.after(1) == '<' || t.after(1) == '»' || unicode.IsSpace(t.after(1))):
		return '\u00a0'
	case next == '»':
		return '\u00a0'
	case next == 'h' && counted && !unicode.IsLetter(t.after(1)):
		return '\u00a0'
	case previous == 'h' && (isSpace(t.before(2)) || unicode.IsDigit(t.before(2))) && t.digits() == 2:
		return '\u00a0'
	case t.thousands():
		return '\u202f'
	}
	return 0
}

// digits returns how many digits come.
func (t *typesetter) digits() int {
	n := 0
	for '0' <= t.after(n) && t.after(n) <= '9' {
		n++
	}
	return n
}

// thousands tells whether one to three digits are written and exactly three come. A telephone number has pairs, a postal
// code five.
func (t *typesetter) thousands() bool {
	written := 0
	for '0' <= t.before(written+1) && t.before(written+1) <= '9' {
		written++
	}
	return 1 <= written && written <= 3 && t.digits() == 3
}

func isSpace(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }
