package app

import (
	"fmt"
	"io/fs"
	"time"

	"essaim/internal/account"
	"essaim/internal/front"
	"essaim/internal/mobilisation"
	"essaim/internal/moderation"
	"essaim/internal/organisation"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/picture"
	"essaim/internal/platform/places"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"essaim/internal/platform/words"
)

// Locales lists the folders of words of the whole house.
func Locales() []fs.FS {
	return []fs.FS{
		web.Locales(), view.Locales(), guard.Locales(), mail.Locales(), places.Locales(), picture.Locales(), paper.Locales(), words.Locales(), appLocales(),
		account.Locales(), organisation.Locales(), mobilisation.Locales(), moderation.Locales(), front.Locales(),
	}
}

// loadWords reads every .po file, for the languages of the settings in their order.
func loadWords(tags []string, zone string) (*i18n.Catalogue, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("--timezone %q is not known; write it like Europe/Paris", zone)
	}
	catalogue, err := i18n.Load(Locales()...)
	if err != nil {
		return nil, err
	}
	if catalogue, err = catalogue.Only(tags...); err != nil {
		return nil, fmt.Errorf("--languages: %w", err)
	}
	return catalogue.In(location), nil
}
