package i18n

import (
	"strconv"
	"strings"
)

// The spaces of French typography.
const (
	nbsp  = "\u00a0" // before a colon, inside « », between a number and its unit
	nnbsp = "\u202f" // narrow: before ; ! ? and between thousands
)

// Number writes an integer with its thousands apart: 18 432 in French (U+202F), 18,432 in English.
func (l *Locale) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "−", digits[1:]
	}
	separator := l.say().thousands
	if len(digits) <= 3 {
		return sign + digits
	}
	var b strings.Builder
	b.Grow(len(sign) + len(digits) + len(digits)/3*len(separator))
	b.WriteString(sign)
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// Percent writes part of whole in whole percent, rounded down, so that 100 % means reached: "99 %" in French (U+202F),
// "99%" in English. A whole of zero or less is 0 %.
func (l *Locale) Percent(part, whole int64) string {
	percent := int64(0)
	if whole > 0 && part > 0 {
		percent = int64(float64(part) / float64(whole) * 100)
		if part < whole {
			percent = min(percent, 99)
		}
	}
	return l.Number(percent) + l.say().percent
}

// List joins words as a sentence does: "a, b et c" in French, "a, b and c" in English.
func (l *Locale) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + l.say().and + items[last]
}
