package organisation_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode"

	"essaim/internal/organisation"
)

func TestAddressesOfLinks(t *testing.T) {
	for typed, want := range map[string]string{
		"https://rail.example/a?b=c":                       "https://rail.example/a?b=c",
		"http://rail.example":                              "http://rail.example",
		" rail.example/page ":                              "https://rail.example/page",
		"contact@rail.example":                             "mailto:contact@rail.example",
		"https://masto.example/@val":                       "https://masto.example/@val",
		"javascript:alert(1)":                              "",
		"JaVaScRiPt://x.y/%0aalert":                        "",
		"data:text/html,x":                                 "",
		"https://user:pw@rail.example":                     "",
		"https://":                                         "",
		"//evil.example":                                   "",
		"mailto:a@b.example?bcc=c@d":                       "",
		"https://localhost":                                "",
		"https://" + strings.Repeat("a", 600) + ".example": "",
	} {
		l := organisation.Link{URL: typed}.Clean()
		switch {
		case want == "" && l.Valid():
			t.Errorf("%q was taken as %q", typed, l.URL)
		case want != "" && (!l.Valid() || l.URL != want):
			t.Errorf("%q is %q, valid: %v", typed, l.URL, l.Valid())
		}
	}
}

func TestALinkWithoutWordsShowsItsAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"https://www.rail.example/": "rail.example", "contact@rail.example": "contact@rail.example", "rail.example/a/": "rail.example/a",
	} {
		if got := (organisation.Link{URL: typed}).Clean().Label; got != want {
			t.Errorf("%q shows %q", typed, got)
		}
	}
}

func FuzzALinkLeadsToAPageOrAMailbox(f *testing.F) {
	for _, seed := range []string{"https://a.example", "a@b.example", "javascript:x", "http://[::1]:1", "mailto:", "\x00://", "a b.c", "HTTPS://A.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		l := organisation.Link{URL: typed}.Clean()
		if again := l.Clean(); again != l {
			t.Errorf("%q is %q, then %q", typed, l, again)
		}
		if !l.Valid() {
			return
		}
		u, err := url.Parse(l.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" {
			t.Errorf("%q is taken as %q", typed, l.URL)
		}
		if strings.ContainsFunc(l.URL, unicode.IsControl) {
			t.Errorf("%q holds a control character", l.URL)
		}
	})
}
