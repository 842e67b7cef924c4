package prose

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// domainLike finds what a mail program would make a link of without being asked. Endings that are also French particles
// (M.de, Mme.la) are not in the list.
var domainLike = regexp.MustCompile(`(?i)[\p{L}\p{N}-]{2,}\.(app|be|biz|br|ch|click|cn|co|com|dev|eu|fr|fun|info|io|link|live|ly|me|net|online|org|pro|ru|shop|site|space|store|tk|top|tv|uk|us|vip|website|xyz)(\W|$)|\w\.\w+/`)

// anyDomain is what else browsers and mail programs may take for a domain, in any script: a word of four letters or more, a dot, and
// letters. Shorter words before a dot are titles (Mme.la, St.Jean).
var anyDomain = regexp.MustCompile(`[\p{L}\p{N}-]{4,}\.\p{L}{2,}`)

// SuspectName tells whether what was typed as a name is a formula or an advertisement. Lists of names are opened in
// spreadsheets, which compute what begins with = + - or @ (OWASP, CSV injection), and names stand in mails that we send,
// where a URL, an address or markup would make us the carrier of somebody's spam.
func SuspectName(s string) bool {
	if strings.ContainsAny(s, "\t\r\n\x00") {
		return true
	}
	// A wide ＝ is computed as well, and browsers read 。 in a domain as a dot (UTS 46).
	s = strings.ReplaceAll(Line(norm.NFKC.String(s)), "。", ".")
	if s == "" {
		return false
	}
	return strings.ContainsAny(norm.NFKD.String(s)[:1], "=+-@") || // ≠ is an = with an accent
		strings.ContainsAny(s, "@<>{}[]|\\`#$%:") ||
		digits(s) > 3 || // a telephone number
		strings.Contains(s, "://") ||
		strings.Contains(strings.ToLower(s), "www.") ||
		domainLike.MatchString(s) || anyDomain.MatchString(s)
}

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
