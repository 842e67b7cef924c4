package prose_test

import (
	"testing"

	"essaim/internal/platform/prose"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Rail du Val":                       "rail-du-val",
		" L’Haÿ-les-Roses : 2 œuvres ! ":    "l-hay-les-roses-2-oeuvres",
		"--":                                "",
		"蜂群":                                "",
		"un mot d'une longueur extrême ici": "un-mot-d-une-longueur",
	} {
		if got := prose.Slug(name, 25); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
	}
}
