package i18n_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"essaim/internal/platform/i18n"
)

const frenchHeader = `msgid ""
msgstr ""
"Language: fr\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

`

const englishHeader = `msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

`

// folder is a locales folder with these two files, headers added.
func folder(fr, en string) fs.FS {
	return fstest.MapFS{
		"fr.po": {Data: []byte(frenchHeader + fr)},
		"en.po": {Data: []byte(englishHeader + en)},
	}
}

func petition() fs.FS {
	return folder(`
# What stands under the gauge.
msgid "petition.signatures"
msgid_plural "petition.signatures"
msgstr[0] "{n} signature à {place}"
msgstr[1] "{n} signatures à {place}"

msgid "petition.thanks"
msgstr "Merci {name} !"

msgid "petition.long"
msgstr ""
"Première ligne,\n"
"puis l'autre : « fin »"

msgid "petition.count"
msgstr "Déjà {count}, depuis {year}, le {day} {odd one} {lacking}"
`, `
msgid "petition.signatures"
msgid_plural "petition.signatures"
msgstr[0] "{n} signature in {place}"
msgstr[1] "{n} signatures in {place}"

msgid "petition.thanks"
msgstr "Thank you, {name}!"

msgid "petition.long"
msgstr "First line, then another"

msgid "petition.count"
msgstr "Already {count} since {year}, on {day} {odd one} {lacking}"
`)
}

