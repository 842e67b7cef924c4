package mail

import "strings"

// provider is what one mail service ignores in a local part, by its own documentation. A service that is not listed
// ignores the case only: at most of them zoe.dupont and zoedupont are two people.
type provider struct {
	tag     string // what begins a tag, such as "+"; empty for none
	ignored string // characters that do not count, such as "."
	domain  string // the domain that stands for all of the service's, empty for each its own
}

// Canonical returns the form under which all the addresses of one mailbox are one: "Zoe.Dupont+train@googlemail.com" is
// "zoedupont@gmail.com". It is for telling people apart, never for writing to them. The address is one that ParseAddress
// returned.
func Canonical(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if user, service, ok := subdomain(domain); ok { // anything@zoe.fastmail.com is zoe's
		local, domain = user, service
	}
	p := providerOf(domain)
	if p.tag != "" {
		if name, _, found := strings.Cut(local, p.tag); found && name != "" {
			local = name
		}
	}
	if p.ignored != "" {
		kept := strings.Map(func(r rune) rune {
			if strings.ContainsRune(p.ignored, r) {
				return -1
			}
			return r
		}, local)
		if kept != "" {
			local = kept
		}
	}
	if p.domain != "" {
		domain = p.domain
	}
	return local + "@" + domain
}

func subdomain(domain string) (user, service string, ok bool) {
	for _, service := range []string{"fastmail.com", "fastmail.fm"} {
		if user, found := strings.CutSuffix(domain, "."+service); found && !strings.Contains(user, ".") {
			return user, service, true
		}
	}
	return "", "", false
}

func providerOf(domain string) provider {
	switch domain {
	case "gmail.com", "googlemail.com":
		return provider{tag: "+", ignored: ".", domain: "gmail.com"}
	case "proton.me", "protonmail.com", "protonmail.ch", "pm.me":
		return provider{tag: "+", ignored: ".-_", domain: "proton.me"}
	case "icloud.com", "me.com", "mac.com":
		return provider{tag: "+", domain: "icloud.com"}
	case "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "ya.ru":
		return provider{tag: "+", ignored: ".-", domain: "yandex.ru"}
	case "outlook.com", "outlook.fr", "outlook.be", "outlook.de", "outlook.es", "outlook.it",
		"hotmail.com", "hotmail.fr", "hotmail.be", "hotmail.de", "hotmail.es", "hotmail.it", "hotmail.co.uk",
		"live.com", "live.fr", "live.be", "live.de", "live.co.uk", "msn.com",
		"fastmail.com", "fastmail.fm", "mailbox.org", "posteo.de", "posteo.net", "riseup.net", "disroot.org",
		"zoho.com", "zohomail.eu", "mailfence.com", "runbox.com", "pobox.com", "hey.com":
		return provider{tag: "+"}
	}
	return provider{}
}
