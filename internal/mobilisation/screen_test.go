package mobilisation_test

import (
	"context"
	"strings"
	"testing"
)

// What was refused before publication is refused after it: words are asked of whatever a team writes.
func TestATeamFindsOtherWordsAfterPublicationToo(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.Refused = func(_ context.Context, lang, text string) []string {
			if lang == "fr" && strings.Contains(text, "goujat") {
				return []string{"goujat"}
			}
			return nil
		}
		team := f.writer()
		at := "/m/ligne-du-val/team/"
		for path, form := range map[string][]string{
			"news":      {"title", "Une visite", "body", "Quel goujat, ce maire.", "lang", "fr"},
			"questions": {"in", "fr", "question_1", "Qui paie ?", "answer_1", "Le goujat."},
			"text":      textForm(team.Get(textPath).Body, "Un goujat au conseil", "act", "look", "reason", "Il le faut."),
		} {
			got := team.Post(at+path, form...)
			if got.Status != 422 || strings.Count(got.Body, "goujat") < 2 { // in the word at the field, and in the field
				t.Errorf("%s: %d\n%s", path, got.Status, got.Body)
			}
		}
		if page := f.published(); strings.Contains(page, "goujat") {
			t.Error("it is public")
		}
		if got := team.Post(at+"news", "title", "Une visite", "body", "Le maire est venu.", "lang", "fr"); got.Status != 303 {
			t.Errorf("other words: %d", got.Status)
		}
	})
}
