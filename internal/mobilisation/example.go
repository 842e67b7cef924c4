package mobilisation

import (
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
)

// Examples are whole mobilisations to read and to begin with: a local one, a national one, a European one. Their words are the
// messages mobilisation.example_NAME_PART.
func Examples() []string { return []string{"local", "national", "european"} }

// FromExample are the answers of an example in the language of the page; zero for one that there is not. Its place and its dates are
// left to who begins with it.
func FromExample(l *i18n.Locale, name string) Answers {
	if !slices.Contains(Examples(), name) {
		return Answers{}
	}
	part := func(part string) string { return l.T("mobilisation.example_" + name + "_" + part) }
	return Answers{
		Title: part("title"), Addressee: part("addressee"), Points: []string{part("point_1"), part("point_2"), part("point_3")},
		Why: part("why"), Letter: part("letter"), Goal: part("goal"), Theme: map[string]string{"local": "transport", "national": "health", "european": "transport"}[name],
		Scope: map[string]string{"local": "commune", "national": "country", "european": "europe"}[name],
	}
}

// checkExample refuses a demand that is still that of an example: it is nobody's.
func (r *Room) checkExample(d *WorkingDraft) error {
	var f fault.Flaws
	for _, tag := range r.Languages.Tags() {
		l, _ := r.Languages.Locale(tag)
		for _, name := range Examples() {
			f.When(prose.Fold(d.Title) == prose.Fold(FromExample(l, name).Title), "title", "mobilisation.example_unchanged")
		}
	}
	return f.Err()
}
