package prose

import "strings"

// Slug makes the words of an address from a name: "Rail du Val" is rail-du-val. It is at most max bytes of a to z, 0 to 9 and single
// hyphens, cut between words; empty when nothing of the name is left, as of one in Chinese.
func Slug(name string, max int) string {
	words := strings.FieldsFunc(Fold(name), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	slug := ""
	for _, word := range words {
		if len(slug)+1+len(word) > max {
			break
		}
		slug = strings.TrimPrefix(slug+"-"+word, "-")
	}
	return slug
}

// Digits returns the digits 0 to 9 of what somebody typed, without the spaces and points between them.
func Digits(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, s)
}
