package mobilisation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// wordings are the versions of the words beside the button and the boxes, by language: what a consent was given to. The words
// come from the .po files; when they change, the next start keeps them as a new version.
type wordings struct {
	versions atomic.Pointer[map[string]int64]
}

// version is the one shown now in a language, 0 before Start.
func (w *wordings) version(lang string) int64 {
	if all := w.versions.Load(); all != nil {
		return (*all)[lang]
	}
	return 0
}

// consentKeys are the messages that make up one wording.
var consentKeys = [...]string{
	"mobilisation.consent_sign", "mobilisation.consent_hand_over", "mobilisation.consent_public", "mobilisation.consent_letters", "mobilisation.under_15",
}

// learnWordings keeps each language's words, if they are new, and learns their versions.
func (r *Room) learnWordings(ctx context.Context) error {
	versions := map[string]int64{}
	for _, lang := range r.Languages.Tags() {
		l, _ := r.Languages.Locale(lang)
		var words []string
		for _, key := range consentKeys {
			words = append(words, l.T(key))
		}
		version, err := r.keepWording(ctx, lang, strings.Join(words, "\n"))
		if err != nil {
			return fmt.Errorf("wording %s: %w", lang, err)
		}
		versions[lang] = version
	}
	r.wordings.versions.Store(&versions)
	return nil
}

func (r *Room) keepWording(ctx context.Context, lang, words string) (version int64, err error) {
	sum := sha256.Sum256([]byte(lang + "\n" + words))
	digest := hex.EncodeToString(sum[:16])
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		err := tx.QueryRow(ctx, `SELECT version FROM mobilisation_wording WHERE digest = $1`, digest).Scan(&version)
		if err != storage.ErrNoRows {
			return err
		}
		return tx.QueryRow(ctx, `
			INSERT INTO mobilisation_wording (version, lang, words, digest, first_used_at)
			SELECT COALESCE(MAX(version), 0) + 1, CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT)
			FROM mobilisation_wording
			RETURNING version`, lang, words, digest, clock.Micros(r.Clock.Now())).Scan(&version)
	})
	return version, err
}
