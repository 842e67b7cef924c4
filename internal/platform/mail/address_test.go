package mail_test

import (
	"errors"
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/mail"
)

func TestAddressesOfPeopleAreRead(t *testing.T) {
	for typed, want := range map[string]string{
		"zoe@exemple.fr":                        "zoe@exemple.fr",
		"  Zoe.Dupont@Exemple.FR ":              "Zoe.Dupont@exemple.fr",
		"zoe+train@exemple.fr":                  "zoe+train@exemple.fr",
		"o'neil_9-x@sub.exemple.co.uk":          "o'neil_9-x@sub.exemple.co.uk",
		"zoe@été.example":                       "zoe@xn--t-9fab.example",
		"zoe@EXEMPLE。fr":                        "zoe@exemple.fr",
		"\u202azoe@exemple.fr\u202c":            "zoe@exemple.fr",
		"zoe@exemple\u200b.fr":                  "zoe@exemple.fr",
		"ｚｏｅ＠exemple.fr":                        "zoe@exemple.fr",
		"zoe@xn--t-9fab.example":                "zoe@xn--t-9fab.example",
		strings.Repeat("a", 64) + "@exemple.fr": strings.Repeat("a", 64) + "@exemple.fr",
	} {
		if got, err := mail.ParseAddress(typed); err != nil || got != want {
			t.Errorf("ParseAddress(%q) = %q, %v, want %q", typed, got, err, want)
		}
	}
}

func TestWhatIsNoAddressIsExplained(t *testing.T) {
	long := strings.Repeat("a", 65) + "@exemple.fr"
	for typed, want := range map[string]string{
		"":                              "mail.address_missing",
		"  \u200b ":                     "mail.address_missing",
		"zoe":                           "mail.address_no_domain",
		"votre.adresse":                 "mail.address_no_domain",
		"zoe@":                          "mail.address_no_domain",
		"@exemple.fr":                   "mail.address_no_local",
		"zoe@exemple":                   "mail.address_no_ending",
		"zoe@a@b.fr":                    "mail.address_several",
		"zoe@exemple.fr,leo@exemple.fr": "mail.address_several",
		"zoe@exemple.fr; leo":           "mail.address_several",
		"zoé@exemple.fr":                "mail.address_signs",
		"zoe dupont@exemple.fr":         "mail.address_signs",
		"\"zoe\"@exemple.fr":            "mail.address_signs",
		"zoe(x)@exemple.fr":             "mail.address_signs",
		"<zoe@exemple.fr>":              "mail.address_signs",
		".zoe@exemple.fr":               "mail.address_signs",
		"zoe..d@exemple.fr":             "mail.address_signs",
		"=cmd@exemple.fr":               "mail.address_signs",
		"-oq@exemple.fr":                "mail.address_signs",
		"a!b@exemple.fr":                "mail.address_signs",
		"a%relay.fr@exemple.fr":         "mail.address_signs",
		"zoe@exemple.fr\r\nBcc: x@y.fr": "mail.address_signs",
		"zoe\x00@exemple.fr":            "mail.address_signs",
		"zoe@exemple..fr":               "mail.address_domain",
		"zoe@-exemple.fr":               "mail.address_domain",
		"zoe@exem ple.fr":               "mail.address_domain",
		"zoe@exemple.fr.":               "mail.address_domain",
		"zoe@127.0.0.1":                 "mail.address_domain",
		"zoe@[127.0.0.1]":               "mail.address_domain",
		"zoe@exemple.f":                 "mail.address_domain",
		"zoe@exemple.fr>":               "mail.address_domain",
		"zoe@exem_ple.fr":               "mail.address_domain",
		"zoe@xn--.fr":                   "mail.address_domain",
		long:                            "mail.address_long",
		"a@" + strings.Repeat("exemple.", 32) + "fr": "mail.address_long",
		strings.Repeat("é", 10_000):                  "mail.address_long",
	} {
		got, err := mail.ParseAddress(typed)
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Kind != fault.Invalid || f.Key != want {
			t.Errorf("ParseAddress(%.60q) = %q, %v, want %s", typed, got, err, want)
		}
	}
}

func TestEveryFaultHasWords(t *testing.T) {
	c, err := i18n.Load(mail.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if missing := c.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
	fr, _ := c.Locale("fr")
	if got, want := fr.T("mail.address_no_domain"), "Il manque une partie de l’adresse, par exemple «\u00a0@exemple.fr\u00a0»"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOneMailboxHasOneCanonicalAddress(t *testing.T) {
	for want, addresses := range map[string][]string{
		"zoedupont@gmail.com":   {"zoedupont@gmail.com", "Zoe.Dupont@gmail.com", "z.o.e.dupont+train@googlemail.com"},
		"zoe.dupont@outlook.fr": {"Zoe.Dupont@outlook.fr", "zoe.dupont+x+y@outlook.fr"},
		"zoedupont@proton.me":   {"zoe-dupont@protonmail.com", "zoe_dupont+x@pm.me", "zoe.dupont@proton.me"},
		"zoe@fastmail.com":      {"zoe+x@fastmail.com", "anything@zoe.fastmail.com"},
		"zoe@icloud.com":        {"zoe@me.com", "zoe+x@mac.com"},
		"zoe.dupont@exemple.fr": {"Zoe.Dupont@exemple.fr"},
		"zoe+train@exemple.fr":  {"zoe+train@exemple.fr"},
		"zoe.dupont@orange.fr":  {"zoe.dupont@orange.fr"},
		"+x@outlook.com":        {"+x@outlook.com"},
		"zoe@sub.gmail.com":     {"zoe@sub.gmail.com"},
		"a@a.b.fastmail.com":    {"a@a.b.fastmail.com"},
	} {
		for _, address := range addresses {
			if got := mail.Canonical(address); got != want {
				t.Errorf("Canonical(%q) = %q, want %q", address, got, want)
			}
		}
	}
}

func FuzzParseAddressIsSafeAndStable(f *testing.F) {
	for _, seed := range []string{"Zoe@été.example", "a@b.fr\r\nBcc: x", "\u202aa@b.fr", "a@xn--0.fr", "ß@ß.de", "a@b.fr,c@d.fr", "z.o+x@gmail.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		address, err := mail.ParseAddress(typed)
		if err != nil {
			if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Key == "" {
				t.Errorf("%q: %v has no words", typed, err)
			}
			return
		}
		if again, err := mail.ParseAddress(address); err != nil || again != address {
			t.Errorf("not stable: %q, then %q, %v", address, again, err)
		}
		if strings.Count(address, "@") != 1 || strings.ContainsAny(address, " \"<>(),;:\\[]\r\n\t") || len(address) > 254 {
			t.Errorf("%q became %q", typed, address)
		}
		for _, c := range []byte(address) {
			if c <= ' ' || c > '~' {
				t.Errorf("%q became %q", typed, address)
			}
		}
		canonical := mail.Canonical(address)
		if again := mail.Canonical(canonical); again != canonical {
			t.Errorf("canonical is not stable: %q, then %q", canonical, again)
		}
		if mail.Domain(address) == "" {
			t.Errorf("%q has no domain", address)
		}
	})
}
