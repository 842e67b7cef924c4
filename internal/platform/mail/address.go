package mail

import (
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
)

// The longest that an address may be, in bytes (RFC 5321 4.5.3.1 and its erratum 1690).
const (
	maxAddress = 254
	maxLocal   = 64
)

// ParseAddress reads what a person typed as their address and returns its normal form: spaces and unseen characters
// around it gone, the domain in lower case and in ASCII (IDNA 2008, UTS 46), the local part as it was typed. What no mail
// server would take is a *fault.Fault of kind Invalid whose key says what to correct. Quoted local parts, comments,
// address literals and the routes of old ("a!b@c", "a%b@c") are refused although RFC 5321 knows them: nobody has one, and
// injections do.
func ParseAddress(typed string) (string, error) {
	if strings.IndexFunc(strings.TrimSpace(typed), unicode.IsControl) >= 0 {
		return "", invalid("mail.address_signs")
	}
	if len(typed) > 4*maxAddress {
		return "", invalid("mail.address_long")
	}
	address := prose.Line(norm.NFKC.String(typed))
	if address == "" {
		return "", invalid("mail.address_missing")
	}
	local, domain, found := strings.Cut(address, "@")
	switch {
	case !found:
		return "", invalid("mail.address_no_domain")
	case strings.ContainsAny(domain, "@,;"):
		return "", invalid("mail.address_several")
	case local == "":
		return "", invalid("mail.address_no_local")
	case domain == "":
		return "", invalid("mail.address_no_domain")
	case !validLocal(local):
		return "", invalid("mail.address_signs")
	}
	ascii, key := parseDomain(domain)
	if key != "" {
		return "", invalid(key)
	}
	if len(local) > maxLocal || len(local)+1+len(ascii) > maxAddress {
		return "", invalid("mail.address_long")
	}
	return local + "@" + ascii, nil
}

func invalid(key string) error { return fault.New(fault.Invalid, key) }

// validLocal accepts a dot-atom (RFC 5322 3.2.3) without ! % ` | and beginning with no sign that a spreadsheet computes
// or a program takes for an option.
func validLocal(local string) bool {
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	if strings.ContainsAny(local[:1], "=+-") {
		return false
	}
	for _, c := range []byte(local) {
		if !isAlphanumeric(c) && strings.IndexByte(".#$&'*+-/=?^_{}~", c) < 0 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// parseDomain returns the domain as DNS knows it, or the key of what is wrong with it.
func parseDomain(domain string) (ascii, key string) {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return "", "mail.address_domain"
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return "", "mail.address_domain"
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" && len(labels) > 1 || len(label) > 63 {
			return "", "mail.address_domain"
		}
	}
	top := labels[len(labels)-1]
	if len(labels) < 2 {
		return "", "mail.address_no_ending"
	}
	if len(top) < 2 || '0' <= top[0] && top[0] <= '9' {
		return "", "mail.address_domain"
	}
	return ascii, ""
}

// Domain returns what stands after the @ of an address that ParseAddress returned.
func Domain(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}
