package mobilisation

import (
	"maps"
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
)

// Translation is the words of a draft in another language than its own.
type Translation struct {
	Title     string           `json:"title"`
	Addressee string           `json:"addressee"`
	Points    []string         `json:"points"`
	Why       string           `json:"why"`    // Markdown
	Letter    string           `json:"letter"` // Markdown
	Questions []Question       `json:"questions,omitempty"`
	Goals     map[int64]string `json:"goals,omitempty"` // what is done at each milestone
}

// Blank tells whether nothing was written.
func (t Translation) Blank() bool {
	said := slices.ContainsFunc(t.Points, func(s string) bool { return s != "" }) || len(Asked(t.Questions)) > 0 ||
		slices.ContainsFunc(slices.Collect(maps.Values(t.Goals)), func(s string) bool { return s != "" })
	return !said && t.Title == "" && t.Addressee == "" && t.Why == "" && t.Letter == ""
}

// Point is one of the three lines, empty when it was not answered.
func (t Translation) Point(i int) string {
	if i < len(t.Points) {
		return t.Points[i]
	}
	return ""
}

// Check looks at a translation: whoever reads it finds the demand whole, or it is not there at all.
func (t Translation) Check() error {
	if t.Blank() {
		return nil
	}
	as := Answers{Title: t.Title, Addressee: t.Addressee, Points: t.Points, Why: t.Why, Letter: t.Letter}
	var f fault.Flaws
	for _, err := range []error{as.CheckDemand(), as.CheckText(), CheckQuestions(t.Questions)} {
		for _, field := range fieldsOf(err) {
			f.When(true, field.Name, field.Key, field.Args...)
		}
	}
	for goal, words := range t.Goals {
		f.When(prose.Longer(words, maxGoal), GoalField(goal), "mobilisation.point_length", "max", maxGoal)
	}
	return f.Err()
}

// TranslationField names a translation where it is spoken of as a whole, and its step in the wizard.
func TranslationField(lang string) string { return "in-" + lang }

// CheckMore looks at what is added beside the steps: questions and answers, and the text in other languages.
func (d *WorkingDraft) CheckMore() error {
	var f fault.Flaws
	for _, field := range fieldsOf(CheckQuestions(d.Questions)) {
		f.When(true, field.Name, field.Key, field.Args...)
	}
	for _, lang := range slices.Sorted(maps.Keys(d.Translations)) {
		f.When(d.Translations[lang].Check() != nil, TranslationField(lang), "mobilisation.translation_unfit", "language", i18n.Name(lang))
	}
	return f.Err()
}

// texts are the words of a draft in its own language, first, and in the others in which it was written.
func (d *WorkingDraft) texts() []Text {
	all := []Text{{Lang: d.Lang, Title: d.Title, Points: d.Points, Addressee: d.Addressee, Why: d.Why, Letter: d.Letter}}
	for _, lang := range slices.Sorted(maps.Keys(d.Translations)) {
		if t := d.Translations[lang]; !t.Blank() && lang != d.Lang {
			all = append(all, Text{Lang: lang, Title: t.Title, Points: t.Points, Addressee: t.Addressee, Why: t.Why, Letter: t.Letter})
		}
	}
	for i := range all {
		all[i] = all[i].clean()
	}
	return all
}

// questions are those of a draft by language.
func (d *WorkingDraft) questions() map[string][]Question {
	all := map[string][]Question{}
	if own := Asked(d.Questions); len(own) > 0 {
		all[d.Lang] = own
	}
	for lang, t := range d.Translations {
		if said := Asked(t.Questions); len(said) > 0 && lang != d.Lang {
			all[lang] = said
		}
	}
	return all
}
