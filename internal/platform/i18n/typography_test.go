package i18n_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"essaim/internal/platform/i18n"
)

func TestFrenchTypography(t *testing.T) {
	for in, want := range map[string]string{
		"Signer ?":                          "Signer\u202f?",
		"Vraiment ?!":                       "Vraiment\u202f?!",
		"D'abord ; puis":                    "D’abord\u202f; puis",
		"Objet : train":                     "Objet\u00a0: train",
		"Objet :":                           "Objet\u00a0:",
		"« Rouvrons »":                      "«\u00a0Rouvrons\u00a0»",
		"«Rouvrons»":                        "«\u00a0Rouvrons\u00a0»",
		"«   Rouvrons   »":                  "«\u00a0Rouvrons\u00a0»",
		"(« @exemple.fr »)":                 "(«\u00a0@exemple.fr\u00a0»)",
		"l'adresse d'{name}":                "l’adresse d’{name}",
		"qu'« il »":                         "qu’«\u00a0il\u00a0»",
		"18 432 signatures":                 "18\u202f432 signatures",
		"1 000 000 de gens":                 "1\u202f000\u202f000 de gens",
		"12 % de {n} €":                     "12\u202f% de {n}\u202f€",
		"à 10 h 05":                         "à 10\u00a0h\u00a005",
		"à 10 h, gare":                      "à 10\u00a0h, gare",
		"01 23 45 67 89":                    "01 23 45 67 89",
		"99240 Valbrune":                    "99240 Valbrune",
		"en 2026 300 personnes":             "en 2026 300 personnes",
		"10:30 puis 11:00":                  "10:30 puis 11:00",
		"Voyez https://a.fr/l'a?b=c : oui":  "Voyez https://a.fr/l'a?b=c\u00a0: oui",
		"<a title='x : y' href='l'a'>l'a ?": "<a title='x : y' href='l'a'>l’a\u202f?",
		"{a} : {b} ?":                       "{a}\u00a0: {b}\u202f?",
		"Bonjour :)":                        "Bonjour :)",
		"a :smile: b":                       "a :smile: b",
		"sans espace: ici!":                 "sans espace: ici!",
		"\n! liste":                         "\n! liste",
		"i < b ?":                           "i < b\u202f?",
		"'cité'":                            "'cité'",
	} {
		if got := i18n.Typography("fr", in); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", in, got, want)
		}
	}
}

func TestEnglishTypographyKeepsItsSpaces(t *testing.T) {
	if got, want := i18n.Typography("en", "Don't sign ? 10 000 « x » http://a/l'a"), "Don’t sign ? 10 000 « x » http://a/l'a"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := i18n.Typography("fr-CA", "Oui !"), "Oui\u202f!"; got != want {
		t.Errorf("French of Canada: %q, want %q", got, want)
	}
}

func FuzzTypographyChangesOnlySpacesAndApostrophes(f *testing.F) {
	for _, seed := range []string{"« L'heure : 10 h 05 ? »", "{a} <b c='d'> http://x?y : z", "1 234 567 %", "«»", "» «"} {
		f.Add(seed)
	}
	bare := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "’", "'")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		once := i18n.Typography("fr", s)
		if got, want := bare.Replace(once), bare.Replace(s); got != want {
			t.Errorf("letters changed: %q, want %q", got, want)
		}
		if twice := i18n.Typography("fr", once); twice != once {
			t.Errorf("not stable: %q, then %q", once, twice)
		}
	})
}
