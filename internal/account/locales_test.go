package account_test

import (
	"testing"

	"essaim/internal/account"
	"essaim/internal/platform/i18n"
)

func TestEveryWordIsInBothLanguages(t *testing.T) {
	words, err := i18n.Load(account.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if missing, uneven := words.Missing(), words.Uneven(); len(missing) > 0 || len(uneven) > 0 {
		t.Errorf("missing %v, uneven %v", missing, uneven)
	}
}
