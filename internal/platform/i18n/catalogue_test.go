package i18n_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"essaim/internal/platform/i18n"
)

func TestFrenchComesFirstUnlessTheHostPrefersAnother(t *testing.T) {
	c := load(t, petition())
	if got := c.Tags(); !slices.Equal(got, []string{"fr", "en"}) {
		t.Errorf("Tags: %v", got)
	}
	english := c.Prefer("en")
	if got := english.Tags(); !slices.Equal(got, []string{"en", "fr"}) || english.Default().Tag() != "en" {
		t.Errorf("Tags of an English host: %v", got)
	}
	if got := c.Prefer("xx").Tags(); !slices.Equal(got, []string{"fr", "en"}) {
		t.Errorf("Tags after an unknown preference: %v", got)
	}
	if _, ok := c.Locale("de"); ok {
		t.Error("a locale that nobody wrote")
	}
}

func TestMissingNamesWhatOneLanguageLacks(t *testing.T) {
	c := load(t, folder(
		"msgid \"a.one\"\nmsgstr \"un\"\n\nmsgid \"a.two\"\nmsgstr \"\"\n",
		"msgid \"a.one\"\nmsgstr \"one\"\n\nmsgid \"a.two\"\nmsgstr \"two\"\n\nmsgid \"a.three\"\nmsgstr \"three\"\n"))
	if got, want := c.Missing(), map[string][]string{"fr": {"a.three", "a.two"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("Missing: %v, want %v", got, want)
	}
	if got := load(t, petition()).Missing(); len(got) != 0 {
		t.Errorf("nothing is missing, but: %v", got)
	}
}

func TestAThirdLanguageFallsBackOnTheHosts(t *testing.T) {
	german := fstest.MapFS{"de.po": {Data: []byte("msgid \"petition.thanks\"\nmsgstr \"Danke {name}!\"\n")}}
	de, ok := load(t, petition(), german).Locale("de")
	if !ok {
		t.Fatal("no German")
	}
	if got := de.T("petition.thanks", "name", "Zoé"); got != "Danke Zoé!" {
		t.Errorf("German: %q", got)
	}
	if got, want := de.N("petition.signatures", 1234, "place", "Brest"), "1\u202f234 signatures à Brest"; got != want {
		t.Errorf("not yet translated: %q, want %q", got, want)
	}
	if de.Has("petition.long") || !de.Has("petition.thanks") {
		t.Error("Has counts what another language says")
	}
}

func TestUnevenNamesATranslationThatForgetsAName(t *testing.T) {
	c := load(t, petition(), folder(
		"msgid \"a.one\"\nmsgstr \"un {name}\"\n\nmsgid \"a.two\"\nmsgstr \"deux {x} {y}\"\n",
		"msgid \"a.one\"\nmsgstr \"one\"\n\nmsgid \"a.two\"\nmsgstr \"two {y} {x}\"\n"))
	if got, want := c.Uneven(), []string{"a.one"}; !slices.Equal(got, want) {
		t.Errorf("Uneven: %v, want %v", got, want)
	}
}

func TestKeysListsAFolder(t *testing.T) {
	keys, err := i18n.Keys(petition())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"petition.count", "petition.long", "petition.signatures", "petition.thanks"}
	if !slices.Equal(keys["fr"], want) || !slices.Equal(keys["en"], want) {
		t.Errorf("Keys: %v", keys)
	}
}

