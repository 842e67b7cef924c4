package i18n_test

import (
	"testing"
	"testing/fstest"

	"essaim/internal/platform/i18n"
)

func TestOnlyOtherLanguagesHaveAPrefix(t *testing.T) {
	words := fstest.MapFS{"fr.po": {Data: []byte("msgid \"a.b\"\nmsgstr \"oui\"\n")}, "en.po": {Data: []byte("msgid \"a.b\"\nmsgstr \"yes\"\n")}}
	c, err := i18n.Load(words)
	if err != nil {
		t.Fatal(err)
	}
	c = c.Prefer("fr")
	if c.Prefix("fr") != "" || c.Prefix("en") != "/en" {
		t.Errorf("%q, %q", c.Prefix("fr"), c.Prefix("en"))
	}
	if c.For("en").Tag() != "en" || c.For("xx").Tag() != "fr" {
		t.Errorf("%s, %s", c.For("en").Tag(), c.For("xx").Tag())
	}
}
