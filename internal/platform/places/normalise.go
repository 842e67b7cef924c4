package places

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"essaim/internal/platform/fault"
)

const (
	maxTyped   = 64 // bytes of what somebody typed for a postal code
	maxForeign = 12 // characters of a code whose country's rule is unknown
)

// Normalise understands a postal code as people type it ("67 000", "F-75011", "75011 Paris", full-width digits, "1011aa") and
// writes it the one way that is stored and compared. The code may be empty only for a country whose rule is unknown: many have
// no postal codes. The error is a *fault.Fault with words for the visitor; Field puts them beside an input.
func (p *Places) Normalise(country, raw string) (string, error) {
	postal, err := p.resolve(country, raw)
	return postal.Code, err
}

// Field turns an error of Normalise into the correction of the input of this name.
func Field(name string, err error) fault.Field {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return fault.Field{Name: name, Key: f.Key, Args: f.Args}
	}
	return fault.Field{Name: name, Key: "places.postal_code_unknown"}
}

func invalid(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }

// clean writes what was typed in plain capitals with single spaces. Characters that cannot be seen are dropped (they come with
// copied text), other controls refused.
func clean(raw string) (string, error) {
	if len(raw) > maxTyped || !utf8.ValidString(raw) {
		return "", invalid("places.postal_code_characters")
	}
	var plain strings.Builder
	for _, r := range norm.NFKC.String(raw) {
		switch {
		case unicode.IsSpace(r):
			plain.WriteByte(' ')
		case unicode.Is(unicode.Cf, r):
		case unicode.IsControl(r):
			return "", invalid("places.postal_code_characters")
		case unicode.Is(unicode.Pd, r):
			plain.WriteByte('-')
		default:
			plain.WriteRune(unicode.ToUpper(r))
		}
	}
	return strings.Join(strings.Fields(plain.String()), " "), nil
}

// frenchDigits finds the five digits in what was typed; the name of the town may stand on either side.
func frenchDigits(typed string) (string, error) {
	wrong := invalid("places.postal_code_digits")
	if typed == "" {
		return "", invalid("places.postal_code_missing")
	}
	for word := range strings.FieldsFuncSeq(typed, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if word == "CEDEX" {
			return "", invalid("places.cedex")
		}
	}
	start := strings.IndexAny(typed, "0123456789")
	if start < 0 || !namesFrance(typed[:start]) {
		return "", wrong
	}
	var code strings.Builder
	at := start
	for ; at < len(typed) && code.Len() < codeSize; at++ {
		switch c := typed[at]; {
		case c >= '0' && c <= '9':
			code.WriteByte(c)
		case c != ' ' && c != '.' && c != '-':
			return "", wrong
		}
	}
	// Six digits are no code, but "75011 Paris 11" is one.
	rest := strings.TrimLeft(typed[at:], " -,.()")
	first, _ := utf8.DecodeRuneInString(rest)
	if code.Len() < codeSize || rest != "" && !unicode.IsLetter(first) {
		return "", wrong
	}
	return code.String(), nil
}

// namesFrance tells whether what stands before the digits may stand there: nothing, the letters of France, or a town. "D-79100" is a
// German code, and no French one though 79100 exists.
func namesFrance(before string) bool {
	before = strings.Trim(before, " -,.(")
	switch before {
	case "", "F", "FR":
		return true
	}
	return utf8.RuneCountInString(before) > 2
}

// sane tells whether a foreign code has nothing but what postal codes are made of.
func sane(code string) bool {
	for i := range len(code) {
		c := code[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && c != ' ' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