func TestLoadRefusesWhatAForgivingReaderWouldSkip(t *testing.T) {
	const entry = "msgid \"a.one\"\nmsgstr \"un\"\n"
	for name, c := range map[string]struct{ file, reason string }{
		"a key twice":            {entry + entry, "twice"},
		"an unknown line":        {entry + "hello\n", "line 3"},
		"a broken string":        {"msgid \"a.one\"\nmsgstr \"un\n", "broken"},
		"a string first":         {"\"un\"\n", "before any keyword"},
		"a context":              {"msgctxt \"menu\"\nmsgid \"a.one\"\nmsgstr \"un\"\n", "does not belong"},
		"a sentence as key":      {"msgid \"Sign here\"\nmsgstr \"un\"\n", "key"},
		"a key in two lines":     {"msgid \"a.\"\n\"one\"\nmsgstr \"un\"\n", "several lines"},
		"forms out of order":     {frenchHeader + "msgid \"a.one\"\nmsgid_plural \"a.one\"\nmsgstr[1] \"un\"\n", "does not belong"},
		"a form too few":         {frenchHeader + "msgid \"a.one\"\nmsgid_plural \"a.one\"\nmsgstr[0] \"un\"\n", "1 forms"},
		"a plural without rule":  {"msgid \"a.one\"\nmsgid_plural \"a.one\"\nmsgstr[0] \"un\"\nmsgstr[1] \"deux\"\n", "Plural-Forms"},
		"a rule that divides by": {"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=n%0==1;\\n\"\n", "no rule"},
		"a rule out of range":    {"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=1; plural=n>1;\\n\"\n", "form 1 of 1"},
		"no UTF-8":               {"msgid \"a.one\"\nmsgstr \"\xff\"\n", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := i18n.Load(fstest.MapFS{"fr.po": {Data: []byte(c.file)}})
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("Load: %v, want an error that says %q", err, c.reason)
			}
		})
	}
	if _, err := i18n.Load(petition(), petition()); err == nil || !strings.Contains(err.Error(), "another folder") {
		t.Errorf("the same key in two folders: %v", err)
	}
	if _, err := i18n.Load(fstest.MapFS{"français.po": {}}); err == nil {
		t.Error("a file whose name is no tag")
	}
}

func TestMatchChoosesForTheFrontDoor(t *testing.T) {
	c := load(t, petition())
	for header, want := range map[string]string{
		"":                                 "fr",
		"en":                               "en",
		"en-GB,en;q=0.9,fr;q=0.8":          "en",
		"fr-CA":                            "fr",
		"de-DE,de;q=0.9":                   "fr",
		"de,en;q=0.5":                      "en",
		"\x00;;;q=":                        "fr",
		"en," + strings.Repeat("x-", 1000): "fr",
	} {
		if got := c.Match(header); got != want {
			t.Errorf("Match(%.40q) = %q, want %q", header, got, want)
		}
	}
}

func TestLanguagesNameThemselves(t *testing.T) {
	fr, _ := load(t, petition()).Locale("fr")
	for got, want := range map[string]string{fr.Name(): "Français", i18n.Name("en"): "English", i18n.Name("tlh"): "tlh"} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzLoadNeverPanics(f *testing.F) {
	f.Add(frenchHeader + "msgid \"a.one\"\nmsgid_plural \"a.one\"\nmsgstr[0] \"{n} l'un\"\nmsgstr[1] \"{n} : deux\"\n")
	f.Add("msgid \"\"\nmsgstr \"Plural-Forms: nplurals=3; plural=n%10==1 ? 0 : n>4||n<2 ? 1 : 2;\\n\"\n")
	f.Add("msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(((n;\\n\"\n")
	f.Add("msgstr[")
	f.Fuzz(func(t *testing.T, file string) {
		c, err := i18n.Load(fstest.MapFS{"fr.po": {Data: []byte(file)}})
		if err != nil {
			return
		}
		l := c.Default()
		keys, _ := i18n.Keys(fstest.MapFS{"fr.po": {Data: []byte(file)}})
		for _, key := range keys["fr"] {
			for _, n := range []int64{0, 1, 2, 11, 21, 1_000_001, -1 << 63, 1<<63 - 1} {
				l.N(key, n, "a", "b")
			}
		}
	})
}

func FuzzMatchAlwaysAnswers(f *testing.F) {
	f.Add("en-GB,en;q=0.9,fr;q=0.8")
	f.Add("*;q=0.1,x-a-b-c")
	c := load(f, petition())
	f.Fuzz(func(t *testing.T, header string) {
		if got := c.Match(header); got != "fr" && got != "en" {
			t.Errorf("Match(%q) = %q", header, got)
		}
	})
}

func TestOnlyKeepsTheLanguagesOfTheHostInTheirOrder(t *testing.T) {
	all, err := i18n.Load(fstest.MapFS{
		"fr.po": {Data: []byte("msgid \"a.b\"\nmsgstr \"bonjour\"\n")}, "en.po": {Data: []byte("msgid \"a.b\"\nmsgstr \"hello\"\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	some, err := all.Only("en")
	if err != nil || !slices.Equal(some.Tags(), []string{"en"}) {
		t.Fatalf("%v, %v", some.Tags(), err)
	}
	if _, err := all.Only("fr", "xx"); err == nil {
		t.Fatal("a language without messages was taken")
	}
}