func load(t testing.TB, folders ...fs.FS) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(folders...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func locale(t testing.TB, tag string) *i18n.Locale {
	t.Helper()
	l, ok := load(t, petition()).Locale(tag)
	if !ok {
		t.Fatalf("no locale %q", tag)
	}
	return l
}

func TestMessagesAreFilledInBothLanguages(t *testing.T) {
	fr, en := locale(t, "fr"), locale(t, "en")
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	args := []any{"count", 18432, "year", "2026", "day", day}
	for got, want := range map[string]string{
		fr.T("petition.thanks", "name", "Zoé"): "Merci Zoé\u202f!",
		en.T("petition.thanks", "name", "Zoé"): "Thank you, Zoé!",
		fr.T("petition.long"):                  "Première ligne,\npuis l’autre\u00a0: «\u00a0fin\u00a0»",
		fr.T("petition.count", args...):        "Déjà 18\u202f432, depuis 2026, le dimanche 1er mars 2026 {odd one} {lacking}",
		en.T("petition.count", args...):        "Already 18,432 since 2026, on Sunday 1 March 2026 {odd one} {lacking}",
		fr.T("petition.unknown"):               "petition.unknown",
		fr.N("petition.unknown", 3):            "petition.unknown",
	} {
		if got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestAMessageNeverFillsTwice(t *testing.T) {
	if got, want := locale(t, "en").T("petition.thanks", "name", "{name}"), "Thank you, {name}!"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	fr, en := locale(t, "fr"), locale(t, "en")
	for got, want := range map[string]string{
		fr.N("petition.signatures", 0, "place", "Brest"):             "0 signature à Brest",
		fr.N("petition.signatures", 1, "place", "Brest"):             "1 signature à Brest",
		fr.N("petition.signatures", 2, "place", "Brest"):             "2 signatures à Brest",
		fr.N("petition.signatures", -1, "place", "Brest"):            "−1 signature à Brest",
		fr.N("petition.signatures", 5_000_000_000, "place", "Brest"): "5\u202f000\u202f000\u202f000 signatures à Brest",
		en.N("petition.signatures", 0, "place", "Brest"):             "0 signatures in Brest",
		en.N("petition.signatures", 1, "place", "Brest"):             "1 signature in Brest",
		en.N("petition.signatures", 4_294_967_297, "place", "Brest"): "4,294,967,297 signatures in Brest",
		en.N("petition.signatures", 1, "n", "One", "place", "Brest"): "One signature in Brest",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	fr, en := locale(t, "fr"), locale(t, "en")
	for _, c := range []struct {
		n      int64
		fr, en string
	}{
		{0, "0", "0"},
		{999, "999", "999"},
		{1000, "1\u202f000", "1,000"},
		{-12345, "−12\u202f345", "−12,345"},
		{123456789, "123\u202f456\u202f789", "123,456,789"},
		{-9223372036854775808, "−9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808", "−9,223,372,036,854,775,808"},
	} {
		if got := fr.Number(c.n); got != c.fr {
			t.Errorf("French %d: %q, want %q", c.n, got, c.fr)
		}
		if got := en.Number(c.n); got != c.en {
			t.Errorf("English %d: %q, want %q", c.n, got, c.en)
		}
	}
}

func TestPercentSaysAHundredOnlyWhenReached(t *testing.T) {
	fr, en := locale(t, "fr"), locale(t, "en")
	for got, want := range map[string]string{
		fr.Percent(99_999, 100_000): "99\u202f%",
		en.Percent(1, 3):            "33%",
		en.Percent(3, 3):            "100%",
		en.Percent(6, 3):            "200%",
		en.Percent(5, 0):            "0%",
		en.Percent(-5, 3):           "0%",
		en.Percent(9223372036854775806, 9223372036854775807): "99%",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestListsReadAsASentence(t *testing.T) {
	fr, en := locale(t, "fr"), locale(t, "en")
	for got, want := range map[string]string{
		fr.List(nil):                     "",
		fr.List([]string{"a"}):           "a",
		fr.List([]string{"a", "b"}):      "a et b",
		en.List([]string{"a", "b", "c"}): "a, b and c",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDatesAreInTheZoneOfTheSite(t *testing.T) {
	fr, en := locale(t, "fr"), locale(t, "en")
	winter := time.Date(2026, 3, 28, 9, 5, 0, 0, time.UTC)  // 10:05 in Paris
	summer := time.Date(2026, 3, 29, 22, 0, 0, 0, time.UTC) // after the change of hour: midnight of the 30th
	for got, want := range map[string]string{
		fr.Date(winter):      "samedi 28 mars 2026",
		fr.ShortDate(winter): "28 mars",
		fr.Month(winter):     "mars 2026",
		fr.Time(winter):      "10\u00a0h\u00a005",
		fr.DateTime(winter):  "samedi 28 mars, 10\u00a0h\u00a005",
		en.Date(winter):      "Saturday 28 March 2026",
		en.ShortDate(winter): "28 March",
		en.Month(winter):     "March 2026",
		en.Time(winter):      "10:05",
		en.DateTime(winter):  "Saturday 28 March, 10:05",
		fr.DateTime(summer):  "lundi 30 mars, 0\u00a0h",
		en.Time(summer):      "00:00",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	island := time.FixedZone("Réunion", 4*3600)
	there, _ := load(t, petition()).In(island).Locale("fr")
	if got, want := there.Time(winter), "13\u00a0h\u00a005"; got != want {
		t.Errorf("in another zone: %q, want %q", got, want)
	}
}

func TestTheContextCarriesTheLocale(t *testing.T) {
	fr := locale(t, "fr")
	if got := i18n.From(i18n.With(context.Background(), fr)); got != fr {
		t.Errorf("From returned %v", got)
	}
	none := i18n.From(context.Background())
	if none == nil {
		t.Fatal("From without a locale is nil")
	}
	at := time.Date(2026, 3, 28, 9, 5, 0, 0, time.UTC)
	got := none.T("a.b") + none.N("a.b", 2) + none.Number(1234) + none.DateTime(at) + none.Tag() + none.List([]string{"x", "y"})
	if want := "a.ba.b1\u202f2342026-03-28 09:05x, y"; got != want {
		t.Errorf("the zero locale says %q, want %q", got, want)
	}
}

func BenchmarkMessageWithoutPlaceholder(b *testing.B) {
	fr := locale(b, "fr")
	b.ReportAllocs()
	for b.Loop() {
		fr.T("petition.long")
	}
}

func BenchmarkMessageWithPlaceholder(b *testing.B) {
	fr := locale(b, "fr")
	b.ReportAllocs()
	for b.Loop() {
		fr.T("petition.thanks", "name", "Zoé")
	}
}

func BenchmarkPlural(b *testing.B) {
	fr := locale(b, "fr")
	b.ReportAllocs()
	for b.Loop() {
		fr.N("petition.signatures", 18432, "place", "Brest")
	}
}
